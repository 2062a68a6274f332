import type { Instant, MessageDelivered, MessageFailed, MessageRead, MessageSent, Reservation, TimerDue } from '@parley/contracts';
import { micros, microsFromText, microsToText } from '@parley/money';
import { fallbackMarket } from '@parley/rating';
import { latest } from '../consent/consent.js';
import { forget, remember, type RecentIds } from '../recent-ids.js';
import { evolveWindow, noWindow, type Window } from '../window/window.js';
import { envelopeRetentionMs } from './envelope-retention.js';
import type { DeliveryEvent } from './events.js';
import { advances, type Status } from './status.js';
import { pruned, type Tracked } from './tracked.js';

export const deliveryTopologyName = 'delivery';
export const expiryTimer = 'envelope-expiry';

/** Messages of the contact that the business has not read, remembered per conversation. */
export const unreadLimit = 256;

/** What delivery knows of one conversation. */
export interface DeliveryState {
  readonly window: Window;
  /** The contact's region of the rate card by the verified directory, and when that was said; null until the contact's device says anything. */
  readonly market: { readonly name: string; readonly saidAt: Instant } | null;
  /** Messages to the contact, in the order of their last change; bounded, see `undeliveredLimit` and `pruned`. */
  readonly tracked: readonly Tracked[];
  /** Messages of the contact that the business has not read. */
  readonly unread: RecentIds;
  /** A message of which nobody may have heard when its content is gone: looked at again then, even where it has arrived meanwhile. */
  readonly expiry: { readonly messageId: string; readonly at: Instant } | null;
}

export const initial: DeliveryState = { window: noWindow, market: null, tracked: [], unread: [], expiry: null };

/** What delivery knows once this has happened. */
export function evolve(state: DeliveryState, event: DeliveryEvent): DeliveryState {
  switch (event.type) {
    case 'MessageReceived': {
      // An integrator that reports a message does not know the market: the directory does.
      const heard = event.provenance === 'reported' ? state : withMarket(state, event.market, event.meta.at);
      return { ...heard, window: evolveWindow(state.window, event), unread: remember(state.unread, event.messageId, unreadLimit) };
    }
    case 'ConsentGranted':
    case 'ConsentRevoked':
      return { ...state, window: evolveWindow(state.window, event) };
    case 'ReceiptReported':
      return event.market === null ? state : withMarket(state, event.market, event.reportedAt);
    case 'MessageSent':
      return sent(state, event);
    case 'MessageDelivered':
      return delivered(state, event);
    case 'MessageRead':
      return event.by === 'business' ? { ...state, unread: forget(state.unread, event.messageId) } : read(state, event);
    case 'MessageFailed':
      return failed(state, event);
    case 'TimerDue':
      return event.topology === deliveryTopologyName ? fired(state, event) : state;
    case 'MessageAdmitted': // Nothing is known of a message before our word on it.
    case 'DecisionSkipped':
      return state;
    default:
      return event satisfies never;
  }
}

export function findTracked(state: DeliveryState, messageId: string): Tracked | null {
  return state.tracked.find(({ message }) => message.messageId === messageId) ?? null;
}

function withMarket(state: DeliveryState, name: string, saidAt: Instant): DeliveryState {
  const isNewer = state.market === null || latest(state.market.saidAt, saidAt) !== state.market.saidAt;
  return isNewer ? { ...state, market: { name, saidAt } } : state;
}

function sent(state: DeliveryState, { meta, message, market, lastInboundAt, entryPointAt, reservation }: MessageSent): DeliveryState {
  if (findTracked(state, message.messageId) !== null) return state;
  const sentMessage: Tracked = { ...untouched, message, market, status: 'sent', sentAt: meta.at, lastInboundAt, entryPointAt, reservation: asText(reservation) };
  const tracked = pruned([...state.tracked, sentMessage]);
  return { ...state, tracked, expiry: state.expiry ?? nextExpiry(tracked) };
}

function asText(reservation: Reservation | null): Tracked['reservation'] {
  return reservation && { ...reservation, amount: microsToText(micros(reservation.amount)), cap: microsToText(micros(reservation.cap)) };
}

/** What was set aside for a message, as events have it. */
export function reservationOf({ reservation }: Pick<Tracked, 'reservation'>): Reservation | null {
  return reservation ? { ...reservation, amount: microsFromText(reservation.amount), cap: microsFromText(reservation.cap) } : null;
}

/** The message whose content is gone first, of those that nobody has. */
function nextExpiry(tracked: readonly Tracked[], except = ''): DeliveryState['expiry'] {
  let first: DeliveryState['expiry'] = null;
  for (const { message, status, sentAt } of tracked) {
    if (status !== 'sent' || sentAt === null || message.messageId === except) continue;
    const at = sentAt + envelopeRetentionMs;
    if (first === null || at < first.at) first = { messageId: message.messageId, at };
  }
  return first;
}

/** The decision that follows deals with the message it is for: the next to watch is another one. */
function fired(state: DeliveryState, { name, subject }: TimerDue): DeliveryState {
  return name === expiryTimer && state.expiry?.messageId === subject ? { ...state, expiry: nextExpiry(state.tracked, subject) } : state;
}

function delivered(state: DeliveryState, { meta, message, market, first }: MessageDelivered): DeliveryState {
  const deliveredAt = meta.at;
  return advanced(state, message.messageId, 'delivered', (known) => ({ market, deliveredAt, firstStatus: first ? 'delivered' : known.firstStatus }));
}

function read(state: DeliveryState, { meta, messageId, billable }: MessageRead): DeliveryState {
  return advanced(state, messageId, 'read', (known) => ({
    readAt: meta.at,
    market: billable?.market ?? known.market,
    firstStatus: billable === null ? known.firstStatus : 'read',
  }));
}

function failed(state: DeliveryState, { meta, message, reason, detail }: MessageFailed): DeliveryState {
  const failure = { reason, detail };
  if (findTracked(state, message.messageId) !== null) {
    return advanced(state, message.messageId, 'failed', () => ({ failedAt: meta.at, failure }));
  }
  const { lastInboundAt, entryPointAt } = state.window;
  const market = state.market?.name ?? untouched.market;
  const tracked: Tracked = { ...untouched, message, market, status: 'failed', failedAt: meta.at, lastInboundAt, entryPointAt, failure };
  return { ...state, tracked: pruned([...state.tracked, tracked]) };
}

/** The message at its new status, unless that would be a step back. */
function advanced(state: DeliveryState, messageId: string, status: Status, change: (known: Tracked) => Partial<Tracked>): DeliveryState {
  const known = findTracked(state, messageId);
  if (known === null || !advances(known.status, status)) return state;
  const next: Tracked = { ...known, ...change(known), status };
  // Last, so that pruning never takes what has just changed: its row is still to be written.
  return { ...state, tracked: pruned([...state.tracked.filter((one) => one !== known), next]) };
}

const untouched = {
  market: fallbackMarket,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  firstStatus: null,
  failure: null,
  sentAt: null,
} as const satisfies Partial<Tracked>;
