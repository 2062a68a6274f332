export { initialCatalog, type Business, type Catalog, type SenderNumber, type Template, type TemplateVersions } from './catalog/catalog.js';
export { catalogEvents } from './catalog/events.js';
export { catalogFold } from './catalog/evolve.js';
export {
  findBusiness,
  findNewestTemplate,
  findNumber,
  findNumberByPhone,
  findTemplate,
  marketPrefixesInForce,
  policyInForce,
  rateCardInForce,
  templatesOf,
} from './catalog/lookups.js';
export { categories, permits, standing, type Consent, type Standing } from './consent/consent.js';
export { MissingFromCatalog } from './decision.js';
export { windowHints, type WindowHints } from './window/hints.js';
export { windowTable } from './window/rows.js';
export { windowsTopology } from './window/topology.js';
export type { WindowState } from './window/evolve.js';
export { evolveWindow, noWindow, type Window } from './window/window.js';
export { notificationTable } from './notification/rows.js';
export { notificationsTopology } from './notification/topology.js';
export type { NotificationState } from './notification/evolve.js';
export { envelopeRetentionMs } from './delivery/envelope-retention.js';
export { envelopeTable, envelopesTopology } from './delivery/envelopes.js';
export { feedTopology, inboxTable, type UsedFacts } from './delivery/feed.js';
export { messageTable } from './delivery/rows.js';
export { statuses, type Status } from './delivery/status.js';
export { deliveryTopology } from './delivery/topology.js';
export type { DeliveryState } from './delivery/evolve.js';
export { chargeIdOf, type BillingState } from './billing/evolve.js';
export { chargeTable } from './billing/rows.js';
export { billingTopology } from './billing/topology.js';
export { businessesTopology, businessTable } from './spend/businesses.js';
export { adjustmentRule } from './spend/facets.js';
export { lateRepliesTopology, lateReplyTable } from './spend/late.js';
export { daysBetween, daysLater, firstQuarterOf, partsOfDays, type DayPart } from './spend/local-days.js';
export { quartersPerDay } from './spend/quarters.js';
export { spendTable, spendTopology } from './spend/topology.js';
export { takeConsent, type AskedConsent, type TakenConsent } from './request/consent.js';
export { oldestReportMs, takeInbound, type ReportedInbound, type TakenInbound } from './request/inbound.js';
export { takeMessage, type AskedMessage, type Asker, type TakenMessage } from './request/message.js';
export { rejectCodes, rejected, type RejectCode, type Rejection } from './request/reject-codes.js';
export { envelopeFault, type Binding, type Sealed } from './request/sealed.js';
