import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WireFault } from '../wire/fault.js';
import { take, waitOf, type FullAt, type Rate } from './bucket.js';
import { Limits, unlimited, usualRates } from './limits.js';

const rate: fc.Arbitrary<Rate> = fc.record({ burst: fc.integer({ min: 1, max: 60 }), everyMs: fc.integer({ min: 1, max: 6_000 }) });
/** Waits between attempts, ms. */
const waits = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });

/** Instants at which attempts were let through. */
function letThrough(waitsMs: readonly number[], limit: Rate): { readonly taken: readonly number[]; readonly refused: number } {
  let now = 1_000_000;
  let bucket: FullAt | undefined;
  const taken: number[] = [];
  for (const wait of waitsMs) {
    now += wait;
    const next = take(bucket, limit, now);
    if (next === null) continue;
    bucket = next;
    taken.push(now);
  }
  return { taken, refused: waitsMs.length - taken.length };
}

describe('a bucket', () => {
  it('lets through at most its burst and what has been added since, in every span of time', () => {
    fc.assert(fc.property(rate, waits, (limit, waitsMs) => {
      const { taken } = letThrough(waitsMs, limit);
      taken.forEach((from, i) => taken.slice(i).forEach((to, n) => expect(n + 1).toBeLessThanOrEqual(limit.burst + Math.floor((to - from) / limit.everyMs))));
    })); // prettier-ignore
  });

  it('refuses nobody who keeps to the rate', () => {
    fc.assert(fc.property(rate, waits, (limit, waitsMs) => expect(letThrough(waitsMs.map((wait) => wait + limit.everyMs), limit).refused).toBe(0)));
  });

  it('refuses only when it is empty, says for how long, and gives one then', () => {
    fc.assert(fc.property(rate, fc.integer({ min: 0, max: 10_000 }), (limit, later) => {
      const { taken } = letThrough(Array.from({ length: limit.burst }, () => 0), limit);
      expect(taken).toHaveLength(limit.burst);
      const bucket = 1_000_000 + limit.burst * limit.everyMs;
      const now = 1_000_000 + later;
      const waitMs = waitOf(bucket, limit, now);
      expect(take(bucket, limit, now) === null).toBe(waitMs > 0);
      expect(take(bucket, limit, now + waitMs)).not.toBeNull();
    })); // prettier-ignore
  });

  it('owes no more than its burst when the clock was set back', () => {
    const limit = { burst: 45, everyMs: 6_000 };
    expect(waitOf(1_000_000_000, limit, 0)).toBe(6_000);
    expect(take(1_000_000_000, limit, 0)).toBeNull();
  });
});

const code = (attempt: () => void) => {
  try {
    attempt();
    return null;
  } catch (error) {
    return (error as WireFault).message;
  }
};
const times = (n: number, attempt: () => void) => Array.from({ length: n }, () => code(attempt));

describe('the limits of the wire', () => {
  it('let 45 messages to one contact through at once, then one in six seconds, and all others meanwhile', () => {
    let now = 0;
    const limits = new Limits(usualRates, () => now);
    expect(new Set(times(45, () => limits.send('1', 'ada')))).toEqual(new Set([null]));
    expect(code(() => limits.send('1', 'ada'))).toBe('(#131056) (Business Account, Consumer Account) pair rate limit hit');
    expect([code(() => limits.send('1', 'bob')), code(() => limits.send('2', 'ada'))]).toEqual([null, null]);
    now = 6_000;
    expect(times(2, () => limits.send('1', 'ada'))).toEqual([null, expect.stringContaining('131056')]);
    now = 6_000 + 20 * 6_000; // "After a burst of 20, two minutes."
    expect(times(21, () => limits.send('1', 'ada')).filter((said) => said === null)).toHaveLength(20);
  });

  it('let 80 messages a second from one number through', () => {
    let now = 0;
    const limits = new Limits(usualRates, () => now);
    let to = 0;
    expect(times(81, () => limits.send('1', String(to++))).filter((said) => said !== null)).toEqual(['(#130429) Rate limit hit']);
    now = 1_000;
    expect(times(81, () => limits.send('1', String(to++))).filter((said) => said === null)).toHaveLength(80);
    expect(code(() => limits.send('2', '1'))).toBeNull();
  });

  it('use nothing up for what they refuse', () => {
    let now = 0;
    const limits = new Limits({ ...unlimited, throughput: { burst: 2, everyMs: 1_000 }, pair: { burst: 1, everyMs: 1_000 } }, () => now);
    expect(times(5, () => limits.send('1', 'ada')).map((said) => said?.slice(0, 9))).toEqual([undefined, ...Array.from({ length: 4 }, () => '(#131056)')]);
    expect(code(() => limits.send('1', 'bob'))).toBeNull();
    expect(code(() => limits.send('1', 'eve'))).toMatch(/130429/);
    now = 1_000;
    expect(code(() => limits.send('1', 'eve'))).toBeNull(); // Its pair was not charged for the attempt that the number's limit refused.
  });

  it('count requests of a token and about the account', () => {
    const limits = new Limits({ ...unlimited, account: { burst: 2, everyMs: 1_000 }, app: { burst: 1, everyMs: 1_000 } }, () => 0);
    expect(times(2, () => limits.ask('api'))).toEqual([null, '(#4) Application request limit reached']);
    expect(code(() => limits.ask('app'))).toBeNull();
    expect(times(3, () => limits.askOfAccount('7'))).toEqual([null, null, '(#80007) Rate limit issues']);
  });

  it('hold no more in memory than so much, and forget first what counts least', () => {
    let now = 0;
    const limits = new Limits({ ...unlimited, pair: { burst: 1, everyMs: 3_600_000 } }, () => now);
    for (let n = 0; n < 250_000; n++) limits.send('1', String(n));
    expect(limits.size).toBeLessThanOrEqual(100_000);
    expect(code(() => limits.send('1', '249999'))).toMatch(/131056/);
    now = 4_000_000;
    for (let n = 300_000; n < 400_001; n++) limits.send('1', String(n));
    expect(limits.size).toBeLessThanOrEqual(100_000);
  });

  it('can be without any', () => {
    const limits = new Limits(unlimited, () => 0);
    expect(new Set(times(1_000, () => (limits.send('1', '2'), limits.ask('api'), limits.askOfAccount('7'))))).toEqual(new Set([null]));
    expect(limits.size).toBe(0);
  });
});
