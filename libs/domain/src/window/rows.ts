import { partiesOf, type RowChange, type Table } from '@parley/contracts';
import { categories, standing } from '../consent/consent.js';
import { column, nullable, put } from '../row.js';
import type { WindowEvent } from './events.js';
import type { WindowState } from './evolve.js';

/** One row per conversation. `consent` says per category how it stands: wrote, opted_in, revoked or none. Instants are epoch ms. */
export const windowTable = {
  name: 'window',
  key: ['conversation_id'],
  columns: {
    conversation_id: column('text'),
    business_id: column('text'),
    contact_id: column('text'),
    last_inbound_at: nullable('bigint'),
    entry_point_at: nullable('bigint'),
    closes_at: nullable('bigint'),
    notice_at: nullable('bigint'),
    expiring_told_for: nullable('bigint'),
    closed_told_for: nullable('bigint'),
    consent: column('jsonb'),
  },
} as const satisfies Table;

/** The row of a conversation after what changes it. */
export function project(event: WindowEvent, state: WindowState): readonly RowChange[] {
  switch (event.type) {
    case 'MessageReceived':
    case 'ConsentGranted':
    case 'ConsentRevoked':
    case 'WindowExpiring':
    case 'WindowClosed':
      return [rowOf(event.conversationId, state)];
    case 'MessageRequested':
    case 'MessageAdmitted':
    case 'MessageRefused':
    case 'MessageOverBudget':
    case 'MessageFailed':
    case 'TimerDue':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

function rowOf(conversationId: Parameters<typeof partiesOf>[0], { window, told }: WindowState): RowChange {
  const { businessId, contactId } = partiesOf(conversationId);
  return put(windowTable, {
    conversation_id: conversationId,
    business_id: businessId,
    contact_id: contactId,
    last_inbound_at: window.lastInboundAt,
    entry_point_at: window.entryPointAt,
    closes_at: window.closesAt,
    notice_at: window.noticeAt,
    expiring_told_for: told.expiring,
    closed_told_for: told.closed,
    consent: Object.fromEntries(categories.map((category) => [category, standing(window.consent, category)])),
  });
}
