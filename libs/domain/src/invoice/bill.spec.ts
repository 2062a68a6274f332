import { describe, expect, it } from '@jest/globals';
import type { BusinessId } from '@parley/contracts';
import { currency, minorUnitDecimals } from '@parley/money';
import fc from 'fast-check';
import { booked, emptyBill, settle, type LineOf, type OpenBill } from './bill.js';

function line(change: Partial<LineOf> = {}): LineOf {
  return { businessId: 'acme' as BusinessId, market: 'Brazil', category: 'utility', tier: null, kind: 'usage', month: '2018-08', cause: '', ...change };
}

type Booked = readonly [line: LineOf, amount: bigint, illustrative?: boolean];

const billOf = (...all: readonly Booked[]): OpenBill => all.reduce((bill, [of, amount, illustrative = false]) => booked(bill, of, { amount, illustrative }), emptyBill);

describe('a bill', () => {
  it('sums by business, market, category and tier, charges of nothing too', () => {
    const { lines, total, charges } = settle(
      'USD',
      billOf([line(), 6_800n], [line(), 6_800n], [line({ market: 'India' }), 1_400n], [line({ category: 'service' }), 0n], [line({ category: 'service' }), 0n], [line({ tier: '1:1000' }), 5_000n]),
    );
    expect(lines.map(({ line: number, market, category, tier, charges: count, amount }) => [number, market, category, tier, count, amount])).toEqual([
      [1, 'Brazil', 'service', null, 2, 0n],
      [2, 'Brazil', 'utility', null, 2, 13_600n],
      [3, 'Brazil', 'utility', '1:1000', 1, 5_000n],
      [4, 'India', 'utility', null, 1, 1_400n],
    ]);
    // 0.0136 + 0.005 + 0.0014 = 0.02, a whole number of cents: no rounding.
    expect([total, charges]).toEqual([20_000n, 6]);
  });

  it('has tiers from the lowest, and what came late after the usage of the month', () => {
    const { lines } = settle('USD', billOf([line({ tier: '1000001:MAX' }), 10_000n], [line({ tier: '250001:1000000' }), 10_000n], [line({ kind: 'late', month: '2018-07', cause: 'late receipt' }), 10_000n], [line({ tier: '1:250000' }), 10_000n]));
    expect(lines.map(({ kind, tier }) => [kind, tier])).toEqual([['usage', '1:250000'], ['usage', '250001:1000000'], ['usage', '1000001:MAX'], ['late', null]]);
  });

  it.each([
    ['USD', 4_999n, 0n, -4_999n],
    ['USD', 5_000n, 10_000n, 5_000n],
    ['USD', -5_000n, -10_000n, -5_000n],
    ['JPY', 1_499_999n, 1_000_000n, -499_999n],
    ['KWD', 1_500n, 2_000n, 500n],
  ] as const)('of %s %d micros asks for %d: the rounding is a line', (code, exact, total, rounding) => {
    const bill = settle(code, billOf([line(), exact]));
    expect(bill).toMatchObject({ exact, total, rounding });
    expect(bill.lines.at(-1)).toMatchObject({ kind: 'rounding', amount: rounding, businessId: 'acme', cause: 'rounded half up to the minor unit' });
  });

  it('is an example as soon as one price in it is', () => {
    expect(settle('USD', billOf([line(), 0n], [line(), 0n])).illustrative).toBe(false);
    expect(settle('USD', billOf([line(), 0n], [line({ market: 'India' }), 1n, true])).illustrative).toBe(true);
  });

  it('has another checksum for other lines', () => {
    const one = settle('USD', billOf([line(), 1n], [line({ market: 'India' }), 2n]));
    expect(one.checksum).toMatch(/^[0-9a-f]{16}$/);
    expect(settle('USD', billOf([line(), 2n], [line({ market: 'India' }), 1n])).checksum).not.toBe(one.checksum);
    expect(settle('USD', billOf([line({ market: 'India' }), 2n], [line(), 1n])).checksum).toBe(one.checksum);
  });
});

describe('every bill', () => {
  const lines = fc.record({
    businessId: fc.constantFrom('acme', 'bolt') as fc.Arbitrary<BusinessId>,
    market: fc.constantFrom('Brazil', 'India', 'Other', null),
    category: fc.constantFrom('utility', 'service'),
    tier: fc.constantFrom(null, '1:1000', '1001:MAX'),
    kind: fc.constantFrom('usage', 'late', 'adjustment') as fc.Arbitrary<LineOf['kind']>,
    month: fc.constantFrom('2018-07', '2018-08'),
    cause: fc.string({ maxLength: 5 }),
  });
  const bookings = fc.array(fc.tuple(lines, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.boolean()), { minLength: 1, maxLength: 40 });

  it('has lines that sum to its total, a whole number of minor units, and shares that sum to it as well', () => {
    fc.assert(
      fc.property(bookings, fc.constantFrom('USD', 'JPY', 'KWD'), (all, code) => {
        const bill = settle(code, billOf(...all));
        const step = 10n ** BigInt(6 - minorUnitDecimals(currency(code)));
        expect(bill.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(bill.total);
        expect(bill.total % step).toBe(0n);
        expect(bill.exact).toBe(all.reduce((sum, [, amount]) => sum + amount, 0n));
        expect(bill.shares.reduce((sum, { exact, rounding }) => sum + exact + rounding, 0n)).toBe(bill.total);
        expect(bill.shares.reduce((sum, share) => sum + share.lines, 0)).toBe(bill.lines.length);
        expect(bill.charges).toBe(all.length);
        expect(bill.lines.map(({ line: number }) => number)).toEqual(bill.lines.map((_, index) => index + 1));
      }),
    );
  });

  it('is the same whatever the order of what it bills', () => {
    fc.assert(
      fc.property(bookings, (all) => {
        expect(settle('USD', billOf(...all.toReversed()))).toEqual(settle('USD', billOf(...all)));
      }),
    );
  });
});
