import type { Instant } from '@parley/contracts';
import type { PricingCategory } from '../policy/document.js';
import { hourMs } from '../policy/policy.js';

/** How a message is billed, in the operator's words. */
export const pricingTypes = ['regular', 'free_customer_service', 'free_entry_point'] as const;
export type PricingType = (typeof pricingTypes)[number];

/** One session of a conversation: paid for, or free, when it opened; whatever joins it costs nothing. Plain JSON, instants epoch ms. */
export interface Session {
  readonly category: PricingCategory;
  /** How the message was billed that opened it. */
  readonly type: PricingType;
  /** Delivery of the message that opened it. */
  readonly openedAt: Instant;
  /** First instant at which it is no longer open. */
  readonly closesAt: Instant;
  /** The contact's message through an advertisement that it answers; null for every other session. */
  readonly entryPointAt: Instant | null;
}

/** A conversation's sessions in the order they were opened. */
export type Sessions = readonly Session[];

export const noSessions: Sessions = [];

/** Ended sessions are kept this long, so that a receipt that comes late still finds the one it belongs to. */
export const endedSessionsKeptHours = 72;

/**
 * The session that a message delivered at that instant joins: the one opened last of those that are open. A receipt that was overtaken joins the
 * session its follower opened when its own would have run into it, since two must not be paid for the same hours.
 *
 * @param category null for any.
 */
export function joinable(sessions: Sessions, deliveredAt: Instant, category: PricingCategory | null, lengthMs: number): Session | null {
  for (let index = sessions.length - 1; index >= 0; index -= 1) {
    const session = sessions[index];
    if (!session || session.entryPointAt !== null || (category !== null && session.category !== category)) continue;
    if (deliveredAt < session.closesAt && session.openedAt < deliveredAt + lengthMs) return session;
  }
  return null;
}

/** The sessions once this one opened. An entry point's ends all others at that instant. Those that ended long before are dropped. */
export function withOpened(sessions: Sessions, opened: Session): Sessions {
  const oldest = opened.openedAt - endedSessionsKeptHours * hourMs;
  const kept = sessions.filter(({ closesAt }) => closesAt >= oldest);
  if (opened.entryPointAt === null) return [...kept, opened];
  return [...kept.map((session) => (session.closesAt > opened.openedAt ? { ...session, closesAt: opened.openedAt } : session)), opened];
}
