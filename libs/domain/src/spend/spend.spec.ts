import { describe, expect, it } from '@jest/globals';
import type { AdjustmentPosted, ChargePosted, PayloadOf } from '@parley/contracts';
import fc from 'fast-check';
import { aMessage, aTemplateMessage, friday, hourMs, logged } from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import { lateRepliesTopology } from './late.js';
import { counted, noQuarters } from './quarters.js';
import { spendTopology } from './topology.js';

/** Friday, 18:00 in Sao Paulo, is 21:00 in UTC: quarter 84 of the day. */
const utcDay = 17_746;

function charge(change: Partial<PayloadOf<'ChargePosted'>> = {}): ChargePosted {
  return logged(
    {
      type: 'ChargePosted', chargeId: 'acme.c1.m1' as ChargePosted['chargeId'], message: aMessage(), market: 'Brazil', sentAt: friday, deliveredAt: friday, lastInboundAt: friday - 25 * hourMs,
      entryPointAt: null, currency: 'USD', amount: 6_800n, unitPrice: 6_800n, rule: 'S0/late-free-form', policyId: 'S0' as ChargePosted['policyId'], policyVersion: 1, rateCardId: null, rateCardVersion: null, illustrative: true,
      pricingCategory: 'service', pricingType: 'regular', month: '2018-08', priceMarket: 'Brazil', tier: null, allowance: null, session: null, reservation: null, waived: 0n, spent: null, ...change,
    },
    friday,
  );
}

function adjustment(amount: bigint): AdjustmentPosted {
  const { businessId, ownerId } = aMessage();
  return logged({ type: 'AdjustmentPosted', adjustmentId: 'a1' as AdjustmentPosted['adjustmentId'], chargeId: null, ownerId, businessId, currency: 'USD', amount, reason: 'a card came late', causedBy: 'usd/2', month: null, market: null, pricingCategory: null, tier: null, illustrative: false, correction: null }, friday + hourMs);
}

const spend = () => new Scenario(spendTopology, expect);
const late = () => new Scenario(lateRepliesTopology, expect);

describe('what a day cost', () => {
  it('is counted by quarter-hour in UTC, as running sums', () => {
    const day = spend().given(charge(), charge({ deliveredAt: friday + 14 * 60_000 }), charge({ deliveredAt: friday + 2 * hourMs, amount: 1_400n }));
    const [row] = day.fold(charge({ deliveredAt: friday + 15 * 60_000 }));
    expect(row).toMatchObject({
      table: 'spend_day',
      row: { business_id: 'acme', utc_day: utcDay, market: 'Brazil', category: 'service', number_id: 'acme-main', template: '', rule: 'S0/late-free-form', pricing_type: 'regular', tier: '', free: false, quarters: [84, 85, 92], messages: [2, 3, 4], micros: ['13600', '20400', '21800'] },
    });
  });

  it('has no amounts as long as all is free', () => {
    const [row] = spend().fold(charge({ message: aTemplateMessage(), amount: 0n, rule: 'S0/inside-window', pricingCategory: null }));
    expect(row!.row).toMatchObject({ template: 'shipping_confirmation', category: 'utility', free: true, quarters: [84], messages: [1], micros: [] });
  });

  it('is told apart by how it is billed, and by the band of the tier', () => {
    const tier = { bounds: '250001:MAX', percent: 90, key: 'k', nth: 250_001 };
    expect(spend().fold(charge({ tier }))[0]!.row).toMatchObject({ pricing_type: 'regular', tier: '250001:MAX' });
    expect(spend().fold(charge({ pricingType: 'free_entry_point', amount: 0n }))[0]!.row).toMatchObject({ pricing_type: 'free_entry_point', tier: '', free: true });
    expect(spend().fold(charge({ pricingType: null }))[0]!.row).toMatchObject({ pricing_type: '' });
  });

  it('changes with an adjustment, which counts no message', () => {
    const [row] = spend().given(adjustment(-500n)).fold(adjustment(-300n));
    expect(row!.row).toMatchObject({ market: '', rule: 'adjustment', quarters: [88], messages: [0], micros: ['-800'] });
  });

  it('is exact beyond what a float holds', () => {
    const [row] = spend().given(charge({ amount: 9_007_199_254_740_993n })).fold(charge({ amount: 2n }));
    expect(row!.row).toMatchObject({ micros: ['9007199254740995'] });
  });

  it('keeps each row’s sums in a part of its own, so that no state grows with the days, or with what is sold', () => {
    const places = [charge(), charge({ deliveredAt: friday + 4 * hourMs }), charge({ market: 'India' }), charge({ amount: 0n }), charge({ pricingType: 'free_entry_point' }), charge({ tier: { bounds: '1:MAX', percent: 90, key: 'k', nth: 1 } }), adjustment(1n)].map((event) => spendTopology.asideOf!(event, null));
    expect(new Set(places).size).toBe(7);
    expect(spendTopology.asideOf!(charge({ deliveredAt: friday + hourMs, sentAt: 1 }), null)).toBe(places[0]);
  });
});

describe('running sums', () => {
  const happened = fc.array(fc.record({ quarter: fc.integer({ min: 0, max: 95 }), amount: fc.bigInt({ min: 0n, max: 10n ** 15n }) }), { maxLength: 40 });

  it('are the same in any order, and their differences what happened in each quarter', () => {
    fc.assert(
      fc.property(happened, (events) => {
        const fold = (some: typeof events) => some.reduce((sums, { quarter, amount }) => counted(sums, quarter * 900_000 + 7, 1, amount), noQuarters);
        const sums = fold(events);
        expect(fold([...events].reverse())).toEqual(sums);
        sums.quarters.forEach((quarter, index) => {
          const ours = events.filter((event) => event.quarter === quarter);
          expect(sums.messages[index]! - (sums.messages[index - 1] ?? 0)).toBe(ours.length);
          expect(BigInt(sums.micros[index] ?? 0) - BigInt(sums.micros[index - 1] ?? 0)).toBe(ours.reduce((sum, { amount }) => sum + amount, 0n));
        });
      }),
    );
  });
});

describe('late replies', () => {
  it('are counted by when they were sent', () => {
    const day = late().given(charge({ deliveredAt: friday + 48 * hourMs }));
    const [row] = day.fold(charge({ sentAt: friday + hourMs }));
    expect(row).toMatchObject({ table: 'late_reply_day', row: { business_id: 'acme', utc_day: utcDay, quarters: [84, 88], messages: [1, 2], micros: ['6800', '13600'] } });
  });

  it.each([
    ['in the window', charge({ rule: 'S0/inside-window', amount: 0n })],
    ['late and free, by the lane of the app', charge({ amount: 0n })],
    ['a template', charge({ rule: 'S0/template' })],
  ])('are not those %s', (_, event) => {
    expect(late().fold(event)).toEqual([]);
    expect(lateRepliesTopology.asideOf!(event, null)).toBeNull();
  });
});
