import { describe, expect, it } from '@jest/globals';
import { Problem, read } from '@parley/service';
import { policyShape, rateCardShape } from './price-list-shapes.js';

const card = { rateCardId: 'usd', version: 1, effectiveFrom: '2026-01-01', currency: 'USD', rows: [{ market: 'Other', utility: '0.0068' }], source: 'a spec', illustrative: true };

function wrong(value: object): readonly string[] {
  try {
    read(rateCardShape, value);
    return [];
  } catch (error) {
    return (error as Problem).errors.map(({ path }) => path);
  }
}

describe('a rate card', () => {
  it('has exact prices: micros, and null where the card has none', () => {
    const [row] = read(rateCardShape, card).rows;
    expect(row).toEqual({ market: 'Other', marketing: null, utility: 6_800n, authentication: null, authenticationInternational: null, service: null });
  });

  it.each([
    ['a price as a number', { ...card, rows: [{ market: 'Other', utility: 0.0068 }] }, ['rows[0].utility']],
    ['a price finer than a micro', { ...card, rows: [{ market: 'Other', utility: '0.0000001' }] }, ['rows[0].utility']],
    ['a negative price', { ...card, rows: [{ market: 'Other', utility: '-1' }] }, ['rows[0].utility']],
    ['a day that is none', { ...card, effectiveFrom: '2026-02-30' }, ['effectiveFrom']],
    ['a currency that is none', { ...card, currency: 'USX' }, ['currency']],
    ['no rows', { ...card, rows: [] }, ['rows']],
  ])('is refused for %s', (_, value, paths) => {
    expect(wrong(value)).toEqual(paths);
  });
});

describe('a policy', () => {
  it('has its rules as an object, not as text', () => {
    const policy = { policyId: 'S0', version: 1, effectiveFrom: '2018-01-01', document: {}, source: 's', illustrative: false };
    expect(read(policyShape, policy).document).toEqual({});
    expect(() => read(policyShape, { ...policy, document: '{}' })).toThrow(Problem);
  });
});
