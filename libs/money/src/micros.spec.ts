import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDecimal, maxMicros, micros, microsFromText, microsToText, minMicros, parseDecimal } from './micros.js';

const anyMicros = fc.bigInt({ min: minMicros, max: maxMicros }).map(micros);

describe('a decimal number as micros', () => {
  it.each([
    ['0.0008', 800n],
    ['0', 0n],
    ['0.000001', 1n],
    ['12', 12_000_000n],
    ['-12.5', -12_500_000n],
    ['9223372036854.775807', maxMicros],
  ])('reads %s', (text, expected) => expect(parseDecimal(text)).toBe(expected));

  it.each(['', ' 1', '1 ', '+1', '1.', '.5', '01', '1e3', '1E-3', 'NaN', 'Infinity', '0x10', '1,000', '1_000', '0.0000001', '--1', 'n/a'])(
    'refuses "%s"',
    (text) => expect(() => parseDecimal(text)).toThrow(SyntaxError),
  );

  it('refuses what 64 bits cannot hold', () => {
    expect(() => parseDecimal('9223372036854.775808')).toThrow(RangeError);
    expect(() => micros(minMicros - 1n)).toThrow(RangeError);
  });

  it('writes the shortest form', () => {
    expect(formatDecimal(micros(800n))).toBe('0.0008');
    expect(formatDecimal(micros(-5_000_000n))).toBe('-5');
    expect(formatDecimal(micros(0n))).toBe('0');
  });

  it('survives the way out and back', () => {
    fc.assert(fc.property(anyMicros.filter((amount) => amount > minMicros), (amount) => parseDecimal(formatDecimal(amount)) === amount));
    fc.assert(fc.property(anyMicros, (amount) => microsFromText(microsToText(amount)) === amount));
  });

  it.each(['', '1.5', '01', '-0', '1e3', ' 1', '0x1'])('refuses "%s" as whole micros', (text) =>
    expect(() => microsFromText(text)).toThrow(SyntaxError),
  );
});
