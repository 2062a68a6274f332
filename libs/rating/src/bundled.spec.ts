import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { bundledMarketPrefixes, bundledPolicies, bundledPriceLists, bundledRateCards } from './bundled.js';
import { inForce } from './effective.js';
import { policyOf } from './policy/policy.js';
import { rateCardOf } from './rate-card.js';

describe('the data that comes with the code', () => {
  it('is the module that the files in data/ make', () => {
    const generator = fileURLToPath(new URL('../data/generate.mjs', import.meta.url));
    const check = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });

  it('says where every number is from, in as many words as the catalog holds', () => {
    for (const { source } of [...bundledPriceLists().policies, ...bundledPriceLists().rateCards, ...bundledMarketPrefixes()]) {
      expect(source.length).toBeGreaterThan(40);
      expect(source.length).toBeLessThanOrEqual(512);
    }
  });

  it('has S0 as announced, alone where a sandbox publishes it', () => {
    expect(bundledPolicies().map(policyOf)).toMatchObject([
      { policyId: 'S0', illustrative: false, document: { freeWindowHours: 24, lateReply: { api: 'charge', app: 'charge' } } },
    ]);
  });

  it.each([
    ['2018-07-31', 'S0', 'usd-for-s0'],
    ['2018-08-01', 'P1', 'usd-for-s0'],
    ['2022-01-31', 'P1', 'usd-for-s0'],
    ['2022-02-01', 'P2', 'usd-for-s0'],
    ['2023-05-31', 'P2', 'usd-for-s0'],
    ['2023-06-01', 'P3', 'usd-for-p3'],
    ['2024-11-01', 'P4', 'usd-for-p3'],
    ['2025-07-01', 'P5', 'usd-for-p3'],
    ['2026-01-01', 'P5', 'usd'],
    ['2026-10-01', 'P6', 'usd'],
  ])('published together, has in force on %s: %s with %s', (day, policyId, rateCardId) => {
    const { policies, rateCards } = bundledPriceLists();
    expect(inForce(policies, day)?.policyId).toBe(policyId);
    expect(inForce(rateCards, day)?.rateCardId).toBe(rateCardId);
  });

  it('marks as illustrative what has no public source', () => {
    const { policies, rateCards } = bundledPriceLists();
    const marked = [...policies, ...rateCards].filter(({ illustrative }) => illustrative);
    expect(marked.map((one) => ('policyId' in one ? one.policyId : one.rateCardId))).toEqual(['P1', 'P2', 'usd-for-s0', 'usd-for-p3']);
    const tiered = policies.map(policyOf).filter(({ document }) => document.tiers !== null);
    expect(tiered.map(({ policyId, document }) => [policyId, document.tiers?.illustrative])).toEqual([['P1', true], ['P5', true], ['P6', true]]);
  });

  it('has a card of 32 markets for S0, marked illustrative', () => {
    const card = rateCardOf(bundledRateCards()[0]!);
    expect(Object.keys(card.prices)).toHaveLength(32);
    expect(card).toMatchObject({ currency: 'USD', illustrative: true, prices: { Colombia: { utility: '800' }, Egypt: { authenticationInternational: '65000' } } });
    expect(Object.values(card.prices).every((prices) => prices.utility !== null)).toBe(true);
  });

  it('survives JSON', () => {
    const card = rateCardOf(bundledRateCards()[0]!);
    expect(JSON.parse(JSON.stringify(card))).toEqual(card);
  });

  it('refuses a card without the fallback row, or with a market twice', () => {
    const card = bundledRateCards()[0]!;
    expect(() => rateCardOf({ ...card, rows: card.rows.filter((row) => row.market !== 'Other') })).toThrow('has no row Other');
    expect(() => rateCardOf({ ...card, rows: [...card.rows, card.rows[0]!] })).toThrow('names the market Argentina twice');
  });
});
