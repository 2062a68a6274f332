import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { bundledMarketPrefixes, bundledPolicies, bundledRateCards } from './bundled.js';
import { policyOf } from './policy.js';
import { rateCardOf } from './rate-card.js';

describe('the data that comes with the code', () => {
  it('is the module that the files in data/ make', () => {
    const generator = fileURLToPath(new URL('../data/generate.mjs', import.meta.url));
    const check = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });

  it('says where every number is from, in as many words as the catalog holds', () => {
    for (const { source } of [...bundledPolicies(), ...bundledRateCards(), ...bundledMarketPrefixes()]) {
      expect(source.length).toBeGreaterThan(40);
      expect(source.length).toBeLessThanOrEqual(512);
    }
  });

  it('has S0 as announced', () => {
    expect(bundledPolicies().map(policyOf)[0]).toMatchObject({
      policyId: 'S0',
      illustrative: false,
      document: { freeWindowHours: 24, lateReply: 'charge', charge: { insideWindow: 'free' } },
    });
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
