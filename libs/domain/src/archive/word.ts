import type { Instant } from '@parley/contracts';
import type { OperatorPricing, OperatorSession, Parties, RecordedFact, StatusFact } from './facts.js';

/** All that an archive says of one message. */
export interface MessageWord {
  readonly parties: Parties;
  readonly market: string;
  /** Instant of the fact that the market is taken from. */
  readonly marketAt: Instant;
  readonly sentAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly readAt: Instant | null;
  readonly failedAt: Instant | null;
  readonly sentPricing: OperatorPricing | null;
  readonly deliveredPricing: OperatorPricing | null;
  readonly readPricing: OperatorPricing | null;
  readonly failedPricing: OperatorPricing | null;
  readonly session: OperatorSession | null;
  readonly recorded: RecordedFact | null;
  /** Of the fact that says most of the price. */
  readonly source: string;
  readonly sourceRank: number;
}

export const noWord: MessageWord = {
  parties: null as unknown as Parties, // Given by the first fact, before anyone reads it.
  market: '', marketAt: Infinity,
  sentAt: null, deliveredAt: null, readAt: null, failedAt: null,
  sentPricing: null, deliveredPricing: null, readPricing: null, failedPricing: null,
  session: null, recorded: null, source: '', sourceRank: -1,
};

/** What is known of the message once this was told. The same facts in any order make the same word. */
export function evolveMessage(word: MessageWord, fact: StatusFact | RecordedFact, source: string): MessageWord {
  const common = whose(sourced(word, fact, source), fact);
  switch (fact.kind) {
    case 'recorded':
      return { ...common, recorded: word.recorded === null || JSON.stringify(fact) > JSON.stringify(word.recorded) ? fact : word.recorded };
    case 'status':
      return withSession(statusTold(common, fact), fact);
    default:
      return fact satisfies never;
  }
}

function statusTold(word: MessageWord, { status, at, pricing }: StatusFact): MessageWord {
  switch (status) {
    case 'sent':
      return { ...word, sentAt: earliest(word.sentAt, at), sentPricing: fuller(word.sentPricing, pricing) };
    case 'delivered':
      return { ...word, deliveredAt: earliest(word.deliveredAt, at), deliveredPricing: fuller(word.deliveredPricing, pricing) };
    case 'read':
      return { ...word, readAt: earliest(word.readAt, at), readPricing: fuller(word.readPricing, pricing) };
    case 'failed':
      return { ...word, failedAt: earliest(word.failedAt, at), failedPricing: fuller(word.failedPricing, pricing) };
    default:
      return status satisfies never;
  }
}

/** Who it is for, and the market at the earliest instant that is told, which is dispatch; what the business recorded goes before any webhook. */
function whose(word: MessageWord, { kind, businessId, numberId, contactId, market, at }: StatusFact | RecordedFact): MessageWord {
  const marketAt = kind === 'recorded' ? -Infinity : at;
  if (marketAt > word.marketAt || (marketAt === word.marketAt && market >= word.market)) return word;
  return { ...word, parties: { businessId, numberId, contactId }, market, marketAt };
}

/** The place to look at: where the price is told, on the status it is billed by before any other. */
function sourced(word: MessageWord, fact: StatusFact | RecordedFact, source: string): MessageWord {
  const rank = fact.kind === 'recorded' ? 1 : (fact.pricing === null ? 0 : 2) + (fact.status === 'sent' ? 0 : 1);
  if (rank < word.sourceRank || (rank === word.sourceRank && source >= word.source)) return word;
  return { ...word, source, sourceRank: rank };
}

function withSession(word: MessageWord, { session }: StatusFact): MessageWord {
  return { ...word, session: sessionOf(word.session, session) };
}

/** One session told twice has the later end; of two sessions, which no operator should tell, one is taken whatever the order. */
function sessionOf(known: OperatorSession | null, told: OperatorSession | null): OperatorSession | null {
  if (known === null || told === null) return known ?? told;
  if (known.id !== told.id) return known.id > told.id ? known : told;
  return { id: known.id, expiresAt: latest(known.expiresAt, told.expiresAt), origin: [known.origin, told.origin].sort().at(-1) ?? null };
}

/** Of two words on the same status the fuller one; the operator repeats a webhook with the same word, so this is a matter of order only. */
function fuller(known: OperatorPricing | null, told: OperatorPricing | null): OperatorPricing | null {
  if (known === null || told === null) return known ?? told;
  return JSON.stringify(Object.values(told)) > JSON.stringify(Object.values(known)) ? told : known;
}

export function earliest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function latest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
