import type { Spend, SpendRow } from '../api/contract.js';
import { drawnSize, readMicros, total } from '../amount/amount.js';
import { daysOf } from '../calendar/day.js';
import type { Day } from '../calendar/day.js';
import { micros } from '@parley/money';
import type { Micros } from '@parley/money';

export interface Tally {
  readonly messages: number;
  readonly free: number;
  readonly paid: number;
  readonly micros: Micros;
}

export interface Country extends Tally {
  readonly market: string;
}

export interface DaySpend extends Tally {
  readonly day: Day;
  /** What each country of `Spending.countries` cost on that day. */
  readonly byMarket: ReadonlyMap<string, Micros>;
}

export interface Spending {
  /** Every day of the range, also those without a message. */
  readonly days: readonly DaySpend[];
  /** Dearest first; equal amounts by messages, then by name. */
  readonly countries: readonly Country[];
}

const nothing: Tally = { messages: 0, free: 0, paid: 0, micros: micros(0n) };

function withRow<T extends Tally>(tally: T, row: SpendRow): T {
  const amount = micros(tally.micros + readMicros(row.micros));
  return { ...tally, messages: tally.messages + row.messages, free: tally.free + row.free, paid: tally.paid + row.paid, micros: amount };
}

/** The rows of an answer by day and market as the page shows them. */
export function spendingOf({ from, to, rows }: Pick<Spend, 'from' | 'to' | 'rows'>): Spending {
  const days = new Map(daysOf({ from, to }).map((day) => [day, { ...nothing, day, byMarket: new Map<string, Micros>() }]));
  const countries = new Map<string, Country>();
  for (const row of rows) {
    const { day = '', market = '' } = row;
    countries.set(market, withRow(countries.get(market) ?? { ...nothing, market }, row));
    const known = days.get(day);
    if (!known) continue;
    known.byMarket.set(market, total([known.byMarket.get(market) ?? micros(0n), readMicros(row.micros)]));
    days.set(day, withRow(known, row));
  }
  return { days: [...days.values()], countries: [...countries.values()].sort(dearestFirst) };
}

function dearestFirst(one: Country, other: Country): number {
  if (one.micros !== other.micros) return one.micros > other.micros ? -1 : 1;
  return other.messages - one.messages || one.market.localeCompare(other.market, 'en');
}

export interface Series {
  /** The key of the bars' values in `Bar.sizes`. */
  readonly key: string;
  readonly name: string;
}

export interface Bar {
  readonly day: Day;
  /** Lengths for drawing, by series. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface Stack {
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
}

/** What the countries beyond the first few are drawn as. */
export const otherCountries = 'Other countries';

/** Amounts by day, stacked by country: the dearest have a bar of their own, the others share one. */
export function amountStack({ days, countries }: Spending, most = 5): Stack {
  const paid = countries.filter(({ micros: amount }) => amount !== 0n).map(({ market }) => market);
  const own = paid.length > most + 1 ? paid.slice(0, most) : paid;
  const rest = new Set(paid.slice(own.length));
  const series = [...own.map((market, index) => ({ key: `s${index}`, name: market })), ...(rest.size > 0 ? [{ key: 'rest', name: otherCountries }] : [])];
  const bars = days.map(({ day, byMarket }) => {
    const sizes = own.map((market, index) => [`s${index}`, drawnSize(byMarket.get(market) ?? micros(0n))] as const);
    const restSize = drawnSize(total([...byMarket].flatMap(([market, amount]) => (rest.has(market) ? [amount] : []))));
    return { day, sizes: Object.fromEntries([...sizes, ...(rest.size > 0 ? [['rest', restSize] as const] : [])]) };
  });
  return { series, bars };
}

/** Messages by day, paid under free. */
export function messageStack({ days }: Spending): Stack {
  return {
    series: [
      { key: 'paid', name: 'Paid' },
      { key: 'free', name: 'Free' },
    ],
    bars: days.map(({ day, paid, free }) => ({ day, sizes: { paid, free } })),
  };
}

/** Where two answers to one question differ: rows that do not add up to the answer's own total. Null when they do. */
export function residual({ rows, total: whole }: Pick<Spend, 'rows' | 'total'>): Micros | null {
  const rest = micros(readMicros(whole.micros) - total(rows.map((row) => readMicros(row.micros))));
  return rest === 0n ? null : rest;
}
