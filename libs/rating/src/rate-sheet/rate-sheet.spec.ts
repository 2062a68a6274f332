import { describe, expect, it } from '@jest/globals';
import { currency, formatDecimal, micros } from '@parley/money';
import fc from 'fast-check';
import { rateColumns } from '../rate-card.js';
import { RateSheetError } from './fault.js';
import { readRateSheet, type RateSheet, type SheetOptions, type TierSheet } from './rate-sheet.js';
import { asPublished, broken, brokenTiers, currencyAbove, german, loosely, pasted, reordered, rupiah, tiersOneCell, tiersWide, withoutPrices } from './sheets.fixture.js';

function rates(text: string, options?: SheetOptions): RateSheet {
  const sheet = readRateSheet(text, options);
  if (sheet.kind !== 'rates') throw new Error('these are tiers');
  return sheet;
}

/** Market, then its prices in the order of the columns, n/a as null. */
const prices = (sheet: RateSheet) => sheet.rows.map((row) => [row.market, ...rateColumns.map((column) => row[column])]);

function said(text: string, options?: SheetOptions): string {
  try {
    readRateSheet(text, options);
    return 'it was read';
  } catch (error) {
    if (error instanceof RateSheetError) return error.message;
    throw error;
  }
}

describe('a rate card as it is found', () => {
  it('is read as it is published', () => {
    const sheet = rates(asPublished);
    expect([sheet.currency, sheet.notAvailable]).toEqual(['USD', 7]);
    expect(prices(sheet)).toEqual([
      ['Brazil', 62_500n, 6_800n, 6_800n, null, null],
      ['India', 10_700n, 1_400n, 1_400n, 28_000n, null],
      ['Rest of Africa', 22_500n, 4_000n, 4_000n, null, null],
      ['Other', 60_400n, 7_700n, 7_700n, null, null],
    ]);
    expect(sheet.understanding).toEqual({
      separator: ',',
      decimalMark: '.',
      headerLine: 4,
      columns: ['market', 'currency', 'marketing', 'utility', 'authentication', 'authenticationInternational', 'service'].map((reads, index) => ({
        place: index + 1,
        name: ['Market', 'Currency', 'Marketing', 'Utility', 'Authentication', 'Authentication-International', 'Service'][index],
        reads,
      })),
      preamble: [
        { line: 1, text: 'Rate card, in effect from July 1' },
        { line: 2, text: 'Prices are per delivered message and do not include taxes' },
      ],
      footnotes: [
        { line: 11, text: '* Authentication-international holds in chosen markets only.' },
        { line: 12, text: 'Note: " Other " is every market without a row of its own.' },
      ],
      currencyFrom: 'column',
      remarks: [],
    });
  });

  it('has decimal commas where a price shows it', () => {
    const sheet = rates(german);
    expect(prices(sheet)).toEqual([
      ['Deutschland', 113_100n, 45_600n, 45_600n, null, null],
      // 1,234 could be a thousand; the other prices say that it is not.
      ['Österreich', 1_234_000n, 50_000n, 50_000n, null, null],
      ['Other', 50_100n, 6_400n, 6_400n, null, null],
    ]);
    expect([sheet.currency, sheet.notAvailable, sheet.understanding.separator, sheet.understanding.decimalMark]).toEqual(['EUR', 3, ';', ',']);
  });

  it('has the currency’s sign beside a price, and names that are brought to ours', () => {
    const sheet = rates(pasted);
    expect(prices(sheet)).toEqual([
      ['France', 85_900n, 30_000n, 30_000n, null, null],
      ['Other', 60_400n, 7_700n, 7_700n, null, null],
    ]);
    expect([sheet.currency, sheet.understanding.currencyFrom]).toEqual(['USD', 'sheet']);
    expect(sheet.understanding.remarks).toEqual(['"France*" is read as France.', '"All other countries" is read as Other.']);
  });

  it('takes its currency from above, or from the caller, never from both', () => {
    expect(rates(currencyAbove)).toMatchObject({ currency: 'USD', rows: [{ market: 'Chile', marketing: 88_900n, utility: 20_000n }, { market: 'Other' }] });
    const silent = currencyAbove.replace('Currency: US$', '');
    expect(rates(silent, { currency: currency('EUR') })).toMatchObject({ currency: 'EUR', understanding: { currencyFrom: 'caller' } });
    expect(said(currencyAbove, { currency: currency('EUR') })).toBe('line 2, column 1: "US$": the sheet is in USD, and EUR was asked for. Fix: leave out --currency, or take another sheet.');
  });

  it('groups thousands where the decimals show it', () => {
    expect(prices(rates(rupiah))).toEqual([
      ['Indonesia', 586_330_000n, 356_650_000n, 1_356_650_000n, null, null],
      ['Other', 1_016_000_000n, 129_500_000n, 129_500_000n, null, null],
    ]);
  });

  it('has three decimals after a point where commas stand between cells, and not where nothing shows it', () => {
    const text = 'Market,Currency,Utility\nOther,USD,1.234\n';
    expect(prices(rates(text))).toEqual([['Other', null, 1_234_000n, null, null, null]]);
    expect(said(text.replaceAll(',', ';'))).toContain('line 2, column 11: "1.234": this could be a decimal number or thousands');
  });

  it('has its columns in any order, and others that are left out on purpose', () => {
    const sheet = rates(reordered, { ignoredColumns: ['country CODE'] });
    expect(prices(sheet)).toEqual([
      ['Chile', 88_900n, 20_000n, null, null, null],
      ['Other', 60_400n, 7_700n, null, null, null],
    ]);
    expect(sheet.understanding.columns).toContainEqual({ place: 3, name: 'Country code', reads: 'ignored' });
    expect(said(reordered)).toContain('line 1, column 16: "Country code"');
  });

  it('is quoted loosely', () => {
    expect(prices(rates(loosely)).map(([market, marketing]) => [market, marketing])).toEqual([
      ['Rest of Latin America', 74_000n],
      ['Cote d"Ivoire', 20_000n],
      ['Other', 60_400n],
    ]);
  });

  it('says in many ways that there is no price, and that one is free', () => {
    const sheet = rates(withoutPrices);
    expect(prices(sheet)).toEqual([
      ['Egypt', null, null, null, null, 0n],
      ['Other', 60_400n, null, null, null, 0n],
    ]);
    expect(sheet.notAvailable).toBe(7);
  });

  it('is read back to the last micro, whatever the separator and the decimal mark', () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 13n }).map(micros);
    const form = fc.constantFrom({ separator: ',', mark: '.' }, { separator: ';', mark: ',' }, { separator: '\t', mark: '.' }, { separator: ';', mark: '.' });
    fc.assert(
      fc.property(form, fc.array(price, { minLength: 1, maxLength: 9 }), ({ separator, mark }, all) => {
        const text = (amount: bigint) => (formatDecimal(micros(amount)) + (amount % 1_000_000n === 0n ? '.0' : '')).replace('.', mark);
        // One price that can be read in one way only, as every real sheet has.
        const rows = [...all.map((amount, index) => [`M${index}`, 'USD', text(amount)]), ['Other', 'USD', text(61_800n)]];
        const sheet = rates([['Market', 'Currency', 'Utility'], ...rows].map((cells) => cells.join(separator)).join('\n'));
        expect(sheet.rows.map(({ utility }) => utility)).toEqual([...all, 61_800n]);
      }),
    );
  });
});

describe('a table of tiers as it is found', () => {
  const tiers = (text: string): TierSheet => readRateSheet(text) as TierSheet;

  it('has bands in one cell, and merged cells', () => {
    const { kind, currency: code, tiers: found, understanding } = tiers(tiersOneCell);
    expect([kind, code, understanding.remarks]).toEqual(['tiers', 'USD', ['Bands from 0 are read as from 1: the first message of a month has the number 1.']]);
    expect(found).toEqual([
      { market: 'India', category: 'utility', bands: [{ from: 1, to: 25_000_000, price: 1_400n }, { from: 25_000_001, to: 50_000_000, price: 1_200n }, { from: 50_000_001, to: null, price: 1_000n }] },
      { market: 'India', category: 'authentication', bands: [{ from: 1, to: 750_000, price: 1_400n }, { from: 750_001, to: null, price: 1_100n }] },
      { market: 'Other', category: 'utility', bands: [{ from: 1, to: null, price: 7_700n }] },
    ]);
  });

  it('has columns of categories, in any order of the bands', () => {
    expect(tiers(tiersWide).tiers).toEqual([
      { market: 'Brasil', category: 'utility', bands: [{ from: 1, to: 100_000, price: 6_000n }, { from: 100_001, to: null, price: 5_000n }] },
      { market: 'Other', category: 'utility', bands: [{ from: 1, to: null, price: 7_700n }] },
      { market: 'Other', category: 'authentication', bands: [{ from: 1, to: null, price: 8_000n }] },
    ]);
  });

  it('says where a price rises with the volume', () => {
    expect(tiers('Market,Currency,Tier,Utility\nIndia,USD,1-100,0.01\nIndia,USD,101+,0.02\n').understanding.remarks).toEqual(['India, utility: the price rises with the volume at 101.']);
  });

  it.each(brokenTiers)('is refused for %s', (_, text, expected) => expect(said(text)).toBe(expected));
});

describe('a sheet that cannot be read', () => {
  it.each(broken)('is refused for %s', (_, text, expected) => expect(said(text)).toBe(expected));

  it('says all that is wrong at once', () => {
    const text = 'Market,Currency,Marketing,Utility\nChile,USD,x,-1\n,USD,1e3,0.1\n';
    expect(said(text).split('\n').map((line) => line.slice(0, line.indexOf(':')))).toEqual(['line 2, column 11', 'line 2, column 13', 'line 3, column 1', 'line 3, column 6', 'line 1, column 1']);
  });

  it('never has another fault, whatever it is', () => {
    const bits = fc.constantFrom('Market', 'Currency', 'Utility', 'Tier', 'Rate', 'USD', '$', '0.1', '1,234', '1:MAX', 'n/a', 'Other', '"', ',', ';', '\t', '\n', '\r', '\r\n', ' ', '-', 'é');
    fc.assert(fc.property(fc.array(bits, { maxLength: 60 }), (parts) => said(parts.join('')) !== ''), { numRuns: 2_000 });
  });
});
