import { describe, expect, it } from '@jest/globals';
import type { SpendRow } from '../api/contract.js';
import { clientOf } from '../api/client.js';
import { readSpend } from './read-spend.js';
import { amountStack, messageStack, otherCountries, residual, spendingOf } from './spend.js';

const row = (day: string, market: string, free: number, paid: number, micros: string): SpendRow => ({ day, market, messages: free + paid, free, paid, amount: '', micros });
const range = { from: '2026-11-01', to: '2026-11-03' };
const rows = [row('2026-11-01', 'Germany', 1, 2, '110000'), row('2026-11-01', 'India', 4, 1, '1400'), row('2026-11-03', 'Germany', 0, 1, '55000'), row('2026-11-03', 'Spain', 2, 0, '0')];

describe('what was spent', () => {
  it('is told for every day, also those without a message', () => {
    const { days } = spendingOf({ ...range, rows });
    expect(days.map(({ day, messages, free, paid, micros }) => [day, messages, free, paid, micros])).toEqual([
      ['2026-11-01', 8, 5, 3, 111_400n],
      ['2026-11-02', 0, 0, 0, 0n],
      ['2026-11-03', 3, 2, 1, 55_000n],
    ]);
    expect([...days[0]!.byMarket]).toEqual([['Germany', 110_000n], ['India', 1_400n]]);
  });

  it('is told by country, the dearest first', () => {
    expect(spendingOf({ ...range, rows }).countries.map(({ market, micros, paid }) => [market, micros, paid])).toEqual([['Germany', 165_000n, 3], ['India', 1_400n, 1], ['Spain', 0n, 0]]);
  });

  it('adds up, or says by how much it does not', () => {
    const total = { messages: 11, free: 7, paid: 4, amount: '0.1664', micros: '166400' };
    expect(residual({ rows, total })).toBeNull();
    expect(residual({ rows, total: { ...total, micros: '166401' } })).toBe(1n);
  });
});

describe('a stack of bars', () => {
  it('of amounts has a series for each country that cost something', () => {
    const { series, bars } = amountStack(spendingOf({ ...range, rows }));
    expect(series).toEqual([{ key: 's0', name: 'Germany' }, { key: 's1', name: 'India' }]);
    expect(bars.map(({ sizes }) => sizes)).toEqual([{ s0: 110_000, s1: 1_400 }, { s0: 0, s1: 0 }, { s0: 55_000, s1: 0 }]);
  });

  it('puts the cheapest countries together, and loses none', () => {
    const many = Array.from({ length: 9 }, (_, index) => row('2026-11-01', `M${index}`, 0, 1, String(1_000 - index)));
    const { series, bars } = amountStack(spendingOf({ ...range, rows: many }), 3);
    expect(series.map(({ name }) => name)).toEqual(['M0', 'M1', 'M2', otherCountries]);
    expect(bars[0]!.sizes).toEqual({ s0: 1_000, s1: 999, s2: 998, rest: 997 + 996 + 995 + 994 + 993 + 992 });
  });

  it('gives the last of few a bar of its own instead of calling it the others', () => {
    const four = Array.from({ length: 4 }, (_, index) => row('2026-11-01', `M${index}`, 0, 1, '5'));
    expect(amountStack(spendingOf({ ...range, rows: four }), 3).series.map(({ name }) => name)).toEqual(['M0', 'M1', 'M2', 'M3']);
  });

  it('of messages has paid and free', () => {
    expect(messageStack(spendingOf({ ...range, rows })).bars.map(({ sizes }) => sizes)).toEqual([{ paid: 3, free: 5 }, { paid: 0, free: 0 }, { paid: 1, free: 2 }]);
  });
});

describe('an answer of several pages', () => {
  const pages: Readonly<Record<string, object>> = { first: { ...range, rows: rows.slice(0, 3), next: 'second' }, second: { ...range, rows: rows.slice(3), next: null } };
  const asked: string[] = [];
  const client = clientOf('k', (path) => {
    asked.push(String(path));
    const page = pages[new URLSearchParams(String(path).split('?')[1]).get('after') ?? 'first'];
    return Promise.resolve(page ? Response.json(page) : Response.json({ title: 'no' }, { status: 400 }));
  });

  it('is read whole, each page by the cursor of the one before and of the same days', async () => {
    const answer = await readSpend(client, { range: null, by: ['day', 'market'] }, new AbortController().signal);
    expect('value' in answer && answer.value.rows).toEqual(rows);
    expect(asked).toEqual(['/billing/v1/spend?by=day%2Cmarket', '/billing/v1/spend?from=2026-11-01&to=2026-11-03&by=day%2Cmarket&after=second']);
  });
});
