import type { Instant, MessageId, TimerDue } from '@parley/contracts';
import { latest } from '../consent/consent.js';
import { remember, type RecentIds } from '../recent-ids.js';
import type { WindowEvent } from './events.js';
import { evolveWindow, noWindow, type Window } from './window.js';

export const windowsTopologyName = 'windows';
export const expiringTimer = 'window-expiring';
export const closedTimer = 'window-closed';

/** Decided messages that are remembered per conversation; a repetition of an older one is caught by ingest's idempotency keys. */
export const decidedLimit = 256;

/** What windows knows of one conversation. */
export interface WindowState {
  readonly window: Window;
  /** The contact's market by the verified directory; null until the contact's own device said anything. For reservations only: delivery asks again. */
  readonly market: string | null;
  /** Messages admitted or refused lately: each is decided once. */
  readonly decided: RecentIds;
  /** Latest due instants of the timers that fired: none is set again. */
  readonly fired: { readonly expiringAt: Instant | null; readonly closedAt: Instant | null };
  /** Close of the window that was last announced as near, and as past. */
  readonly told: { readonly expiring: Instant | null; readonly closed: Instant | null };
}

export const initial: WindowState = {
  window: noWindow,
  market: null,
  decided: [],
  fired: { expiringAt: null, closedAt: null },
  told: { expiring: null, closed: null },
};

/** What windows knows once this has happened. */
export function evolve(state: WindowState, event: WindowEvent): WindowState {
  switch (event.type) {
    case 'MessageReceived':
      // An integrator that reports a message does not know the market: the directory does.
      return { ...state, window: evolveWindow(state.window, event), market: event.provenance === 'reported' ? state.market : event.market };
    case 'ConsentGranted':
    case 'ConsentRevoked':
      return { ...state, window: evolveWindow(state.window, event) };
    case 'MessageAdmitted':
    case 'MessageRefused':
    case 'MessageOverBudget':
      return decided(state, event.message.messageId);
    case 'TimerDue':
      return event.topology === windowsTopologyName ? fired(state, event) : state;
    case 'WindowExpiring':
      return { ...state, told: { ...state.told, expiring: event.closesAt } };
    case 'WindowClosed':
      return { ...state, told: { ...state.told, closed: event.closesAt } };
    case 'MessageFailed': // What was set aside for it is given back; nothing of the conversation changes.
    case 'MessageRequested': // Nothing is known of a message before our word on it.
    case 'DecisionSkipped':
      return state;
    default:
      return event satisfies never;
  }
}

function decided(state: WindowState, messageId: MessageId): WindowState {
  return { ...state, decided: remember(state.decided, messageId, decidedLimit) };
}

function fired(state: WindowState, { name, dueAt }: TimerDue): WindowState {
  switch (name) {
    case expiringTimer:
      return { ...state, fired: { ...state.fired, expiringAt: latest(state.fired.expiringAt, dueAt) } };
    case closedTimer:
      return { ...state, fired: { ...state.fired, closedAt: latest(state.fired.closedAt, dueAt) } };
    default: // A timer of an earlier version of this code: fired, and that is all.
      return state;
  }
}
