import { describe, expect, it } from '@jest/globals';
import { parseCsv, parseTable } from './csv.js';
import { parseRateRows } from './rate-card.js';

const texts = (csv: string): string[][] => parseCsv(csv).map((row) => row.map((field) => field.text));

describe('a CSV text', () => {
  it('has quotes, doubled quotes and newlines inside them, and either end of line', () => {
    expect(texts('a,"b, c"\r\n"say ""hi""","two\nlines"\n\n,x')).toEqual([
      ['a', 'b, c'],
      ['say "hi"', 'two\nlines'],
      ['', 'x'],
    ]);
  });

  it('tells where each field begins', () => {
    expect(parseCsv('a,"x\ny",b\nc').flat().map(({ line, column }) => [line, column])).toEqual([[1, 1], [1, 3], [2, 4], [3, 1]]);
  });

  it.each([
    ['a,b"c', 'line 1, column 4: a quote inside a field without quotes'],
    ['a\nb,"c', 'line 2, column 3: this quote is never closed'],
    ['"a"b', 'line 1, column 4: expected a comma or the end of the line'],
  ])('is refused where it is broken: %j', (csv, message) => expect(() => parseCsv(csv)).toThrow(message));

  it('has another separator and loose quotes where it is asked for', () => {
    expect(parseCsv('a, b;  "c;d" e;f"g', { separator: ';', quotes: 'loose' })[0]!.map(({ text }) => text)).toEqual(['a, b', 'c;d e', 'f"g']);
    expect(() => parseCsv('"a"b', { separator: '\t', quotes: 'strict' })).toThrow('line 1, column 4: expected a tab or the end of the line');
  });

  it('is a table only under its header, with all fields', () => {
    expect(() => parseTable('a;b\n1;2', ['a', 'b'])).toThrow('line 1, column 1: expected the header "a,b", got "a;b"');
    expect(() => parseTable('', ['a', 'b'])).toThrow('got ""');
    expect(() => parseTable('a,b\n1', ['a', 'b'])).toThrow('line 2, column 1: expected 2 fields, got 1');
  });
});

describe('a rate card as CSV', () => {
  const header = 'market,currency,marketing,utility,authentication,authentication_international,service\n';

  it('keeps four decimals exactly, and n/a apart from free', () => {
    expect(parseRateRows(`${header}Colombia,USD,0.0125,0.0008,0,n/a,n/a`)).toEqual({
      currency: 'USD',
      rows: [{ market: 'Colombia', marketing: 12_500n, utility: 800n, authentication: 0n, authenticationInternational: null, service: null }],
    });
  });

  it.each([
    ['A,USD,0.1,1e-3,0.1,n/a,n/a', 'line 2, column 11: "1e-3" is not a decimal amount'],
    ['A,USD,0.1,-0.1,0.1,n/a,n/a', 'line 2, column 11: a price cannot be negative'],
    ['A,USD,0.1,0.12345678,0.1,n/a,n/a', 'line 2, column 11'],
    ['A,$US,0.1,0.1,0.1,n/a,n/a', 'line 2, column 3: "$US" is not an active ISO 4217 currency code'],
    ['A,USD,0.1,0.1,0.1,n/a,n/a\nB,EUR,0.1,0.1,0.1,n/a,n/a', 'line 3, column 3: expected the currency USD as above, got EUR'],
    ['', 'line 2, column 1: the table has no rows'],
  ])('is refused where it cannot be read: %s', (rows, message) => expect(() => parseRateRows(header + rows)).toThrow(message));
});
