import type { RateCardId } from '@parley/contracts';
import type { Micros } from '@parley/money';
import type { CounterScope, PricingCategory } from '../policy/document.js';
import type { RateColumn } from '../rate-card.js';
import type { PricingType, Session } from '../sessions/sessions.js';
import type { LocalMonth } from '../zone.js';

/** A count of the owner's that the charge adds one to. */
export interface Counted {
  /** Key within the month, see `allowanceKey` and `volumeKey`. */
  readonly key: string;
  readonly scope: CounterScope;
  /** Number of this message or session in the month, from 1. */
  readonly nth: number;
}

/** A free one out of a month's allowance. */
export interface AllowanceUsed extends Counted {
  readonly name: string;
  /** So many are free in a month. */
  readonly count: number;
}

/** The place of a charged message in its tier table. */
export interface TierReached extends Counted {
  /** "25000001:50000000", inclusive; the last "750001:MAX". */
  readonly bounds: string;
  /** Of the card's price; to the nearest whole where the band has a price of its own. */
  readonly percent: number;
}

/** What a used message costs, and why. */
export interface Charge {
  readonly kind: 'charge';
  readonly rule: string;
  readonly type: PricingType;
  /** Category that the bill shows. */
  readonly category: PricingCategory;
  /** What is owed, micros of the card's currency. */
  readonly amount: Micros;
  /** The price on the card, in its tier and before an allowance; 0 when the rule is free or the session was paid before. */
  readonly unitPrice: Micros;
  /** Where that price stands; null when none was needed. */
  readonly price: { readonly rateCardId: RateCardId; readonly version: number; readonly market: string; readonly column: RateColumn } | null;
  readonly tier: TierReached | null;
  readonly allowance: AllowanceUsed | null;
  readonly session: { readonly session: Session; readonly opened: boolean } | null;
  /** Month of the bill it belongs to, in the business's zone. */
  readonly month: LocalMonth;
  /** True when policy, tier table or card is an example: no bill may be made of it. */
  readonly illustrative: boolean;
}

/** No price can be told. Never to be taken for free. */
export interface Unpriced {
  readonly kind: 'unpriced';
  readonly rule: string;
  /** `month_forgotten`: the counters of that month were dropped, so nobody knows what it had used. */
  readonly reason: 'no_rate_card' | 'no_rate' | 'month_forgotten';
  /** One sentence for the operator. */
  readonly detail: string;
}
