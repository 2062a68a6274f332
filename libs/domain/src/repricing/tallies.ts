import type { ConversationId, Instant, OwnerId, UsageRecorded } from '@parley/contracts';
import { noCounters, noSessions, rate, type Charge, type Counters, type Sessions, type Terms, type Unpriced } from '@parley/rating';

/** Sessions that ended so long before the newest message are let go: no receipt is that late, since envelopes are kept for 30 days. */
const sessionsKeptMs = 31 * 24 * 3_600_000;
const sweepEvery = 200_000;

/** What owners and conversations have used up, as their usage is priced in its order: each message once, under whatever terms. */
export class Tallies {
  readonly counters = new Map<OwnerId, Counters>();
  readonly sessions = new Map<ConversationId, Sessions>();
  #priced = 0;
  #newest: Instant = 0;

  /** Prices the message and counts it. What cannot be priced counts nowhere. */
  price(usage: UsageRecorded, terms: Terms): Charge | Unpriced {
    const { ownerId, conversationId } = usage.message;
    const counters = this.counters.get(ownerId) ?? noCounters;
    const sessions = this.sessions.get(conversationId) ?? noSessions;
    const rated = rate(usage, terms, { counters, sessions });
    if (rated.counters !== counters) this.counters.set(ownerId, rated.counters);
    if (rated.sessions !== sessions) this.sessions.set(conversationId, rated.sessions);
    if (rated.outcome.kind === 'charge') this.#sweep(usage.deliveredAt);
    return rated.outcome;
  }

  #sweep(deliveredAt: Instant): void {
    this.#priced += 1;
    this.#newest = Math.max(this.#newest, deliveredAt);
    if (this.#priced % sweepEvery !== 0) return;
    for (const [conversation, sessions] of this.sessions) {
      if (sessions.every(({ closesAt }) => closesAt < this.#newest - sessionsKeptMs)) this.sessions.delete(conversation);
    }
  }
}
