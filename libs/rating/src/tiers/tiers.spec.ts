import { describe, expect, it } from '@jest/globals';
import { micros } from '@parley/money';
import { parsePolicyDocument } from '../policy/parse.js';
import type { Policy } from '../policy/policy.js';
import { countOne, noCounters } from '../allowance/counters.js';
import { volumeKey } from '../rate/price.js';
import { bundled, bundledCard, business, hour, Meter, used, type Given } from '../rate/usage.fixture.js';
import type { BusinessFacts } from '../rate/usage.js';
import { percentRoundedHalfUpToMicro } from './tiers.js';

const p5 = bundled('P5');
const card = bundledCard('usd');
const start = Date.parse('2026-03-10T12:00:00-03:00');
const utility = (given: Partial<Given> = {}): Given => ({ sentAt: start, category: 'utility', ...given });

/** P5 with other bands, so that edges are reached in a few messages. */
const withBands = (bands: Record<string, number>): Policy => ({
  ...p5,
  document: { ...p5.document, tiers: { ...p5.document.tiers!, tables: [{ categories: ['utility', 'authentication'], markets: null, bands, prices: null }] } },
});

describe('tiers', () => {
  it('price each message by the band it falls into, bounds inclusive', () => {
    const one = new Meter(withBands({ '1:2': 100, '3:4': 95, '5:MAX': 50 }), card);
    // Brazil 0.0068: 6,800 → 95 % 6,460 → 50 % 3,400.
    const charges = [1, 2, 3, 4, 5, 6].map(() => one.charge(utility()));
    expect(charges.map(({ tier, amount }) => [tier?.nth, tier?.bounds, amount])).toEqual([
      [1, '1:2', 6_800n],
      [2, '1:2', 6_800n],
      [3, '3:4', 6_460n],
      [4, '3:4', 6_460n],
      [5, '5:MAX', 3_400n],
      [6, '5:MAX', 3_400n],
    ]);
    expect(charges[2]).toMatchObject({ type: 'regular', unitPrice: 6_460n, illustrative: true });
  });

  it('may have prices of their own, which hold for a business of their currency, whatever the card says', () => {
    const priced = { categories: ['utility', 'authentication'], markets: ['India'], prices: { currency: 'USD', bands: { '1:2': '0.0014', '3:3': '0.0013', '4:MAX': '0.0011' } } } as const;
    const euros = { ...priced, prices: { currency: 'EUR', bands: { '1:MAX': '0.0001' } } };
    const text = JSON.stringify({ ...p5.document, tiers: { ...p5.document.tiers!, tables: [euros, priced, { categories: ['utility'], bands: { '1:MAX': 50 } }] } });
    const one = new Meter({ ...p5, document: parsePolicyDocument(text) }, card);
    const charges = [1, 2, 3, 4, 5].map(() => one.charge(utility({ market: 'India' })));
    // 0.0013 of 0.0014 is 92.86 %, 0.0011 is 78.57 %: told to the nearest whole, priced as it stands.
    expect(charges.map(({ tier, amount }) => [tier?.bounds, tier?.percent, amount])).toEqual([
      ['1:2', 100, 1_400n],
      ['1:2', 100, 1_400n],
      ['3:3', 93, 1_300n],
      ['4:MAX', 79, 1_100n],
      ['4:MAX', 79, 1_100n],
    ]);
    expect(one.charge(utility())).toMatchObject({ amount: 3_400n, tier: { percent: 50 } });
    expect(parsePolicyDocument(JSON.stringify(one.policy.document))).toEqual(one.policy.document);
  });

  it('count by market and category, across the businesses of an owner, and only what is charged', () => {
    const one = new Meter(withBands({ '1:1': 100, '2:MAX': 50 }), card);
    const tier = (given: Partial<Given>) => one.charge(utility(given)).tier?.nth ?? null;
    expect(tier({})).toBe(1);
    expect(tier({ market: 'India' })).toBe(1);
    expect(tier({ category: 'authentication' })).toBe(1);
    expect(tier({ category: 'marketing' })).toBeNull();
    expect(tier({ lastInboundAt: start - hour })).toBeNull();
    expect(tier({ entryPointAt: start - hour, lastInboundAt: start - hour })).toBeNull();
    const next = new Meter(one.policy, card, business, { counters: one.tally.counters, sessions: [] });
    expect(next.charge(utility({ businessId: 'other', numberId: 'other-1' })).tier).toMatchObject({ nth: 2, bounds: '2:MAX' });
    expect(next.charge(utility({ deliveredAt: Date.parse('2026-04-01T00:00:00-03:00') })).tier?.nth).toBe(1);
  });

  it('of a market of its own are those of its table', () => {
    const key = volumeKey('owner', 'utility', used(utility({ market: 'India' })));
    let counters = noCounters;
    for (let index = 0; index < 3; index += 1) counters = countOne(counters, '2026-03', key);
    const one = new Meter(p5, card, business, { counters, sessions: [] });
    expect(one.charge(utility({ market: 'India' })).tier).toMatchObject({ nth: 4, bounds: '1:25000000', percent: 100 });
    expect(one.charge(utility()).tier).toMatchObject({ nth: 1, bounds: '1:250000' });
  });

  it('round a half of a micro up, where a price has more decimals than cards have', () => {
    expect(percentRoundedHalfUpToMicro(micros(6_800n), 95)).toBe(6_460n);
    expect(percentRoundedHalfUpToMicro(micros(1n), 50)).toBe(1n);
    expect(percentRoundedHalfUpToMicro(micros(1n), 49)).toBe(0n);
    expect(percentRoundedHalfUpToMicro(micros(0n), 95)).toBe(0n);
  });
});

describe('authentication to another country', () => {
  const abroad = ['Egypt', 'India', 'France'];
  const eligible = { ...business, international: { homeMarket: 'Brazil', markets: abroad } };
  const otp = (given: Partial<Given> = {}): Given => utility({ category: 'authentication', market: 'Egypt', ...given });
  const charge = (given: Given, facts: BusinessFacts = eligible) => new Meter(p5, card, facts).charge(given);

  it('has a price of its own when all four conditions hold', () => {
    // Egypt: 0.0650 from abroad, 0.0036 within.
    expect(charge(otp())).toMatchObject({
      rule: 'P5/authentication-international',
      category: 'authentication_international',
      amount: 65_000n,
      price: { column: 'authenticationInternational', market: 'Egypt' },
      tier: null,
      illustrative: false,
    });
  });

  it.each<[string, Given, BusinessFacts]>([
    ['the business is not eligible', otp(), business],
    ['its primary country is the contact’s', otp(), { ...business, international: { homeMarket: 'Egypt', markets: ['Egypt', 'India'] } }],
    ['it is not eligible for that market', otp(), { ...business, international: { homeMarket: 'Brazil', markets: ['India'] } }],
    ['the card has no such price for the market', otp({ market: 'France' }), eligible],
    ['it is no authentication template', utility({ market: 'Egypt' }), eligible],
  ])('has not when %s', (_name, given, facts) => {
    const found = charge(given, facts);
    expect(found.category).toBe(given.category);
    expect(found.amount).toBe(given.market === 'France' ? 30_000n : 3_600n);
  });

  it('opens a session under P3 as any other', () => {
    const p4 = new Meter(bundled('P4'), card, eligible);
    expect(p4.charge(otp())).toMatchObject({ amount: 65_000n, category: 'authentication_international', session: { opened: true } });
    expect(p4.charge(otp())).toMatchObject({ amount: 0n, session: { opened: false } });
  });
});
