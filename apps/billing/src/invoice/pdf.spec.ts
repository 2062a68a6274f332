import { describe, expect, it } from '@jest/globals';
import { anInvoice } from './invoice.fixture.js';
import { pagesOf } from './pdf-text.fixture.js';
import { invoicePdf } from './pdf.js';

const textOf = async (...given: Parameters<typeof anInvoice>): Promise<string> => pagesOf(await invoicePdf(anInvoice(...given))).join('\n');

describe('an invoice as PDF', () => {
  it('says whose it is, its lines and its sums, all amounts with as many decimals as any has', async () => {
    // 0.0136 + 0.0055 = 0.0191, rounded half up to 0.02.
    const text = await textOf([{}, { market: 'India', category: 'service', tier: '1001:MAX', charges: 1, amountMicros: 5_500n }, { kind: 'rounding', market: null, category: null, month: null, charges: 0, cause: 'rounded half up to the minor unit', amountMicros: 900n }]);
    for (const said of ['Invoice acme-group-000003', 'acme-group', 'all businesses of the owner', '2018-08', '2018-09-03 (UTC)', 'Brazil', 'India', '1001:MAX', '0.0136', '0.0055', '0.0009']) expect(text).toContain(said);
    expect(text).toContain('Sum of 3 charges and adjustments\n0.0191 USD');
    expect(text).toContain('Rounding, half up to the minor unit\n0.0009 USD');
    expect(text).toContain('Total\n0.0200 USD');
    expect(text).not.toMatch(/illustrative/i);
  });

  it('says why a line is there that is not usage of the month', async () => {
    const text = await textOf([{ kind: 'late', month: '2018-07', cause: 'late receipt' }, { kind: 'adjustment', month: '2018-07', cause: 'corrected card (rate card usd version 2)', amountMicros: -800n }]);
    expect(text).toContain('Charges of 2018-07 that came late: late receipt');
    expect(text).toContain('Adjustment for 2018-07: corrected card (rate card usd version 2)');
    expect(text).toContain('-0.0008');
  });

  it('shows a business its own part under its own name', async () => {
    const text = await textOf([{}], { businessId: 'acme' });
    expect(text).toContain('Total of acme\n0.0136 USD');
    expect(text).not.toContain('all businesses');
  });

  it('goes on over pages, each with the table’s head and its number, none without a line', async () => {
    const pages = pagesOf(await invoicePdf(anInvoice(Array.from({ length: 120 }, (_, index) => ({ market: `Market ${index + 1}` })))));
    expect(pages).toHaveLength(3);
    pages.forEach((text, index) => {
      expect(text).toContain('Market\nCategory');
      expect(text).toContain(`Page ${index + 1} of 3`);
    });
    const shown = pages.flatMap((text) => [...text.matchAll(/^Market (\d+)$/gm)].map(([, number]) => Number(number)));
    expect(shown).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('says on every page that it is not to be paid as soon as one price is an example', async () => {
    const pages = pagesOf(await invoicePdf(anInvoice(Array.from({ length: 60 }, (_, index) => ({ illustrative: index === 50 })))));
    expect(pages).toHaveLength(2);
    for (const text of pages) expect(text).toContain('ILLUSTRATIVE: NOT TO BE PAID');
    expect(pages[0]).toContain('ILLUSTRATIVE: made of example prices. Not a bill, not to be paid.');
  });

  it('is the same bytes for the same invoice', async () => {
    const bill = anInvoice([{}, { market: 'India' }]);
    expect((await invoicePdf(bill)).equals(await invoicePdf(bill))).toBe(true);
    expect((await invoicePdf(anInvoice([{}], { number: 4, issuedAt: 1_536_000_000_000 }))).equals(await invoicePdf(anInvoice([{}])))).toBe(false);
  });

  it('has a question mark for what its fonts lack', async () => {
    expect(await textOf([{ market: 'Türkiye 你' }])).toContain('Türkiye ?');
  });
});
