// A month of a business that writes to seven countries. Amounts are counted here from the charges, so that every answer agrees with every other.
import { formatDecimal, micros } from '@parley/money';
import type { Charge, LateCost, OpenWindows, Spend, SpendRow } from '../api/contract.js';
import { inZone } from '../calendar/clock.js';
import { daysOf, weekdayOf } from '../calendar/day.js';
import type { DayRange } from '../calendar/day.js';

export const zone = 'Europe/Berlin';
export const currency = 'USD';
/** Thursday 26 November 2026, 14:20 in Berlin. */
export const now = Date.parse('2026-11-26T13:20:00Z');
export const month: DayRange = { from: '2026-10-28', to: '2026-11-26' };

/** Market, price of a message in micros, how many a day at most. */
const markets = [
  ['Germany', 55_000n, 24],
  ['United Kingdom', 22_000n, 14],
  ['France', 30_000n, 9],
  ['Brazil', 6_800n, 18],
  ['India', 1_400n, 30],
  ['Italy', 30_000n, 5],
  ['Mexico', 8_500n, 6],
] as const;

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Sort = 'template' | 'inside-window' | 'late-free-form';

function sortOf(dice: number, isWeekend: boolean): Sort {
  if (dice < 0.34) return 'template';
  return dice < (isWeekend ? 0.62 : 0.88) ? 'inside-window' : 'late-free-form';
}

interface Draft {
  readonly index: number;
  readonly market: string;
  readonly unit: bigint;
  readonly sentAt: number;
  readonly sort: Sort;
}

function chargeOf({ index, market, unit, sentAt, sort }: Draft): Charge {
  const amount = sort === 'inside-window' ? 0n : unit;
  const iso = (at: number): string => new Date(at).toISOString();
  const id = String(index).padStart(6, '0');
  return {
    chargeId: `charge-${id}`,
    conversationId: `sandbox.c${String(index % 211).padStart(10, '7')}`,
    messageId: `m-${id}`,
    contactId: `c${String(index % 211).padStart(10, '7')}`,
    numberId: 'harbour',
    lane: 'api',
    kind: sort === 'template' ? 'template' : 'free-form',
    category: sort === 'template' ? 'utility' : 'service',
    template: sort === 'template' ? { name: 'shipping_confirmation', language: 'en_US', version: 1 } : null,
    market,
    currency,
    amountMicros: amount.toString(),
    unitPriceMicros: amount.toString(),
    budget: null,
    rule: `S0/${sort}`,
    policy: { policyId: 'S0', version: 1 },
    rateCard: sort === 'inside-window' ? null : { rateCardId: 'usd-2026-01', version: 1 },
    illustrative: true,
    requestedAt: iso(sentAt - 400),
    sentAt: iso(sentAt),
    deliveredAt: iso(sentAt + 1_800),
    lastInboundAt: sort === 'template' ? null : iso(sentAt - (sort === 'late-free-form' ? 31 : 3) * 3_600_000),
    entryPointAt: null,
    postedAt: iso(sentAt + 2_100),
    evidence: { usage: { topic: 'parley.usage.v1', partition: 3, offset: index }, receipt: { topic: 'parley.conversations.v1', partition: 17, offset: 4 * index + 3 }, catalogOffset: 71, eventId: `0192c0de-0000-7000-8000-${id.padStart(12, '0')}` },
  };
}

/** The charges in the order of the log. */
export function history(): readonly Charge[] {
  const dice = chance(7);
  const drafts: Omit<Draft, 'index'>[] = [];
  for (const day of daysOf(month)) {
    const isWeekend = weekdayOf(day) >= 6;
    for (const [market, unit, most] of markets) {
      const count = Math.round(most * (isWeekend ? 0.45 : 0.6 + 0.4 * dice()));
      for (let nth = 0; nth < count; nth += 1) {
        const hour = Math.min(22, 7 + Math.floor((dice() + dice()) * 7.5));
        const sentAt = Date.parse(`${day}T00:00:00Z`) + (hour * 60 + Math.floor(dice() * 60)) * 60_000;
        if (sentAt < now) drafts.push({ market, unit, sentAt, sort: sortOf(dice(), isWeekend) });
      }
    }
  }
  return drafts.sort((one, other) => one.sentAt - other.sentAt).map((draft, index) => chargeOf({ ...draft, index }));
}

const amountsOf = (charges: readonly Charge[]): { amount: string; micros: string } => {
  const sum = charges.reduce((total, { amountMicros }) => total + BigInt(amountMicros), 0n);
  return { amount: formatDecimal(micros(sum)), micros: sum.toString() };
};

const countsOf = (charges: readonly Charge[]): Omit<SpendRow, 'day'> => {
  const free = charges.filter(({ amountMicros }) => amountMicros === '0').length;
  return { messages: charges.length, free, paid: charges.length - free, ...amountsOf(charges) };
};

const within = (charges: readonly Charge[], { from, to }: DayRange): readonly Charge[] => charges.filter(({ deliveredAt }) => {
  const { day } = inZone(deliveredAt, zone);
  return from <= day && day <= to;
});

/** The answer by day and market. */
export function spendIn(charges: readonly Charge[], range: DayRange): Spend {
  const chosen = within(charges, range);
  const groups = new Map<string, Charge[]>();
  for (const charge of chosen) {
    const key = `${inZone(charge.deliveredAt, zone).day}|${charge.market}`;
    groups.set(key, [...(groups.get(key) ?? []), charge]);
  }
  const rows = [...groups].sort(([one], [other]) => one.localeCompare(other)).map(([key, group]) => {
    const [day = '', market = ''] = key.split('|');
    return { day, market, ...countsOf(group) };
  });
  return { ...range, zone, currency, by: ['day', 'market'], rows, total: countsOf(chosen), illustrative: chosen.some(({ illustrative }) => illustrative), next: null };
}

export function lateIn(charges: readonly Charge[], range: DayRange): LateCost {
  const late = within(charges, range).filter(({ rule }) => rule.endsWith('/late-free-form'));
  const cells = Array.from({ length: 168 }, (_, index) => {
    const [weekday, hour] = [Math.floor(index / 24) + 1, index % 24];
    const group = late.filter(({ sentAt }) => {
      const { day, time } = inZone(sentAt, zone);
      return weekdayOf(day) === weekday && Number(time.slice(0, 2)) === hour;
    });
    return { weekday, hour, late: group.length, ...amountsOf(group) };
  });
  return { ...range, zone, currency, cells, total: { ...amountsOf(late), late: late.length } };
}

/** The charges that a query of `GET /billing/v1/charges` asks for, the latest delivery first. */
export function chosenBy(charges: readonly Charge[], query: URLSearchParams): readonly Charge[] {
  const range = { from: query.get('from') ?? month.from, to: query.get('to') ?? month.to };
  const [weekday, hour] = (query.get('lateHour') ?? '').split('-').map(Number);
  const fits = ({ market, amountMicros, rule, sentAt }: Charge): boolean => {
    const { day, time } = inZone(sentAt, zone);
    const isLate = rule.endsWith('/late-free-form') && weekdayOf(day) === weekday && Number(time.slice(0, 2)) === hour;
    return (!query.has('market') || market === query.get('market')) && (!query.has('cost') || (amountMicros === '0') === (query.get('cost') === 'free')) && (!query.has('lateHour') || isLate);
  };
  return within(charges, range).filter(fits).toReversed();
}

/** `count` windows that close one after another, the first in eleven minutes. */
export function openNow(count: number): OpenWindows {
  const open = Array.from({ length: count }, (_, index) => {
    const closesAt = now + 11 * 60_000 + 8_000 + index * index * 83_000;
    return { conversationId: `sandbox.c${String(index).padStart(10, '5')}`, contactId: `c${String(index).padStart(10, '5')}`, lastInboundAt: new Date(closesAt - 86_400_000).toISOString(), closesAt: new Date(closesAt).toISOString(), market: index % 5 === 4 ? null : markets[index % 7]![0] };
  }).filter(({ closesAt }) => Date.parse(closesAt) - now < 86_400_000);
  const closing = ([1, 3, 6, 12, 24] as const).map((hours) => ({ hours, count: open.filter(({ closesAt }) => Date.parse(closesAt) - now <= hours * 3_600_000).length }));
  return { now: new Date(now).toISOString(), zone, open, counts: { total: open.length, closingWithin: closing }, next: null };
}
