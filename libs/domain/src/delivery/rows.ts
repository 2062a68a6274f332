import type { RowChange, Table } from '@parley/contracts';
import { column, nullable, put } from '../row.js';
import type { DeliveryEvent } from './events.js';
import { findTracked, type DeliveryState } from './evolve.js';
import type { Tracked } from './tracked.js';

/**
 * One row per message to a contact. `status`: sent, delivered, read, failed. `first_status` tells which receipt was billable. Instants are
 * epoch ms; `last_inbound_at` and `entry_point_at` as they stood at dispatch.
 */
export const messageTable = {
  name: 'message',
  key: ['conversation_id', 'message_id'],
  columns: {
    conversation_id: column('text'),
    message_id: column('text'),
    business_id: column('text'),
    owner_id: column('text'),
    contact_id: column('text'),
    number_id: column('text'),
    lane: column('text'),
    kind: column('text'),
    category: column('text'),
    template_name: nullable('text'),
    template_language: nullable('text'),
    template_version: nullable('integer'),
    market: column('text'),
    status: column('text'),
    first_status: nullable('text'),
    requested_at: column('bigint'),
    sent_at: nullable('bigint'),
    delivered_at: nullable('bigint'),
    read_at: nullable('bigint'),
    failed_at: nullable('bigint'),
    last_inbound_at: nullable('bigint'),
    entry_point_at: nullable('bigint'),
    failure_reason: nullable('text'),
    failure_detail: nullable('text'),
    envelope_hash: column('text'),
  },
} as const satisfies Table;

/** The row of a message after what changes it. */
export function project(event: DeliveryEvent, state: DeliveryState): readonly RowChange[] {
  switch (event.type) {
    case 'MessageSent':
    case 'MessageDelivered':
    case 'MessageFailed':
      return rowsOf(event.message.messageId, state);
    case 'MessageRead':
      return event.by === 'contact' ? rowsOf(event.messageId, state) : [];
    case 'MessageReceived':
    case 'ConsentGranted':
    case 'ConsentRevoked':
    case 'MessageAdmitted':
    case 'ReceiptReported':
    case 'TimerDue':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

function rowsOf(messageId: string, state: DeliveryState): readonly RowChange[] {
  const tracked = findTracked(state, messageId);
  return tracked === null ? [] : [rowOf(tracked)];
}

function rowOf({ message, ...tracked }: Tracked): RowChange {
  return put(messageTable, {
    conversation_id: message.conversationId,
    message_id: message.messageId,
    business_id: message.businessId,
    owner_id: message.ownerId,
    contact_id: message.contactId,
    number_id: message.numberId,
    lane: message.lane,
    kind: message.kind,
    category: message.category,
    template_name: message.template?.name ?? null,
    template_language: message.template?.language ?? null,
    template_version: message.template?.version ?? null,
    market: tracked.market,
    status: tracked.status,
    first_status: tracked.firstStatus,
    requested_at: message.requestedAt,
    sent_at: tracked.sentAt,
    delivered_at: tracked.deliveredAt,
    read_at: tracked.readAt,
    failed_at: tracked.failedAt,
    last_inbound_at: tracked.lastInboundAt,
    entry_point_at: tracked.entryPointAt,
    failure_reason: tracked.failure?.reason ?? null,
    failure_detail: tracked.failure?.detail ?? null,
    envelope_hash: message.envelopeHash,
  });
}
