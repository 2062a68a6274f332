import { readFileSync } from 'node:fs';
import type { Category, Lane, MessageKind } from '@parley/contracts';
import { noCounters } from '../allowance/counters.js';
import { bundledPriceLists } from '../bundled.js';
import { parsePolicyDocument } from '../policy/parse.js';
import { policyOf, type Policy } from '../policy/policy.js';
import { rateCardOf, type RateCard } from '../rate-card.js';
import { noSessions } from '../sessions/sessions.js';
import type { Charge, Unpriced } from './outcome.js';
import { rate, type Rating } from './rate.js';
import type { BusinessFacts, Tally, Usage } from './usage.js';

export const hour = 3_600_000;
const lists = bundledPriceLists();

/** A bundled policy by its id. */
export function bundled(policyId: string): Policy {
  const found = lists.policies.find((policy) => policy.policyId === policyId);
  if (!found) throw new RangeError(`no bundled policy ${policyId}`);
  return policyOf(found);
}

/** A bundled policy with one line of its file changed; throws a RangeError unless the text stands there on exactly one line. */
export function withLine(policyId: string, from: string, to: string): Policy {
  const lines = readFileSync(new URL(`../../data/policies/${policyId}.json`, import.meta.url), 'utf8').split('\n');
  if (lines.filter((line) => line.includes(from)).length !== 1) throw new RangeError(`${policyId} has not exactly one line with ${from}`);
  const { document } = JSON.parse(lines.map((line) => line.replace(from, to)).join('\n')) as { readonly document: object };
  return { ...bundled(policyId), document: parsePolicyDocument(JSON.stringify(document)) };
}

/** A bundled rate card by its id. */
export function bundledCard(rateCardId: string): RateCard {
  const found = lists.rateCards.find((card) => card.rateCardId === rateCardId);
  if (!found) throw new RangeError(`no bundled rate card ${rateCardId}`);
  return rateCardOf(found);
}

export const business: BusinessFacts = { zone: 'America/Sao_Paulo', currency: 'USD', international: null };
export const untouched: Tally = { counters: noCounters, sessions: noSessions };

export interface Given {
  readonly sentAt: number;
  readonly deliveredAt?: number;
  readonly lane?: Lane;
  readonly kind?: MessageKind;
  readonly category?: Category;
  readonly market?: string;
  readonly businessId?: string;
  readonly numberId?: string;
  readonly lastInboundAt?: number | null;
  readonly entryPointAt?: number | null;
}

/** One used message; delivered half a second after it was sent when nothing else is said. */
export function used({ sentAt, deliveredAt = sentAt + 500, lane = 'api', category = 'service', market = 'Brazil', lastInboundAt = null, entryPointAt = null, ...given }: Given): Usage {
  const { kind = category === 'service' ? 'free_form' : 'template', businessId = 'acme', numberId = 'acme-1' } = given;
  const message = { businessId, numberId, lane, kind, category } as Usage['message'];
  return { message, market, sentAt, deliveredAt, lastInboundAt, entryPointAt };
}

/** Rates messages of one conversation one after another and carries what is counted. */
export class Meter {
  tally: Tally;

  constructor(
    readonly policy: Policy,
    readonly card: RateCard | null,
    readonly facts: BusinessFacts = business,
    tally: Tally = untouched,
  ) {
    this.tally = tally;
  }

  rate(given: Given): Rating {
    const rating = rate(used(given), { policy: this.policy, card: this.card, business: this.facts }, this.tally);
    this.tally = { counters: rating.counters, sessions: rating.sessions };
    return rating;
  }

  charge(given: Given): Charge {
    return charged(this.rate(given).outcome);
  }
}

export function charged(outcome: Charge | Unpriced): Charge {
  if (outcome.kind === 'unpriced') throw new Error(outcome.detail);
  return outcome;
}
