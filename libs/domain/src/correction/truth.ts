import type { ChargePosted, UsageRecorded } from '@parley/contracts';
import type { Unpriced } from '@parley/rating';
import { owedWithin } from '../budget/budget.js';
import type { Catalog } from '../catalog/catalog.js';
import { factsOf, policyInForce, rateCardInForce } from '../catalog/lookups.js';
import { Tallies } from '../repricing/tallies.js';
import type { PublishedHistory } from './published.js';

/** What a charge should have been, within what was set aside for it under a hard cap. Micros of the charge's currency. */
export interface Due {
  readonly amount: bigint;
  readonly illustrative: boolean;
  /** Why the corrected rules have no price for it, so that what was charged stands; null where they have. */
  readonly unpriced: string | null;
}

/**
 * Usage priced again in its order: each message by what its charge was stamped with, and by every correction up to the one at `through`, as if these
 * had been published in time. Allowances, tiers and sessions are counted as they would have been. With `through` -1 it is what was charged.
 */
export class Truth {
  readonly tallies = new Tallies();
  /** Stamps come in order but for a few: the last one's catalog is the one that is asked for. */
  #stamped: { readonly at: number; readonly catalog: Catalog } | null = null;

  constructor(
    private readonly history: PublishedHistory,
    readonly through: number,
  ) {}

  due(usage: UsageRecorded, { amount, illustrative, meta: { catalogOffset } }: ChargePosted): Due {
    const outcome = this.#price(usage, catalogOffset);
    if (outcome.kind === 'charge') return { amount: owedWithin(outcome.amount, usage.reservation), illustrative: outcome.illustrative, unpriced: null };
    return { amount, illustrative, unpriced: outcome.detail };
  }

  #price(usage: UsageRecorded, catalogOffset: number): ReturnType<Tallies['price']> | Pick<Unpriced, 'kind' | 'detail'> {
    const { message, deliveredAt } = usage;
    const business = this.history.businessAt(message.businessId, catalogOffset);
    if (business === null) return { kind: 'unpriced', detail: `the business ${message.businessId} was not registered` };
    const catalog = this.#catalogAt(catalogOffset);
    const policy = policyInForce(catalog, business, deliveredAt);
    if (policy === null) return { kind: 'unpriced', detail: 'no policy is in force' };
    const terms = { policy, card: rateCardInForce(catalog, business, deliveredAt), business: factsOf(catalog, business, deliveredAt) };
    return this.tallies.price(usage, terms);
  }

  #catalogAt(offset: number): Catalog {
    if (this.#stamped?.at !== offset) this.#stamped = { at: offset, catalog: this.history.catalogAt(offset, this.through) };
    return this.#stamped.catalog;
  }
}
