export { budgetAccount, budgetsOf, findBudget, type Budget } from './budget/budget.js';
export { budgetsTopology, budgetTable } from './budget/spending.js';
export { counted } from './conservation/tallies.js';
export { initialCatalog, type Business, type Catalog, type SenderNumber, type Template, type TemplateVersions } from './catalog/catalog.js';
export { catalogEvents } from './catalog/events.js';
export { catalogFold } from './catalog/evolve.js';
export {
  eligibilitiesOf,
  factsOf,
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
export { replyTable } from './reply/rows.js';
export { repliesTopology } from './reply/topology.js';
export type { ReplyState } from './reply/evolve.js';
export { addDays, lastWeekend, nextMonday, startOfDay, weekdayOf, type HourOfWeek, type Period } from './calendar/local-time.js';
export { costText, type Cost, type CostText } from './insight/amounts.js';
export { costedBy, lateCost, lateRule, type CostedBy, type LateCharge, type LateCost } from './insight/late-cost.js';
export { replyInsight, type ClosedDay, type Reply, type ReplyInsight, type Responses } from './insight/replies.js';
export { waitingCost, type MarketCost, type Waiting, type WaitingCost } from './insight/waiting.js';
export { type Asked } from './quote/price.js';
export { quote, type Quote } from './quote/quote.js';
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
export {
  knowsMore,
  noDevices,
  routeFault,
  staleAccounts,
  staleText,
  type Addressed,
  type PresentDevices,
  type PresentEnds,
  type Route,
  type StaleAccount,
} from './devices/stale.js';
export { accountDevicesTable, devicesTopology, type DevicesState } from './devices/topology.js';
export { chargeIdOf, type BillingState } from './billing/evolve.js';
export { chargeTable } from './billing/rows.js';
export { billingTopology } from './billing/topology.js';
export { Repricing, repricingPicks, type RepricedBusiness, type RepricedDecision, type RepricedUsage, type RepricingScope } from './repricing/repricing.js';
export { knownRules, namesOfRules, otherRules, publishedRules, type KnownRules, type RepricingRules } from './repricing/rules.js';
export { summaryText } from './repricing/summary-text.js';
export { summaryOf, type Change, type CurrencySummary, type RepricingSummary } from './repricing/summary.js';
export { CorrectionAudit, type ChargeDifference, type OwnerDifference } from './correction/audit.js';
export { PublishedHistory, type PublishedCorrection } from './correction/published.js';
export { adjustmentIdOf, Settlement, type SettledBusiness } from './correction/settlement.js';
export { businessesTopology, businessTable } from './spend/businesses.js';
export { adjustmentRule } from './spend/facets.js';
export { lateRepliesTopology, lateReplyTable } from './spend/late.js';
export { daysBetween, partsOfDays, periodsOfHour, type DayPart } from './spend/local-days.js';
export { quartersPerDay } from './spend/quarters.js';
export { spendTable, spendTopology } from './spend/topology.js';
export { accounts, entriesOf, type Account, type Entry } from './ledger/entries.js';
export { LedgerFault } from './ledger/fault.js';
export { lineKinds, type LineKind } from './invoice/bill.js';
export { endedEverywhere, invoiceTerms, invoicedFrom, type InvoiceTerms } from './invoice/month-end.js';
export type { InvoicingState } from './invoice/evolve.js';
export { invoiceLineTable, invoiceTable, ledgerEntryTable } from './invoice/rows.js';
export { invoicingTopology, invoicingUnder } from './invoice/topology.js';
export { takeConsent, type AskedConsent, type TakenConsent } from './request/consent.js';
export { oldestReportMs, takeInbound, type ReportedInbound, type TakenInbound } from './request/inbound.js';
export { takeMessage, type AskedMessage, type Asker, type TakenMessage } from './request/message.js';
export { rejectCodes, rejected, type RejectCode, type Rejection } from './request/reject-codes.js';
export { addressFault, envelopeFault, type Binding, type Sealed } from './request/sealed.js';
export { inOrderOfUsage, type ArchivedMessage, type BilledFailure, type FoldCounts } from './archive/archived-message.js';
export { Comparison, type Compared } from './archive/comparison.js';
export { causeTitles, differenceCauses, type Difference, type DifferenceCause } from './archive/difference.js';
export { ArchiveFault, type ArchivedNumber, type ArchiveFact, type ArchivePiece, type Reading } from './archive/facts.js';
export type { CauseFindings, Findings } from './archive/findings.js';
export { foldConversation, type FoldedConversation, type FoldTerms, type ToldFact } from './archive/fold.js';
export { readPiece } from './archive/piece.js';
