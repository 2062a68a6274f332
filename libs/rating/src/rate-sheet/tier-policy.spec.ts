import { describe, expect, it } from '@jest/globals';
import { parsePolicyDocument } from '../policy/parse.js';
import { bundled, bundledCard } from '../rate/usage.fixture.js';
import { readRateSheet, type TierSheet } from './rate-sheet.js';
import { tierDifferenceOf, withTierSheet } from './tier-policy.js';

const { document } = bundled('P6');
const card = bundledCard('usd');
const saying = { source: 'the operator’s page.', illustrative: false };

function sheetOf(rows: readonly string[]): TierSheet {
  const sheet = readRateSheet(['Market,Currency,Category,Volume tier,Rate', ...rows, ''].join('\n'));
  if (sheet.kind !== 'tiers') throw new TypeError('the sheet has no tiers');
  return sheet;
}

const india = ['India,$US,Utility,1:750000,0.0014', ',,,750001:MAX,0.0011'];
const brazil = ['Brazil,$US,Utility,1:750000,0.0014', ',,,750001:MAX,0.0011'];
const codes = ['India,$US,Authentication,1:750000,0.0014', ',,,750001:MAX,0.0011'];

describe('a sheet of tiers in a policy', () => {
  it('is its prices as they stand, in as few tables as say it, in place of all that was said of its categories', () => {
    const { tiers, ...rest } = withTierSheet(document, sheetOf(india), saying);
    const prices = { currency: 'USD', bands: { '1:750000': '0.0014', '750001:MAX': '0.0011' } };
    expect(tiers?.tables).toEqual([
      { categories: ['utility'], markets: ['India'], bands: null, prices },
      ...document.tiers!.tables.map((table) => ({ ...table, categories: ['authentication'] })),
    ]);
    expect(tiers).toMatchObject({ scope: 'owner', illustrative: true, source: expect.stringContaining('the operator’s page. Other categories and currencies: ') });
    expect({ ...rest, tiers: document.tiers }).toEqual(document);
    const both = withTierSheet(document, sheetOf([...india, ...brazil, ...codes]), saying);
    expect(both.tiers).toEqual({ source: 'the operator’s page.', illustrative: false, scope: 'owner', tables: [{ categories: ['utility'], markets: ['India', 'Brazil'], bands: null, prices }, { categories: ['authentication'], markets: ['India'], bands: null, prices }] });
    expect(withTierSheet(document, sheetOf([...india, ...codes]), saying).tiers?.tables).toEqual([{ categories: ['utility', 'authentication'], markets: ['India'], bands: null, prices }]);
    expect(parsePolicyDocument(JSON.stringify(both))).toEqual(both);
  });

  it('leaves the prices of another currency, and replaces those of its own', () => {
    const dollars = withTierSheet(document, sheetOf([...india, ...codes]), saying);
    const euros = sheetOf(['India,EUR,Utility,1:MAX,0.0013', 'India,EUR,Authentication,1:MAX,0.0013']);
    const both = withTierSheet(dollars, euros, saying);
    expect(both.tiers?.tables.map(({ prices }) => prices?.currency)).toEqual(['EUR', 'USD']);
    expect(withTierSheet(both, euros, saying).tiers?.tables).toEqual(both.tiers?.tables);
  });

  it('is compared band by band, as it is paid', () => {
    const sheet = sheetOf([...india, 'Egypt,$US,Utility,1:MAX,0.0040']);
    const { differences, restGone, unlikeCard } = tierDifferenceOf(document, withTierSheet(document, sheet, saying), sheet, card);
    // India so far: 0.0014, 95 % and 90 % of it. Egypt: of all other markets, 0.0036.
    expect(differences).toEqual([
      {
        market: 'India', category: 'utility', change: 'changed',
        before: [{ bounds: '1:25000000', price: 1_400n }, { bounds: '25000001:50000000', price: 1_330n }, { bounds: '50000001:MAX', price: 1_260n }],
        after: [{ bounds: '1:750000', price: 1_400n }, { bounds: '750001:MAX', price: 1_100n }],
      },
      {
        market: 'Egypt', category: 'utility', change: 'changed',
        before: [{ bounds: '1:250000', price: 3_600n }, { bounds: '250001:750000', price: 3_420n }, { bounds: '750001:MAX', price: 3_240n }],
        after: [{ bounds: '1:MAX', price: 4_000n }],
      },
    ]);
    expect([restGone, unlikeCard.map(({ market }) => market)]).toEqual([['utility'], ['Egypt']]);
  });

  it('says what it leaves as it is, what is new, and what is gone', () => {
    const first = sheetOf([...india, ...brazil]);
    const published = withTierSheet(bundled('S0').document, first, saying);
    const changes = (sheet: TierSheet, before = published) => tierDifferenceOf(before, withTierSheet(before, sheet, saying), sheet, card).differences.map(({ market, change }) => [market, change]);
    expect(changes(first, bundled('S0').document)).toEqual([['India', 'new'], ['Brazil', 'new']]);
    expect(changes(first)).toEqual([['India', 'same'], ['Brazil', 'same']]);
    expect(changes(sheetOf(india))).toEqual([['India', 'same'], ['Brazil', 'gone']]);
  });
});
