import type { AdjustmentPosted, ChargePosted } from '@parley/contracts';
import type { SpendEvent } from './events.js';

/**
 * By what spend is told apart, besides business and time. Text that does not apply is empty: of a message without a template, and of an
 * adjustment, which is about no one message.
 */
export interface Facets {
  readonly market: string;
  /** As the price list calls it. */
  readonly category: string;
  readonly numberId: string;
  /** The template's name; its languages and versions are counted together. */
  readonly template: string;
  readonly lane: string;
  readonly rule: string;
  /** How it is billed: regular, free_customer_service or free_entry_point; empty before that was told. */
  readonly pricingType: string;
  /** Its place in the tier table; empty where none holds. */
  readonly tier: string;
  readonly currency: string;
  readonly illustrative: boolean;
  /** Whether it cost nothing. */
  readonly free: boolean;
}

/** The rule that adjustments are shown under. */
export const adjustmentRule = 'adjustment';

export function facetsOf(event: SpendEvent): Facets {
  switch (event.type) {
    case 'ChargePosted':
      return ofCharge(event);
    case 'AdjustmentPosted':
      return ofAdjustment(event);
    default:
      return event satisfies never;
  }
}

function ofCharge({ message, market, pricingCategory, pricingType, tier, rule, currency, illustrative, amount }: ChargePosted): Facets {
  return {
    market,
    category: pricingCategory ?? message.category,
    numberId: message.numberId,
    template: message.template?.name ?? '',
    lane: message.lane,
    rule,
    pricingType: pricingType ?? '',
    tier: tier?.bounds ?? '',
    currency,
    illustrative,
    free: amount === 0n,
  };
}

function ofAdjustment({ market, pricingCategory, tier, currency, illustrative }: AdjustmentPosted): Facets {
  return { market: market ?? '', category: pricingCategory ?? '', numberId: '', template: '', lane: '', rule: adjustmentRule, pricingType: '', tier: tier ?? '', currency, illustrative, free: false };
}
