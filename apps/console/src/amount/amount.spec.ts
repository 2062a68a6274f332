import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxMicros, micros, minMicros, parseDecimal } from '@parley/money';
import type { Micros } from '@parley/money';
import { axisMarks, columnDecimals, readMicros, total, writeAmount, writeCount, writeMoney, writeShare } from './amount.js';

const amount = (value: bigint): Micros => micros(value);

describe('an amount', () => {
  it.each([
    [0n, 'USD', '0.00'],
    [55_000n, 'USD', '0.055'],
    [500_000n, 'USD', '0.50'],
    [1_234_055_000n, 'USD', '1,234.055'],
    [-1_000_000_000_000n, 'USD', '-1,000,000.00'],
    [800n, 'USD', '0.0008'],
    [1_500_000_000n, 'JPY', '1,500'],
    [1_500_000n, 'JPY', '1.5'],
    [1_000_000n, 'KWD', '1.000'],
    [maxMicros, 'USD', '9,223,372,036,854.775807'],
  ] as const)('of %s micros in %s is written %s', (value, currency, text) => expect(writeAmount(amount(value), currency)).toBe(text));

  it('stands below others with its point where theirs is', () => {
    const column = [800n, 55_000n, 0n].map((value) => amount(value));
    const decimals = columnDecimals(column, 'USD');
    expect(column.map((value) => writeAmount(value, 'USD', decimals))).toEqual(['0.0008', '0.0550', '0.0000']);
    expect(writeMoney(amount(55_000n), 'USD', 4)).toBe('USD 0.0550');
  });

  it('is never cut or rounded: what is written reads back as the same micros', () => {
    const any = fc.bigInt({ min: minMicros + 1n, max: maxMicros });
    fc.assert(fc.property(any, fc.constantFrom('USD', 'JPY', 'KWD'), fc.nat(6), (value, currency, decimals) => parseDecimal(writeAmount(amount(value), currency, decimals).replaceAll(',', '')) === value));
  });

  it('adds up exactly, also where floats would not', () => {
    expect(total([amount(100_000n), amount(200_000n)])).toBe(300_000n);
    expect(total([amount(2n ** 53n), amount(1n)])).toBe(2n ** 53n + 1n);
    expect(() => total([amount(maxMicros), amount(1n)])).toThrow(RangeError);
  });

  it('is read from whole micros alone', () => {
    expect(readMicros('55000')).toBe(55_000n);
    expect(() => readMicros('0.055')).toThrow(SyntaxError);
  });
});

describe('a count, a share', () => {
  it('has its thousands apart', () => expect([0, 999, 1_000, 1_234_567].map(writeCount)).toEqual(['0', '999', '1,000', '1,234,567']));

  it('is to the nearest tenth of a percent', () => {
    expect([writeShare(1, 3), writeShare(2, 3), writeShare(1, 1), writeShare(0, 5), writeShare(0, 0)]).toEqual(['33.3 %', '66.7 %', '100.0 %', '0.0 %', '–']);
  });
});

describe('an axis', () => {
  it('reaches its highest bar in at most five steps', () => {
    expect(axisMarks(0n)).toEqual([0n]);
    expect(axisMarks(3n)).toEqual([0n, 1n, 2n, 3n]);
    expect(axisMarks(1_130_000n)).toEqual([0n, 250_000n, 500_000n, 750_000n, 1_000_000n, 1_250_000n]);
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), (most) => {
      const marks = axisMarks(most);
      return marks.at(-1)! >= most && marks.at(-2)! < most && marks.length <= 6;
    }));
  });
});
