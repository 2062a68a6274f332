import {
  partiesOf,
  type Billable,
  type ConversationId,
  type DecisionSkipped,
  type Message,
  type MessageDelivered,
  type MessageFailed,
  type MessageOverBudget,
  type MessageRead,
  type MessageReceived,
  type MessageRefused,
  type MessageRequested,
  type MessageSent,
  type NotificationRequested,
  type Party,
  type Position,
  type RowChange,
  type Table,
  type Topology,
  type WindowExpiring,
} from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { feedTallies } from '../conservation/tallies.js';
import { typesOf } from '../event-types.js';
import { evolve as evolveReply, initial as nobodyWaits, isUnanswered, type ReplyState } from '../reply/evolve.js';
import { column, nullable, put, type RowOf } from '../row.js';

/** What either end gets to see, and the requests that are counted. */
export type FeedEvent = NotificationRequested | MessageRequested | MessageReceived | MessageSent | MessageDelivered | MessageRead | MessageFailed | MessageRefused | MessageOverBudget | WindowExpiring;

/** The reason that the inbox gives where the owner's hard cap refused a message. */
const overBudget = 'over_budget';

/** Whether the contact waits for an answer, so that only then the business hears that its window closes; null before anything happened. */
export type FeedState = ReplyState | null;

/**
 * What waits for an end of a conversation, in log order: who keeps (partition, offset) of the last row seen has seen all before it. `kind` is
 * message (its content is the envelope of the same conversation, message and recipient), status, or window_expiring (the contact's message waits
 * for an answer, and the free window closes at `closes_at`). A contact's rows have `recipient` contact and
 * are found by `contact_id`, a business's by `business_id`. Instants are epoch ms.
 */
export const inboxTable = {
  name: 'inbox',
  key: ['log_partition', 'log_offset', 'recipient'],
  columns: {
    log_partition: column('integer'),
    log_offset: column('bigint'),
    recipient: column('text'),
    business_id: column('text'),
    contact_id: column('text'),
    conversation_id: column('text'),
    message_id: column('text'),
    number_id: nullable('text'),
    kind: column('text'),
    status: nullable('text'),
    at: column('bigint'),
    category: nullable('text'),
    template_name: nullable('text'),
    template_language: nullable('text'),
    template_version: nullable('integer'),
    template_hash: nullable('text'),
    entry_point_source_id: nullable('text'),
    entry_point_click_id: nullable('text'),
    envelope_hash: nullable('text'),
    reason: nullable('text'),
    detail: nullable('text'),
    billable: nullable('boolean'),
    used: nullable('jsonb'),
    closes_at: nullable('bigint'),
  },
} as const satisfies Table;

type InboxRow = RowOf<typeof inboxTable>;

/** What a price follows from, on the statuses that tell one: `sent`, and the first of delivered and read. Instants are epoch ms. */
export interface UsedFacts {
  readonly lane: Message['lane'];
  readonly kind: Message['kind'];
  readonly category: Message['category'];
  readonly market: string;
  readonly sentAt: number;
  readonly lastInboundAt: number | null;
}

function used({ message: { lane, kind, category }, market, sentAt, lastInboundAt }: Billable): { readonly used: { readonly [fact: string]: unknown } } {
  return { used: { lane, kind, category, market, sentAt, lastInboundAt } satisfies UsedFacts };
}

/** What is known of a conversation once this has happened. */
function evolve(state: FeedState, event: FeedEvent): FeedState {
  switch (event.type) {
    case 'MessageReceived':
    case 'MessageSent':
      return evolveReply(state ?? nobodyWaits, event);
    case 'MessageDelivered':
    case 'MessageRead':
    case 'MessageFailed':
    case 'MessageRefused':
    case 'MessageOverBudget':
    case 'WindowExpiring':
    case 'NotificationRequested':
    case 'MessageRequested':
      return state;
    default:
      return event satisfies never;
  }
}

/** The rows that one event puts in front of either end. */
export function project(event: FeedEvent, state: FeedState, position: Position): readonly RowChange[] {
  switch (event.type) {
    case 'MessageReceived':
      return [put(inboxTable, received(event, position))];
    case 'MessageSent': {
      const status = ofMessage(event.message, event.meta.at, position);
      return [put(inboxTable, { ...status, recipient: 'contact', kind: 'message', status: null }), put(inboxTable, { ...status, status: 'sent', ...used({ ...event, sentAt: event.meta.at }) })];
    }
    case 'MessageDelivered':
      return [put(inboxTable, { ...ofMessage(event.message, event.meta.at, position), status: 'delivered', billable: event.first, ...(event.first ? used(event) : {}) })];
    case 'MessageRead':
      return [put(inboxTable, read(event, position))];
    case 'MessageFailed':
    case 'MessageRefused': {
      const { reason, detail } = event;
      return [put(inboxTable, { ...ofMessage(event.message, event.meta.at, position), status: 'failed', reason, detail, billable: false })];
    }
    case 'MessageOverBudget':
      return [put(inboxTable, { ...ofMessage(event.message, event.meta.at, position), status: 'failed', reason: overBudget, detail: event.detail, billable: false })];
    case 'WindowExpiring':
      return expiring(event, state, position);
    case 'NotificationRequested':
    case 'MessageRequested':
      return [];
    default:
      return event satisfies never;
  }
}

/** Nothing where the business has answered, or where a newer message has moved the window since. */
function expiring({ meta, businessId, contactId, conversationId, lastInboundAt, closesAt }: WindowExpiring, state: FeedState, position: Position): readonly RowChange[] {
  if (state === null || !isUnanswered(state) || state.stretch.lastInboundAt !== lastInboundAt) return [];
  const { lastMessageId, numberId } = state.stretch;
  const about = { business_id: businessId, contact_id: contactId, conversation_id: conversationId, message_id: lastMessageId, number_id: numberId };
  return [put(inboxTable, { ...blank(position, 'business'), ...about, kind: 'window_expiring', at: meta.at, closes_at: closesAt })];
}

/** A status for the business; a variant of it is the message for the contact. */
function ofMessage(message: Message, at: number, position: Position): InboxRow {
  return {
    ...blank(position, 'business'),
    business_id: message.businessId,
    contact_id: message.contactId,
    conversation_id: message.conversationId,
    message_id: message.messageId,
    number_id: message.numberId,
    at,
    category: message.category,
    template_name: message.template?.name ?? null,
    template_language: message.template?.language ?? null,
    template_version: message.template?.version ?? null,
    template_hash: message.template?.hash ?? null,
    envelope_hash: message.envelopeHash,
  };
}

function received(event: MessageReceived, position: Position): InboxRow {
  return {
    ...blank(position, 'business'),
    business_id: event.businessId,
    contact_id: event.contactId,
    conversation_id: event.conversationId,
    message_id: event.messageId,
    number_id: event.numberId,
    kind: 'message',
    at: event.meta.at,
    category: 'service',
    entry_point_source_id: event.entryPoint?.sourceId ?? null,
    entry_point_click_id: event.entryPoint?.clickId ?? null,
    envelope_hash: event.envelopeHash,
  };
}

/** Who wrote the message hears that the other end read it. */
function read(event: MessageRead, position: Position): InboxRow {
  const message = event.billable?.message;
  return {
    ...(message ? ofMessage(message, event.meta.at, position) : blank(position, event.by === 'contact' ? 'business' : 'contact')),
    business_id: event.businessId,
    contact_id: event.contactId,
    conversation_id: event.conversationId,
    message_id: event.messageId,
    at: event.meta.at,
    status: 'read',
    billable: event.billable !== null,
    ...(event.billable === null ? {} : used(event.billable)),
  };
}

function blank(position: Position, recipient: Party): InboxRow {
  return {
    log_partition: position.partition,
    log_offset: position.offset,
    recipient,
    business_id: '',
    contact_id: '',
    conversation_id: '',
    message_id: '',
    number_id: null,
    kind: 'status',
    status: null,
    at: 0,
    category: null,
    template_name: null,
    template_language: null,
    template_version: null,
    template_hash: null,
    entry_point_source_id: null,
    entry_point_click_id: null,
    envelope_hash: null,
    reason: null,
    detail: null,
    billable: null,
    used: null,
    closes_at: null,
  };
}

/** Reads the conversations once more, from the log as it stands: only there has a record its own offset. Decides nothing. */
export const feedTopology: Topology<FeedState, FeedEvent, never, Catalog> = {
  name: 'feed',
  source: 'parley.conversations.v1',
  folds: typesOf<FeedEvent>({
    NotificationRequested: true,
    MessageRequested: true,
    MessageReceived: true,
    MessageSent: true,
    MessageDelivered: true,
    MessageRead: true,
    MessageFailed: true,
    MessageRefused: true,
    MessageOverBudget: true,
    WindowExpiring: true,
  }),
  commands: [],
  decisions: null,
  initial: null,
  evolve,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tallies: feedTallies,
  tables: [inboxTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  // Readers go on from an offset: a row that came later at an earlier one would never be seen.
  waitingLimit: 0,
};
