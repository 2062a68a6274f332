import { describe, expect, it } from '@jest/globals';
import type { RateRow } from '@parley/contracts';
import { differenceOf } from './difference.js';

const row = (market: string, utility: bigint | null, marketing: bigint | null = null): RateRow => ({ market, marketing, utility, authentication: null, authenticationInternational: null, service: null });

describe('the difference of two cards', () => {
  const before = [row('Chile', 20_000n, 88_900n), row('Peru', 20_000n), row('Other', 7_700n)];
  const after = [row('Chile', 20_001n, 66_675n), row('Egypt', 3_600n, 0n), row('Other', 7_700n)];
  const { prices, added, dropped } = differenceOf(before, after);
  const of = (market: string, column: string) => prices.find((one) => one.market === market && one.column === column);

  it.each([
    // 1 micro of 20,000: 0.005 %, half a basis point, up.
    ['Chile', 'utility', 20_000n, 20_001n, 'raised', 1n],
    // 88,900 - 66,675 = 22,225, a quarter.
    ['Chile', 'marketing', 88_900n, 66_675n, 'lowered', -2_500n],
    ['Chile', 'service', null, null, 'unpriced', null],
    // Without a row of its own it was Other's price: 7,700 to 3,600 is 53.2468 % less.
    ['Egypt', 'utility', 7_700n, 3_600n, 'lowered', -5_325n],
    ['Egypt', 'marketing', null, 0n, 'new', null],
    // Without a row of its own it is Other's price from now on: 12,300 of 20,000 less.
    ['Peru', 'utility', 20_000n, 7_700n, 'lowered', -6_150n],
    ['Other', 'utility', 7_700n, 7_700n, 'same', 0n],
  ])('%s, %s: %s to %s is %s', (market, column, old, next, change, basisPoints) => {
    expect(of(market, column)).toEqual({ market, column, before: old, after: next, change, basisPoints });
  });

  it('names the markets that come and go', () => expect([added, dropped]).toEqual([['Egypt'], ['Peru']]));

  it('has no percentage of what was free, and says what is gone', () => {
    expect(differenceOf([row('Other', 0n, 5n)], [row('Other', 5n)]).prices.slice(0, 2)).toEqual([
      { market: 'Other', column: 'marketing', before: 5n, after: null, change: 'gone', basisPoints: null },
      { market: 'Other', column: 'utility', before: 0n, after: 5n, change: 'raised', basisPoints: null },
    ]);
  });
});
