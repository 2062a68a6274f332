import { toId, type PayloadOf } from '@parley/contracts';
import { marketPrefixData, policyData, rateCardData } from './generated/data.js';
import { parseMarketPrefixes } from './market.js';
import { parseRateRows } from './rate-card.js';

/** Policies and rate cards of years, each in force from its own day until the next one's. */
export interface PriceLists {
  readonly policies: readonly PayloadOf<'PolicyPublished'>[];
  readonly rateCards: readonly PayloadOf<'RateCardPublished'>[];
}

/** The announced model and the card that stands in for its own: what a sandbox publishes, so that no later list replaces it there. */
const announced = { policyId: 'S0', rateCardId: 'usd-for-s0' };

/** The announced model alone, S0, ready to be published on the catalog. */
export function bundledPolicies(): PriceLists['policies'] {
  return bundledPriceLists().policies.filter(({ policyId }) => policyId === announced.policyId);
}

/** The rate card for S0 alone. It is illustrative for as long as no card of that time is public. */
export function bundledRateCards(): PriceLists['rateCards'] {
  return bundledPriceLists().rateCards.filter(({ rateCardId }) => rateCardId === announced.rateCardId);
}

/**
 * The whole history, S0 and P1 to P6 with their cards, in the order of their days. Published together on one catalog each is in force for the
 * businesses there in its own time; to hold a business to one of them, publish that one alone.
 */
export function bundledPriceLists(): PriceLists {
  return {
    policies: policyData
      .map(({ policyId, ...policy }) => ({ type: 'PolicyPublished' as const, policyId: toId('Policy', policyId), ...policy, scope: null, correction: null }))
      .sort(byDay),
    rateCards: rateCardData
      .map(({ rateCardId, csv, ...card }) => ({ type: 'RateCardPublished' as const, rateCardId: toId('RateCard', rateCardId), ...card, ...parseRateRows(csv), scope: null, correction: null }))
      .sort(byDay),
  };
}

function byDay(one: { readonly effectiveFrom: string }, other: { readonly effectiveFrom: string }): number {
  if (one.effectiveFrom === other.effectiveFrom) return 0;
  return one.effectiveFrom < other.effectiveFrom ? -1 : 1;
}

/** The lists of market prefixes that come with the code, in order of their day. */
export function bundledMarketPrefixes(): readonly PayloadOf<'MarketPrefixesPublished'>[] {
  return marketPrefixData.map(({ prefixesId, csvs, ...list }) => ({
    type: 'MarketPrefixesPublished',
    prefixesId: toId('Prefixes', prefixesId),
    ...list,
    rows: csvs.flatMap(parseMarketPrefixes),
  }));
}
