import { describe, expect, it } from '@jest/globals';
import { microsFromText, parseDecimal } from '@parley/money';
import { invoiceColumns, invoiceCsv } from './csv.js';
import { anInvoice } from './invoice.fixture.js';

type Row = Readonly<Record<(typeof invoiceColumns)[number], string>>;

/** Reads CSV strictly after RFC 4180: a quote opens a cell at its beginning and is doubled within. */
function parsed(csv: string): readonly Row[] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let row: string[] = [], found = cell.exec(csv); found; found = cell.exec(csv)) {
    row.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
    if (cell.lastIndex === csv.length) break;
  }
  const [head, ...body] = rows;
  expect(head).toEqual([...invoiceColumns]);
  return body.map((values) => Object.fromEntries(invoiceColumns.map((column, index) => [column, values[index]!])) as Row);
}

describe('an invoice as CSV', () => {
  it('parses back to the same micros, which sum to the total', () => {
    const bill = anInvoice([{ amountMicros: 1n }, { amountMicros: -800n }, { amountMicros: 9_223_372_036_854_775n, illustrative: true }, { amountMicros: 0n }]);
    const rows = parsed(invoiceCsv(bill));
    expect(rows.map((row) => microsFromText(row.amount_micros))).toEqual(bill.lines.map(({ amountMicros }) => amountMicros));
    expect(rows.map((row) => parseDecimal(row.amount))).toEqual(bill.lines.map(({ amountMicros }) => amountMicros));
    expect(rows.reduce((sum, row) => sum + microsFromText(row.amount_micros), 0n)).toBe(bill.invoice.totalMicros);
    expect(rows.map(({ line_illustrative, invoice_illustrative }) => [line_illustrative, invoice_illustrative])).toEqual([['false', 'true'], ['false', 'true'], ['true', 'true'], ['false', 'true']]);
  });

  it('keeps commas, quotes and line breaks in their cell', () => {
    const cause = 'corrected "card", see\r\nletter';
    expect(parsed(invoiceCsv(anInvoice([{ kind: 'adjustment', cause, market: 'Rest of Central & Eastern Europe' }])))).toMatchObject([{ cause, market: 'Rest of Central & Eastern Europe', invoice: 'acme-group-000003', issued_at: '2018-09-03T12:00:00.000Z' }]);
  });

  it.each(['=1+1', '+1', '-cmd', '@SUM(A1)', '\t=1', ' =HYPERLINK("x")'])('gives a spreadsheet no formula: %j', (cause) => {
    expect(parsed(invoiceCsv(anInvoice([{ cause }])))[0]!.cause).toBe(`'${cause}`);
  });

  it('leaves a negative amount a number', () => {
    expect(invoiceCsv(anInvoice([{ amountMicros: -5_500n }]))).toContain(',-0.0055,-5500,');
  });

  it('leaves empty what a line does not have', () => {
    expect(parsed(invoiceCsv(anInvoice([{ kind: 'rounding', businessId: '*', market: null, category: null, month: null, charges: 0 }])))[0]).toMatchObject({ market: '', category: '', month: '', tier: '', charges: '0', business: '*' });
  });
});
