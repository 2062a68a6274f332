import type { ConversationId, Instant, Message, OwnerId } from '@parley/contracts';
import { chargeFor, CountBook, needsSessions, noCounters, noSessions, trackedBy, type Charge, type Sessions, type Terms, type Unpriced, type Usage } from '@parley/rating';

/** Sessions that ended so long before the newest message are let go: no receipt is that late, since envelopes are kept for 30 days. */
const sessionsKeptMs = 31 * 24 * 3_600_000;
const sweepEvery = 100_000;

/** What is read of a used message to price it and to count it. */
export interface TalliedUsage extends Usage {
  readonly message: Usage['message'] & Pick<Message, 'ownerId' | 'conversationId'>;
}

/** What owners and conversations have used up, as their usage is priced in its order: each message once, under whatever terms. */
export class Tallies {
  readonly counters = new Map<OwnerId, CountBook>();
  readonly sessions = new Map<ConversationId, Sessions>();
  #priced = 0;
  #newest: Instant = 0;

  /** Prices the message and counts it. What cannot be priced counts nowhere. */
  price(usage: TalliedUsage, terms: Terms): Charge | Unpriced {
    const { ownerId, conversationId } = usage.message;
    // As live: a price list without sessions reads none.
    const sessions = (needsSessions(terms.policy.document) && this.sessions.size > 0 ? this.sessions.get(conversationId) : undefined) ?? noSessions;
    const book = this.counters.get(ownerId);
    const outcome = chargeFor(usage, terms, { counters: book ?? noCounters, sessions });
    if (outcome.kind === 'unpriced') return outcome;
    const counted = outcome.allowance ?? outcome.tier;
    if (counted !== null) (book ?? this.#bookFor(ownerId)).count(outcome.month, counted.key);
    const tracked = trackedBy(sessions, outcome);
    if (tracked !== sessions) this.sessions.set(conversationId, tracked);
    this.#sweep(usage.deliveredAt);
    return outcome;
  }

  #bookFor(ownerId: OwnerId): CountBook {
    const made = new CountBook();
    this.counters.set(ownerId, made);
    return made;
  }

  #sweep(deliveredAt: Instant): void {
    this.#priced += 1;
    if (deliveredAt > this.#newest) this.#newest = deliveredAt;
    if (this.#priced % sweepEvery !== 0) return;
    for (const [conversation, sessions] of this.sessions) {
      if (sessions.every(({ closesAt }) => closesAt < this.#newest - sessionsKeptMs)) this.sessions.delete(conversation);
    }
  }
}
