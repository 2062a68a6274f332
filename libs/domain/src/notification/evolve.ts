import type { Instant, Message, MessageId, NotificationRequested, ParameterShape } from '@parley/contracts';
import { remember, type RecentIds } from '../recent-ids.js';
import type { NotificationEvent } from './events.js';

export const notificationsTopologyName = 'notifications';
export const sendTimer = 'send';

/** Messages of one conversation that may wait for their time. */
export const scheduledLimit = 100;

/** Decided messages that are remembered per conversation; a repetition of an older one is caught by ingest's idempotency keys. */
export const decidedLimit = 256;

/** A message that waits for its time, or for our word on it. */
export interface Scheduled {
  readonly message: Message;
  readonly parameters: readonly ParameterShape[];
  readonly sendAt: Instant;
  /** False between the request and our word on it: nothing waits yet. */
  readonly accepted: boolean;
}

/** What notifications knows of one conversation. */
export interface NotificationState {
  /** In the order they were asked for. */
  readonly scheduled: readonly Scheduled[];
  /** Messages released or refused lately: each is decided once. */
  readonly decided: RecentIds;
}

export const initial: NotificationState = { scheduled: [], decided: [] };

/** What notifications knows once this has happened. */
export function evolve(state: NotificationState, event: NotificationEvent): NotificationState {
  switch (event.type) {
    case 'NotificationRequested':
      return requested(state, event);
    case 'NotificationScheduled':
      return accepted(state, event.message.messageId);
    case 'MessageRequested':
    case 'MessageRefused':
      return isOurs(state, event.message) ? settled(state, event.message.messageId) : state;
    case 'TimerDue': // The message waits until our word on it.
    case 'DecisionSkipped':
      return state;
    default:
      return event satisfies never;
  }
}

export function findScheduled(state: NotificationState, messageId: string): Scheduled | null {
  return state.scheduled.find(({ message }) => message.messageId === messageId) ?? null;
}

/** Whether a request or refusal is about a notification, not about a plain message that never passed here. */
export function isOurs(state: NotificationState, message: Message): boolean {
  return message.kind === 'template' || findScheduled(state, message.messageId) !== null || state.decided.includes(message.messageId);
}

/** The first request of a message id counts: another one of the same id must not change what waits. */
function requested(state: NotificationState, { message, parameters, sendAt }: NotificationRequested): NotificationState {
  const isKnown = state.decided.includes(message.messageId) || findScheduled(state, message.messageId) !== null;
  if (isKnown) return state;
  return { ...state, scheduled: [...state.scheduled, { message, parameters, sendAt: sendAt ?? message.requestedAt, accepted: false }] };
}

function accepted(state: NotificationState, messageId: MessageId): NotificationState {
  const scheduled = state.scheduled.map((waiting) => (waiting.message.messageId === messageId ? { ...waiting, accepted: true } : waiting));
  return { ...state, scheduled };
}

function settled(state: NotificationState, messageId: MessageId): NotificationState {
  const scheduled = state.scheduled.filter(({ message }) => message.messageId !== messageId);
  return { scheduled, decided: remember(state.decided, messageId, decidedLimit) };
}
