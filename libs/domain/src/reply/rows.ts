import type { ConversationId, RowChange, Table } from '@parley/contracts';
import { partiesOf } from '@parley/contracts';
import { fallbackMarket } from '@parley/rating';
import { column, nullable, put } from '../row.js';
import type { ReplyEvent } from './events.js';
import type { ReplyState, Stretch } from './evolve.js';

/**
 * One row per unanswered stretch of a conversation, `number` counting them. Answered by a free-form message or by a template (`kind`), through the
 * gateway or by hand (`lane`), or not yet: all null. `late`: the free window was closed by then. Instants are epoch ms, by event time.
 */
export const replyTable = {
  name: 'reply',
  key: ['conversation_id', 'number'],
  columns: {
    conversation_id: column('text'),
    number: column('integer'),
    business_id: column('text'),
    contact_id: column('text'),
    market: column('text'),
    first_unanswered_at: column('bigint'),
    last_inbound_at: column('bigint'),
    entry_point_at: nullable('bigint'),
    answered_at: nullable('bigint'),
    response_ms: nullable('bigint'),
    answer_message_id: nullable('text'),
    lane: nullable('text'),
    kind: nullable('text'),
    category: nullable('text'),
    late: nullable('boolean'),
  },
} as const satisfies Table;

/** The row of the stretch that an event begins, goes on with or ends. */
export function project(event: ReplyEvent, state: ReplyState): readonly RowChange[] {
  const { stretch } = state;
  switch (event.type) {
    case 'MessageReceived':
      return stretch === null ? [] : [rowOf(event.conversationId, state, stretch)];
    case 'MessageSent':
      // Only the first message after the contact's is an answer.
      return stretch?.answer?.messageId === event.message.messageId ? [rowOf(event.message.conversationId, state, stretch)] : [];
    default:
      return event satisfies never;
  }
}

function rowOf(conversationId: ConversationId, { market, entryPointAt }: ReplyState, { answer, ...stretch }: Stretch): RowChange {
  const { businessId, contactId } = partiesOf(conversationId);
  return put(replyTable, {
    conversation_id: conversationId,
    number: stretch.number,
    business_id: businessId,
    contact_id: contactId,
    market: market?.name ?? fallbackMarket,
    first_unanswered_at: stretch.firstUnansweredAt,
    last_inbound_at: stretch.lastInboundAt,
    entry_point_at: entryPointAt,
    answered_at: answer?.at ?? null,
    response_ms: answer === null ? null : answer.at - stretch.firstUnansweredAt,
    answer_message_id: answer?.messageId ?? null,
    lane: answer?.lane ?? null,
    kind: answer?.kind ?? null,
    category: answer?.category ?? null,
    late: answer?.isLate ?? null,
  });
}
