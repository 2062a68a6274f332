// What services say to each other: events, topics, ids, schemas, partitions.
export type {
  Id,
  OwnerId,
  BusinessId,
  NumberId,
  ContactId,
  ConversationId,
  MessageId,
  DeviceId,
  RequestId,
  ChargeId,
  AdjustmentId,
  InvoiceId,
  PolicyId,
  RateCardId,
  PrefixesId,
  IdByKind,
} from './generated/ids.js';
export { ID_PATTERNS } from './generated/ids.js';
export type {
  BillableStatus,
  Category,
  ConsentAction,
  FailureReason,
  Lane,
  MessageKind,
  Party,
  Provenance,
  ReceiptStatus,
  RefusalReason,
  TemplateStatus,
} from './generated/enums.js';
export {
  BILLABLE_STATUS_SYMBOLS,
  CATEGORY_SYMBOLS,
  CONSENT_ACTION_SYMBOLS,
  FAILURE_REASON_SYMBOLS,
  LANE_SYMBOLS,
  MESSAGE_KIND_SYMBOLS,
  PARTY_SYMBOLS,
  PROVENANCE_SYMBOLS,
  RECEIPT_STATUS_SYMBOLS,
  REFUSAL_REASON_SYMBOLS,
  TEMPLATE_STATUS_SYMBOLS,
} from './generated/enums.js';
export type {
  Billable,
  Cause,
  Correction,
  CorrectionRecord,
  EntryPoint,
  MarketPrefix,
  Message,
  Meta,
  ParameterShape,
  PricingSession,
  RateRow,
  Reservation,
  RequestAuthorization,
  TemplateRef,
  TemplateRequest,
} from './generated/parts.js';
export type {
  ConsentGranted,
  ConsentRevoked,
  MessageAdmitted,
  MessageDelivered,
  MessageFailed,
  MessageOverBudget,
  MessageRead,
  MessageReceived,
  MessageRefused,
  MessageRequested,
  MessageSent,
  NotificationRequested,
  NotificationScheduled,
  ReceiptReported,
  WindowClosed,
  WindowExpiring,
} from './generated/conversations.js';
export type { DecisionSkipped, TimerDue } from './generated/runner.js';
export type { EnvelopeStored } from './generated/envelopes.js';
export type { DeviceListPublished } from './generated/devices.js';
export type { UsageRecorded } from './generated/usage.js';
export type { AdjustmentPosted, BudgetThresholdReached, ChargePosted, InvoiceIssued } from './generated/ledger.js';
export type {
  BudgetPublished,
  BusinessRegistered,
  InternationalEligibilityPublished,
  MarketPrefixesPublished,
  NumberRegistered,
  PolicyPublished,
  RateCardPublished,
  TemplatePublished,
} from './generated/catalog.js';
export type { RecordConsent, ReportInbound, SendMessage } from './generated/requests.js';
export type { RequestRejected } from './generated/rejected.js';
export type {
  EventByType,
  EventType,
  EventOf,
  AnyEvent,
  Payload,
  PayloadOf,
  RequestEvent,
  RejectedEvent,
  ConversationEvent,
  EnvelopeEvent,
  UsageEvent,
  LedgerEvent,
  CatalogEvent,
  DeviceEvent,
} from './generated/events.js';
export { EVENT_TYPES } from './generated/events.js';
export type { EventByTopic } from './generated/topics.js';
export { REGISTERED_SCHEMAS } from './generated/schemas.js';
export { conversationIdOf, isId, partiesOf, toId } from './ids.js';
export type { IdKind } from './ids.js';
export type { Instant } from './instant.js';
export { FoldedStates } from './folded-states.js';
export { murmur2, partitionOf } from './partition.js';
export type { AvroArray, AvroEnum, AvroField, AvroRecord, AvroScalar, AvroType, Constraints, RegisteredSchema } from './schema.js';
export { canonicalOf, hasLimits } from './compatibility/canonical.js';
export type { CanonicalOptions } from './compatibility/canonical.js';
export type { Finding, FindingKind } from './compatibility/finding.js';
export { historyFaults, incompatibilities, sentenceOf } from './compatibility/full-transitive.js';
export type { Direction, Incompatibility, Version } from './compatibility/full-transitive.js';
export type { SchemaNode } from './compatibility/node.js';
export { nodeOf, parseSchema, SchemaError } from './compatibility/parse.js';
export { SUBJECTS, subjectOf } from './subjects.js';
export type { Subject } from './subjects.js';
export { mayWrite, TOPIC_NAMES, TOPICS } from './topics.js';
export type { KeyKind, Topic, TopicName, Writer } from './topics.js';
export type {
  AnyTopology,
  CatalogFold,
  ColumnType,
  ColumnValue,
  BalanceMove,
  Tally,
  Balances,
  DecisionContext,
  InParts,
  Output,
  Position,
  RowChange,
  Table,
  Timer,
  Topology,
} from './topology.js';
export type { EventPicks, LinkMeta, Picked, PickedEvent, Picks } from './picks.js';
