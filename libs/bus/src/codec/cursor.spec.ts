import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cursor } from './cursor.js';

function zigzag(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

describe('a cursor', () => {
  const read = (value: bigint): number => new Cursor().reset(zigzag(value), 0).long();

  test('reads every long that a number can hold', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => expect(read(BigInt(value))).toBe(value)), { numRuns: 2_000, seed: 1 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -2, max: 2 }), (bits, near) => {
      const value = 2 ** bits + near;
      if (!Number.isSafeInteger(value)) return;
      expect(read(BigInt(value))).toBe(value);
      expect(read(BigInt(-value))).toBe(0 - value);
    }));
  });

  test.each([2n ** 53n, 2n ** 63n - 1n, -(2n ** 53n) - 2n, -(2n ** 63n)])('never takes %d for one of them', (value) => {
    expect(Number.isSafeInteger(read(value))).toBe(false);
  });
});
