import { describe, expect, test } from '@jest/globals';
import { murmur2, partitionOf } from './partition.js';

describe('murmur2', () => {
  // The vectors of Kafka's own UtilsTest.
  test.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('of %s is what Kafka says', (text, hash) => {
    expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
  });

  test('looks only at the bytes it is given', () => {
    const around = new TextEncoder().encode('xxfoobarxx');
    expect(murmur2(around.subarray(2, 8))).toBe(-790_332_482);
  });
});

describe('partitionOf', () => {
  test('drops the sign as Kafka does, then takes the remainder', () => {
    expect(partitionOf('foobar', 48)).toBe((-790_332_482 & 0x7fffffff) % 48);
    expect(partitionOf('abc', 4)).toBe(479_470_107 % 4);
  });

  test('spreads keys over all partitions', () => {
    const seen = new Set(Array.from({ length: 1_000 }, (_, index) => partitionOf(`biz_1.contact_${index}`, 48)));
    expect(seen.size).toBe(48);
  });
});
