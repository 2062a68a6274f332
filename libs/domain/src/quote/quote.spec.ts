import { describe, expect, it } from '@jest/globals';
import type { CatalogEvent, Payload } from '@parley/contracts';
import { bundledPolicies, bundledPriceLists } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { findBusiness } from '../catalog/lookups.js';
import { aBusiness, aCatalog, anEligibility, businessId, catalogOf, everything, friday, hourMs, rejectingLateReplies } from '../scenario/fixtures.js';
import type { Asked } from './price.js';
import { quote } from './quote.js';

const after = (hours: number): number => friday + hours * hourMs;
const reply: Asked = { lane: 'api', kind: 'free_form', category: 'service', market: 'Brazil', lastInboundAt: friday, entryPointAt: null };
const ask = (now: number, change: Partial<Asked> = {}, catalog: Catalog = aCatalog) => quote({ ...reply, ...change }, findBusiness(catalog, businessId)!, catalog, now);

/** S0 with other words in its document, from a day on. */
function later(effectiveFrom: string, version: number, change: object): Payload<CatalogEvent> {
  const s0 = bundledPolicies()[0]!;
  return { ...s0, version, effectiveFrom, document: JSON.stringify({ ...(JSON.parse(s0.document) as object), ...change }) };
}

describe('a quote', () => {
  it('is free in the window, and says until when', () => {
    expect(ask(after(1))).toEqual({
      verdict: 'priced', rule: 'S0/inside-window', amount: 0n, currency: 'USD', freeUntil: after(24), policy: { policyId: 'S0', version: 1 }, rateCard: null, illustrative: false, assumes: [],
    });
    expect(ask(after(24) - 1)).toMatchObject({ amount: 0n, freeUntil: after(24) });
  });

  it('is the rate of the country from the very instant on at which the window closes', () => {
    expect(ask(after(24))).toMatchObject({ rule: 'S0/late-free-form', amount: 6_800n, freeUntil: null, rateCard: { rateCardId: 'usd-for-s0', version: 1 }, illustrative: true });
    expect(ask(after(1), { lastInboundAt: null })).toMatchObject({ rule: 'S0/late-free-form', amount: 6_800n });
  });

  it('has no end to what is written by hand, and no free template', () => {
    expect(ask(after(30), { lane: 'app' })).toMatchObject({ rule: 'S0/app-lane', amount: 0n, freeUntil: null });
    expect(ask(after(1), { kind: 'template', category: 'utility' })).toMatchObject({ rule: 'S0/template', amount: 6_800n, freeUntil: null });
  });

  it('ends earlier where a policy that is published ahead closes the window, or ends what is free', () => {
    // The window is open until Saturday 18:00. From Saturday 0:00 on it is 12 hours long, and closes on Saturday 6:00.
    expect(ask(after(1), {}, catalogOf(...everything, later('2018-08-04', 2, { freeWindowHours: 12 })))).toMatchObject({ freeUntil: Date.parse('2018-08-04T06:00:00-03:00') });
    const lines = (JSON.parse(bundledPolicies()[0]!.document) as { readonly charges: readonly { readonly rule: string }[] }).charges;
    const allReplies = later('2018-08-04', 2, { charges: lines.map((line) => (line.rule === 'inside-window' ? { ...line, price: 'utility' } : line)) });
    expect(ask(after(1), {}, catalogOf(...everything, allReplies))).toMatchObject({ amount: 0n, freeUntil: Date.parse('2018-08-04T00:00:00-03:00') });
    expect(ask(after(7), {}, catalogOf(...everything, allReplies))).toMatchObject({ amount: 6_800n, policy: { version: 2 } });
    const longer = later('2018-08-04', 2, { freeWindowHours: 48 });
    expect(ask(after(1), {}, catalogOf(...everything, longer))).toMatchObject({ freeUntil: after(48) });
  });

  it('says that a late reply would be refused, where the policy refuses it', () => {
    const strict = catalogOf(...everything, rejectingLateReplies());
    expect(ask(after(24), {}, strict)).toMatchObject({ verdict: 'refused', reason: 'window_closed', policy: { version: 2 } });
    expect(ask(after(1), {}, strict)).toMatchObject({ amount: 0n, freeUntil: after(24) });
  });

  it('ends where an advertisement is no longer answered in time, and says what it took for granted', () => {
    const { policies, rateCards } = bundledPriceLists();
    const p6 = { ...policies.find(({ policyId }) => policyId === 'P6')!, effectiveFrom: '2018-01-01' };
    const catalog = catalogOf(aBusiness, p6, { ...rateCards.find(({ rateCardId }) => rateCardId === 'usd')!, effectiveFrom: '2018-01-01' });
    const entered = { kind: 'template' as const, category: 'marketing' as const, entryPointAt: friday };
    expect(ask(after(1), entered, catalog)).toMatchObject({ amount: 0n, rule: 'P6/entry-point', freeUntil: after(24) });
    // Out of the thousand free ones of the number; how many are used up, only the owner's usage knows.
    expect(ask(after(1), {}, catalog)).toMatchObject({ amount: 0n, assumes: ['the allowance service-messages (1000 a month) is not used up'] });
    expect(ask(after(1), { kind: 'template', category: 'utility' }, catalog)).toMatchObject({ amount: 6_800n, assumes: ['the first tier, 1:250000'] });
  });

  it('ends where a contract ahead ends what is free, for whom it is and nobody else', () => {
    const lines = (JSON.parse(bundledPolicies()[0]!.document) as { readonly charges: readonly { readonly rule: string }[] }).charges;
    const allReplies = later('2018-08-04', 2, { charges: lines.map((line) => (line.rule === 'inside-window' ? { ...line, price: 'utility' } : line)) });
    const ahead = (owner: string) => catalogOf(...everything, { ...allReplies, scope: { owners: [owner], businesses: [] } } as unknown as Payload<CatalogEvent>);
    expect(ask(after(1), {}, ahead(aBusiness.ownerId))).toMatchObject({ amount: 0n, freeUntil: Date.parse('2018-08-04T00:00:00-03:00') });
    expect(ask(after(7), {}, ahead(aBusiness.ownerId))).toMatchObject({ amount: 6_800n, policy: { version: 2 } });
    expect(ask(after(7), {}, ahead('others'))).toMatchObject({ amount: 0n, freeUntil: after(24), policy: { version: 1 } });
  });

  it('of authentication abroad is the international price from the day on at which the business is eligible', () => {
    const { policies, rateCards } = bundledPriceLists();
    const p5 = policies.find(({ policyId }) => policyId === 'P5')!;
    const card = rateCards.find(({ rateCardId }) => rateCardId === 'usd')!;
    const otp = { kind: 'template', category: 'authentication', market: 'Egypt' } as const;
    const at = (iso: string, catalog: Catalog) => ask(Date.parse(iso), otp, catalog);
    const catalog = catalogOf(aBusiness, p5, card, anEligibility);
    expect(at('2026-01-31T23:59:59-03:00', catalog)).toMatchObject({ rule: 'P5/authentication', amount: 3_600n });
    expect(at('2026-02-01T00:00:00-03:00', catalog)).toMatchObject({ rule: 'P5/authentication-international', amount: 65_000n });
    // Free at home under this list: only the day of eligibility ends it.
    const lines = (JSON.parse(p5.document) as { readonly charges: readonly { readonly rule: string }[] }).charges;
    const free = { ...p5, document: JSON.stringify({ ...(JSON.parse(p5.document) as object), charges: lines.map((line) => (line.rule === 'authentication' ? { ...line, price: 'free' } : line)), tiers: null }) };
    expect(at('2026-01-20T00:00:00-03:00', catalogOf(aBusiness, free, card, anEligibility))).toMatchObject({ amount: 0n, freeUntil: Date.parse('2026-02-01T00:00:00-03:00') });
  });

  it('guesses no price', () => {
    expect(ask(after(1), {}, catalogOf(aBusiness))).toMatchObject({ verdict: 'unpriced', reason: 'no_policy' });
    expect(ask(after(25), {}, catalogOf(aBusiness, ...bundledPolicies()))).toMatchObject({ verdict: 'unpriced', reason: 'no_rate_card' });
  });
});
