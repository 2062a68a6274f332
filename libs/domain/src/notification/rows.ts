import type { Instant, Message, RowChange, Table } from '@parley/contracts';
import { column, nullable, put } from '../row.js';
import type { NotificationEvent } from './events.js';
import { isOurs, type NotificationState } from './evolve.js';

/**
 * One row per notification. `status`: scheduled (until `waits_until`), released (windows and delivery have it now), refused (by notifications or
 * by windows). Instants are epoch ms.
 */
export const notificationTable = {
  name: 'notification',
  key: ['conversation_id', 'message_id'],
  columns: {
    conversation_id: column('text'),
    message_id: column('text'),
    business_id: column('text'),
    contact_id: column('text'),
    number_id: column('text'),
    kind: column('text'),
    category: column('text'),
    template_name: nullable('text'),
    template_language: nullable('text'),
    template_version: nullable('integer'),
    status: column('text'),
    waits_until: nullable('bigint'),
    reason: nullable('text'),
    detail: nullable('text'),
    requested_at: column('bigint'),
    decided_at: column('bigint'),
  },
} as const satisfies Table;

interface Outcome {
  readonly status: 'scheduled' | 'released' | 'refused';
  readonly waitsUntil: Instant | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** The row of a notification after what changes it. */
export function project(event: NotificationEvent, state: NotificationState): readonly RowChange[] {
  switch (event.type) {
    case 'NotificationScheduled':
      return [rowOf(event.message, event.meta.at, { status: 'scheduled', waitsUntil: event.dueAt, reason: null, detail: null })];
    case 'MessageRequested':
      if (!isOurs(state, event.message)) return [];
      return [rowOf(event.message, event.meta.at, { status: 'released', waitsUntil: null, reason: null, detail: null })];
    case 'MessageRefused':
      if (!isOurs(state, event.message)) return [];
      return [rowOf(event.message, event.meta.at, { status: 'refused', waitsUntil: null, reason: event.reason, detail: event.detail })];
    case 'NotificationRequested':
    case 'TimerDue':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

function rowOf(message: Message, decidedAt: Instant, outcome: Outcome): RowChange {
  return put(notificationTable, {
    conversation_id: message.conversationId,
    message_id: message.messageId,
    business_id: message.businessId,
    contact_id: message.contactId,
    number_id: message.numberId,
    kind: message.kind,
    category: message.category,
    template_name: message.template?.name ?? null,
    template_language: message.template?.language ?? null,
    template_version: message.template?.version ?? null,
    status: outcome.status,
    waits_until: outcome.waitsUntil,
    reason: outcome.reason,
    detail: outcome.detail,
    requested_at: message.requestedAt,
    decided_at: decidedAt,
  });
}
