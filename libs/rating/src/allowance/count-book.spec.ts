import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CountBook } from './count-book.js';
import { countOf, countOne, noCounters, type Counters } from './counters.js';
import { entries } from './persistent-record.js';

const months = ['2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04'];
const keys = ['a', 'b', 'constructor', '__proto__'];

describe('a book of counts', () => {
  it('keeps and forgets what counters do, whatever is counted in whatever order', () => {
    const place = { month: fc.constantFrom(...months), key: fc.constantFrom(...keys) };
    /** Mostly what is counted was asked for just before; sometimes another was. */
    const counted = fc.array(fc.record({ ...place, asked: fc.option(fc.record(place)) }), { maxLength: 40 });
    fc.assert(
      fc.property(counted, (all) => {
        const book = new CountBook();
        let counters: Counters = noCounters;
        for (const { month, key, asked: before } of all) {
          book.of(before?.month ?? month, before?.key ?? key);
          book.count(month, key);
          counters = countOne(counters, month, key);
          for (const asked of months) for (const name of keys) expect(book.of(asked, name)).toBe(countOf(counters, asked, name));
        }
        const plain = (of: Iterable<readonly [string, Iterable<readonly [string, number]>]>) => [...of].map(([month, counts]) => [month, [...counts].sort()]).sort();
        const booked = [...book.months()].map(([month, counts]) => [month, [...counts].map(([key, { times }]) => [key, times] as const)] as const);
        expect(plain(booked)).toEqual(plain(Object.entries(counters.months).map(([month, record]) => [month, entries(record)] as const)));
      }),
      { numRuns: 300 },
    );
  });
});
