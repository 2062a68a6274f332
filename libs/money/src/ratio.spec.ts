import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatBasisPoints, ratioHalfUpToBasisPoints } from './ratio.js';

describe('a ratio in basis points', () => {
  it.each([
    [1n, 3n, 3_333n],
    [2n, 3n, 6_667n],
    // 1 of 20,000 is half a basis point: away from zero, on either side.
    [1n, 20_000n, 1n],
    [-1n, 20_000n, -1n],
    [1n, 20_001n, 0n],
    [-1n, 20_001n, 0n],
    [1n, -4n, -2_500n],
    [-1n, -4n, 2_500n],
    [0n, 7n, 0n],
    // 50,000 / 30,003 is 1.6665.
    [5n, 30_003n, 2n],
  ])('%s of %s is %s', (part, whole, expected) => expect(ratioHalfUpToBasisPoints(part, whole)).toBe(expected));

  it('has no answer for a whole of zero', () => expect(() => ratioHalfUpToBasisPoints(1n, 0n)).toThrow(RangeError));

  it('is at most half a basis point away', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.bigInt({ min: 1n, max: 10n ** 18n }), (part, whole) => {
        const off = ratioHalfUpToBasisPoints(part, whole) * whole - part * 10_000n;
        return (off < 0n ? -off : off) * 2n <= whole;
      }),
    );
  });

  it.each([
    [1_250n, '+12.50 %'],
    [-5n, '-0.05 %'],
    [0n, '0.00 %'],
    [10_000n, '+100.00 %'],
  ])('%s reads %s', (basisPoints, text) => expect(formatBasisPoints(basisPoints)).toBe(text));
});
