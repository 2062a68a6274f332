import type { Instant, MessageReceived } from '@parley/contracts';
import { evolveConsent, latest, noConsent, type Consent } from '../consent/consent.js';
import type { WindowFact } from './events.js';

/** A conversation's windows and its consent. Instants are event time, epoch ms, UTC. */
export interface Window {
  /** The contact's last message: the free window rolls with it. */
  readonly lastInboundAt: Instant | null;
  /** The contact's last message that came through an advertisement. Rating decides when its 72 h open. */
  readonly entryPointAt: Instant | null;
  /** When the window closes, as hinted when the last message was received. For timers only: admission asks the policy in force. */
  readonly closesAt: Instant | null;
  /** When the business wants to hear of that beforehand; null for never. For timers only. */
  readonly noticeAt: Instant | null;
  readonly consent: Consent;
}

export const noWindow: Window = { lastInboundAt: null, entryPointAt: null, closesAt: null, noticeAt: null, consent: noConsent };

/** What the windows are once this has happened. Facts are never refused. */
export function evolveWindow(window: Window, fact: WindowFact): Window {
  switch (fact.type) {
    case 'MessageReceived':
      return received({ ...window, consent: evolveConsent(window.consent, fact) }, fact);
    case 'ConsentGranted':
    case 'ConsentRevoked':
      return { ...window, consent: evolveConsent(window.consent, fact) };
    default:
      return fact satisfies never;
  }
}

/** A late arrival with an older timestamp must not shorten the window. */
function received(window: Window, fact: MessageReceived): Window {
  const { at } = fact.meta;
  const entryPointAt = fact.entryPoint === null ? window.entryPointAt : latest(window.entryPointAt, at);
  if (!isNewer(fact, window)) return { ...window, entryPointAt };
  return { ...window, lastInboundAt: at, entryPointAt, closesAt: fact.windowClosesAt, noticeAt: fact.windowNoticeAt };
}

/** Of two messages of the same instant the one with the later hints counts, so that their order does not. */
function isNewer(fact: MessageReceived, window: Window): boolean {
  if (window.lastInboundAt === null || fact.meta.at !== window.lastInboundAt) return latest(window.lastInboundAt, fact.meta.at) !== window.lastInboundAt;
  if (fact.windowClosesAt !== window.closesAt) return latest(window.closesAt, fact.windowClosesAt) !== window.closesAt;
  return latest(window.noticeAt, fact.windowNoticeAt) !== window.noticeAt;
}
