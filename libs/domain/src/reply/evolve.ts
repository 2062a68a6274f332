import type { Category, Instant, Lane, MessageId, MessageKind, MessageReceived, MessageSent, NumberId } from '@parley/contracts';
import { latest } from '../consent/consent.js';
import type { ReplyEvent } from './events.js';

/** The business message that ended a stretch. Instants are epoch ms, UTC. */
export interface Answer {
  readonly messageId: MessageId;
  /** Release to the contact's devices; never before the stretch began. */
  readonly at: Instant;
  readonly lane: Lane;
  readonly kind: MessageKind;
  readonly category: Category;
  /** Whether the free window was closed by then, under the policy in force at dispatch; null where the record does not say. */
  readonly isLate: boolean | null;
}

/** From a contact's first unanswered message to the first business message after it. */
export interface Stretch {
  /** Counts a conversation's stretches: 1, 2, … */
  readonly number: number;
  readonly firstUnansweredAt: Instant;
  /** The contact's newest message of the stretch: the free window rolls with it. */
  readonly lastInboundAt: Instant;
  readonly lastMessageId: MessageId;
  /** The business's number that was written to last. */
  readonly numberId: NumberId;
  readonly answer: Answer | null;
}

/** What is known of one conversation: its latest stretch, and no more. */
export interface ReplyState {
  readonly stretch: Stretch | null;
  /** The newest message released to the contact. */
  readonly lastSentAt: Instant | null;
  /** The contact's newest message that came through an advertisement. */
  readonly entryPointAt: Instant | null;
  /** The contact's region of the rate card by the verified directory, and when that was said. */
  readonly market: { readonly name: string; readonly saidAt: Instant } | null;
}

export const initial: ReplyState = { stretch: null, lastSentAt: null, entryPointAt: null, market: null };

/** What is known once this has happened. */
export function evolve(state: ReplyState, event: ReplyEvent): ReplyState {
  switch (event.type) {
    case 'MessageReceived':
      return received(withOrigin(state, event), event);
    case 'MessageSent':
      return sent(state, event);
    default:
      return event satisfies never;
  }
}

/** The contact's messages wait for an answer. */
export function isUnanswered(state: ReplyState): state is ReplyState & { readonly stretch: Stretch & { readonly answer: null } } {
  return state.stretch !== null && state.stretch.answer === null;
}

function received(state: ReplyState, { meta, messageId, numberId, provenance }: MessageReceived): ReplyState {
  const { at } = meta;
  // What is reported afterwards may lie before a message that was sent meanwhile: by event time it was answered. A device's own message cannot.
  if (provenance === 'reported' && state.lastSentAt !== null && at < state.lastSentAt) return state;
  if (!isUnanswered(state)) {
    const number = (state.stretch?.number ?? 0) + 1;
    return { ...state, stretch: { number, firstUnansweredAt: at, lastInboundAt: at, lastMessageId: messageId, numberId, answer: null } };
  }
  const { stretch } = state;
  const firstUnansweredAt = Math.min(stretch.firstUnansweredAt, at);
  if (at < stretch.lastInboundAt) return { ...state, stretch: { ...stretch, firstUnansweredAt } };
  return { ...state, stretch: { ...stretch, firstUnansweredAt, lastInboundAt: at, lastMessageId: messageId, numberId } };
}

function sent(state: ReplyState, { meta, message, windowClosesAt }: MessageSent): ReplyState {
  const next = { ...state, lastSentAt: latest(state.lastSentAt, meta.at) };
  if (!isUnanswered(state)) return next;
  const { messageId, lane, kind, category } = message;
  // The log says that it came after, even where two clocks disagree by a little.
  const at = Math.max(meta.at, state.stretch.firstUnansweredAt);
  const isLate = windowClosesAt === null ? null : meta.at >= windowClosesAt;
  return { ...next, stretch: { ...state.stretch, answer: { messageId, at, lane, kind, category, isLate } } };
}

function withOrigin(state: ReplyState, { meta, entryPoint, market, provenance }: MessageReceived): ReplyState {
  const entryPointAt = entryPoint === null ? state.entryPointAt : latest(state.entryPointAt, meta.at);
  // An integrator that reports a message does not know the market: the directory does.
  const isNews = provenance !== 'reported' && latest(state.market?.saidAt ?? null, meta.at) !== state.market?.saidAt;
  return { ...state, entryPointAt, market: isNews ? { name: market, saidAt: meta.at } : state.market };
}
