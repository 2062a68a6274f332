import { describe, expect, it } from '@jest/globals';
import { bundled, bundledCard, hour, Meter, type Given } from '../rate/usage.fixture.js';
import { countOf, countOne, noCounters } from './counters.js';

describe('counters', () => {
  it('keep the newest month and the two before it', () => {
    let counters = countOne(noCounters, '2025-11', 'a');
    counters = countOne(counters, '2025-12', 'a');
    counters = countOne(counters, '2026-01', 'a');
    expect(Object.keys(counters.months)).toEqual(['2025-11', '2025-12', '2026-01']);
    expect(countOf(counters, '2025-11', 'a')).toBe(1);
    expect(countOf(counters, '2025-11', 'b')).toBe(0);
    counters = countOne(counters, '2026-02', 'a');
    expect(Object.keys(counters.months)).toEqual(['2025-12', '2026-01', '2026-02']);
    expect(countOf(counters, '2025-11', 'a')).toBeNull();
    expect(countOf(counters, '2026-03', 'a')).toBe(0);
  });

  it('share what did not change, and take any name for a key', () => {
    const one = countOne(countOne(noCounters, '2026-01', 'constructor'), '2026-02', '__proto__');
    const two = countOne(one, '2026-02', '__proto__');
    expect(two.months['2026-01']).toBe(one.months['2026-01']);
    expect([countOf(one, '2026-02', '__proto__'), countOf(two, '2026-02', '__proto__'), countOf(two, '2026-01', 'constructor')]).toEqual([1, 2, 1]);
    expect(countOf(two, '2026-02', 'toString')).toBe(0);
  });
});

describe('the 1,000 free sessions of P3, per account', () => {
  const card = bundledCard('usd-for-p3');
  const start = Date.parse('2024-03-05T09:00:00-03:00');
  const opening = (given: Partial<Given> = {}): Given => ({ sentAt: start, lastInboundAt: start - hour, ...given });

  /** One owner, each message in a conversation of its own. */
  function owner(): (given: Given) => ReturnType<Meter['charge']> {
    let counters = noCounters;
    return (given) => {
      const one = new Meter(bundled('P3'), card, undefined, { counters, sessions: [] });
      const charge = one.charge(given);
      counters = one.tally.counters;
      return charge;
    };
  }

  it('end with the thousandth, whatever number sends, and do not count joined messages', () => {
    const rate = owner();
    for (let index = 0; index < 998; index += 1) rate(opening({ numberId: `acme-${index % 3}` }));
    expect(rate(opening())).toMatchObject({ amount: 0n, unitPrice: 6_800n, type: 'free_customer_service', allowance: { nth: 999, count: 1000 } });
    expect(rate(opening())).toMatchObject({ amount: 0n, allowance: { nth: 1000 } });
    // Brazil, service column of the illustrative card: 0.0068.
    expect(rate(opening())).toMatchObject({ amount: 6_800n, type: 'regular', category: 'service', allowance: null });
    expect(rate(opening({ businessId: 'other' }))).toMatchObject({ amount: 0n, allowance: { nth: 1 } });
    expect(rate(opening({ category: 'utility' }))).toMatchObject({ amount: 6_800n, allowance: null });
  });

  it('need no price on the card', () => {
    expect(new Meter(bundled('P3'), null).charge(opening())).toMatchObject({ amount: 0n, unitPrice: 0n, price: null });
  });
});

describe('the 1,000 free service messages of P6, per phone number', () => {
  const card = bundledCard('usd');
  const lastNight = Date.parse('2026-10-31T23:00:00-03:00');
  const reply = (given: Partial<Given> = {}): Given => ({ sentAt: lastNight, lastInboundAt: lastNight - hour, ...given });

  it('end with the thousandth, begin anew at local midnight of the month, and nothing rolls over', () => {
    const one = new Meter(bundled('P6'), card);
    for (let index = 0; index < 998; index += 1) one.charge(reply());
    expect(one.charge(reply())).toMatchObject({ amount: 0n, allowance: { nth: 999 } });
    expect(one.charge(reply())).toMatchObject({ amount: 0n, unitPrice: 6_800n, allowance: { nth: 1000, name: 'service-messages' }, illustrative: false });
    const counted = one.tally.counters;
    expect(one.charge(reply())).toMatchObject({ amount: 6_800n, type: 'regular', tier: null, allowance: null, illustrative: false });
    expect(one.tally.counters).toBe(counted);
    // The number beside it has a thousand of its own, of which it uses one; that is all it gets out of October.
    expect(one.charge(reply({ numberId: 'acme-2' }))).toMatchObject({ amount: 0n, allowance: { nth: 1 } });
    // 2026-11-01 00:00 in Sao Paulo is 03:00 UTC: a millisecond before it is still October.
    const midnight = Date.parse('2026-11-01T03:00:00Z');
    expect(one.charge(reply({ deliveredAt: midnight - 1 })).amount).toBe(6_800n);
    expect(one.charge(reply({ deliveredAt: midnight }))).toMatchObject({ amount: 0n, month: '2026-11', allowance: { nth: 1 } });
    expect(one.charge(reply({ deliveredAt: midnight, numberId: 'acme-2' }))).toMatchObject({ amount: 0n, allowance: { nth: 1 } });
    for (let index = 1; index < 1000; index += 1) one.charge(reply({ deliveredAt: midnight }));
    expect(one.charge(reply({ deliveredAt: midnight })).amount).toBe(6_800n);
    // A late receipt of October is counted in October, where the number beside has 999 left.
    expect(one.charge(reply({ deliveredAt: midnight - 1 })).amount).toBe(6_800n);
    expect(one.charge(reply({ deliveredAt: midnight - 1, numberId: 'acme-2' }))).toMatchObject({ amount: 0n, month: '2026-10', allowance: { nth: 2 } });
  });

  it('are not used by replies from the app, by the entry point or by templates', () => {
    const one = new Meter(bundled('P6'), card);
    one.charge(reply({ lane: 'app' }));
    one.charge(reply({ category: 'marketing' }));
    one.charge(reply({ entryPointAt: lastNight - hour }));
    expect(one.tally.counters).toBe(noCounters);
  });

  it('are not guessed for a month whose counts are gone', () => {
    const one = new Meter(bundled('P6'), card);
    one.charge(reply({ deliveredAt: Date.parse('2027-01-15T12:00:00-03:00') }));
    const rating = one.rate(reply());
    expect(rating.outcome).toMatchObject({ kind: 'unpriced', reason: 'month_forgotten', rule: 'P6/reply', detail: 'The counts of 2026-10 are no longer kept, so its allowances and tiers are not known.' });
    expect(rating.counters).toBe(one.tally.counters);
    expect(one.charge(reply({ deliveredAt: Date.parse('2026-11-15T12:00:00-03:00') })).allowance?.nth).toBe(1);
  });
});
