import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, isCurrency, minorUnitDecimals } from './currency.js';
import { micros } from './micros.js';
import { add, formatMoney, money, multiply, negate, parseMoney, roundHalfUpToMinorUnit, sum } from './money.js';

const usd = currency('USD');
const jpy = currency('JPY');
const kwd = currency('KWD');

describe('money', () => {
  it('adds and multiplies exactly', () => {
    expect(add(parseMoney(usd, '0.1'), parseMoney(usd, '0.2'))).toEqual(parseMoney(usd, '0.3'));
    expect(multiply(parseMoney(usd, '0.0008'), 1_000n)).toEqual(parseMoney(usd, '0.8'));
    expect(sum(usd, [])).toEqual(parseMoney(usd, '0'));
    expect(formatMoney(parseMoney(usd, '0.0800'))).toBe('0.08 USD');
  });

  it('never mixes currencies', () => {
    expect(() => add(parseMoney(usd, '1'), parseMoney(jpy, '1'))).toThrow('cannot add JPY to USD');
  });

  it('sums to the same in any order', () => {
    const amounts = fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }));
    fc.assert(
      fc.property(amounts, (values) => {
        const all = values.map((value) => money(usd, micros(value)));
        const total = values.reduce((one, other) => one + other, 0n);
        return sum(usd, all).micros === total && sum(usd, all.toReversed()).micros === total;
      }),
    );
  });
});

describe('rounding half up to the minor unit', () => {
  it.each([
    [usd, '0.004999', '0'],
    [usd, '0.005', '0.01'],
    [usd, '-0.005', '-0.01'],
    [usd, '1.014999', '1.01'],
    [jpy, '0.5', '1'],
    [jpy, '1.49', '1'],
    [kwd, '0.0005', '0.001'],
  ])('%s %s → %s', (code, exact, rounded) => expect(roundHalfUpToMinorUnit(parseMoney(code, exact))).toEqual(parseMoney(code, rounded)));

  it('is a whole number of minor units, at most half of one away, and the same for a reversal', () => {
    fc.assert(
      fc.property(fc.constantFrom(usd, jpy, kwd), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (code, value) => {
        const exact = money(code, micros(value));
        const rounded = roundHalfUpToMinorUnit(exact);
        const step = 10n ** BigInt(6 - minorUnitDecimals(code));
        const distance = rounded.micros - exact.micros;
        expect(rounded.micros % step).toBe(0n);
        expect((distance < 0n ? -distance : distance) * 2n <= step).toBe(true);
        expect(roundHalfUpToMinorUnit(negate(exact))).toEqual(negate(rounded));
      }),
    );
  });
});

describe('the currency table', () => {
  it('knows minor units', () => {
    expect([usd, jpy, kwd].map(minorUnitDecimals)).toEqual([2, 0, 3]);
    expect(isCurrency('usd')).toBe(false);
    expect(isCurrency('$US')).toBe(false);
    expect(() => currency('XXX')).toThrow(RangeError);
  });
});
