import { toId, type PayloadOf } from '@parley/contracts';
import { marketPrefixData, policyData, rateCardData } from './generated/data.js';
import { parseMarketPrefixes } from './market.js';
import { parseRateRows } from './rate-card.js';

/** The policies that come with the code, ready to be published on the catalog. */
export function bundledPolicies(): readonly PayloadOf<'PolicyPublished'>[] {
  return policyData.map(({ policyId, ...policy }) => ({ type: 'PolicyPublished', policyId: toId('Policy', policyId), ...policy }));
}

/** The rate cards that come with the code. All are illustrative for as long as no card of the policy's own time is public. */
export function bundledRateCards(): readonly PayloadOf<'RateCardPublished'>[] {
  return rateCardData.map(({ rateCardId, csv, ...card }) => ({
    type: 'RateCardPublished',
    rateCardId: toId('RateCard', rateCardId),
    ...card,
    ...parseRateRows(csv),
  }));
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
