import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChargePosted } from '@parley/contracts';
import { addDays, partsOfDays } from '@parley/domain';
import { localDate } from '@parley/rating';
import { weekOf } from '../http/late-week.js';
import { lateQuarters } from './late-cost.js';
import { aCharge, openSchema } from './ledger.fixture.js';
import type { Schema } from './ledger.fixture.js';
import { spentBy } from './spend.js';
import type { Dimension, SpendPage } from './spend.js';

let schema: Schema;
const zones = ['UTC', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Auckland', 'Australia/Lord_Howe'];
/** Two weeks in which clocks change in Auckland (2026-04-05) and on Lord Howe. */
const from = Date.parse('2026-03-29T00:00:00Z');
const minuteMs = 60_000;
const charges: ChargePosted[] = [];

beforeAll(async () => {
  schema = await openSchema();
  // Every 47 minutes, some free, some late, two markets: prime steps, so that no two things go together.
  for (let index = 0; index < 430; index += 1) {
    const at = from + index * 47 * minuteMs;
    const free = index % 3 === 0;
    const market = index % 5 === 0 ? 'India' : 'Brazil';
    charges.push(aCharge({ at, market, sentAt: at - 7 * minuteMs, amount: free ? 0n : market === 'India' ? 1_400n : 6_800n, rule: free ? 'S0/inside-window' : index % 2 === 0 ? 'S0/template' : 'S0/late-free-form' }));
  }
  await schema.post(charges);
}, 60_000);
afterAll(() => schema.close());

interface Question {
  readonly zone?: string;
  readonly by?: readonly Dimension[];
  readonly first?: string;
  readonly last?: string;
  readonly after?: readonly string[] | null;
  readonly limit?: number;
  readonly businessId?: string;
}

function ask({ zone = 'UTC', by = [], first = '2026-03-25', last = '2026-04-20', after = null, limit = 1_001, businessId = 'acme' }: Question): Promise<SpendPage> {
  return schema.rows.for({ businessId }, (manager) => spentBy(manager, { businessId: 'acme', currency: 'USD', parts: partsOfDays(first, last, zone), by, after, limit }));
}

describe('what was spent', () => {
  it.each(zones)('by local days of %s is what the charges of each day are', async (zone) => {
    const { rows, total } = await ask({ zone, by: ['day'] });
    const days = [...new Set(charges.map(({ deliveredAt }) => localDate(deliveredAt, zone)))].sort();
    expect(rows).toEqual(days.map((day) => ({ keys: [day], ...sumsOf(charges.filter(({ deliveredAt }) => localDate(deliveredAt, zone) === day)) })));
    expect(total).toEqual(sumsOf(charges));
  });

  it.each(zones)('in one day of %s is nothing of its neighbours', async (zone) => {
    const day = '2026-04-05';
    const { rows, total } = await ask({ zone, by: [], first: day, last: day });
    const expected = sumsOf(charges.filter(({ deliveredAt }) => localDate(deliveredAt, zone) === day));
    expect([rows, total]).toEqual([[{ keys: [], ...expected }], expected]);
  });

  it('is told by several dimensions, in their order', async () => {
    const { rows } = await ask({ by: ['market', 'rule', 'template', 'lane'] });
    expect(rows.map(({ keys }) => keys.join())).toEqual(['Brazil', 'India'].flatMap((market) => ['inside-window', 'late-free-form', 'template'].map((rule) => `${market},S0/${rule},,api`)));
    expect(rows[4]).toEqual({ keys: ['India', 'S0/late-free-form', '', 'api'], ...sumsOf(charges.filter(({ market, rule }) => market === 'India' && rule === 'S0/late-free-form')) });
  });

  it('is told by half-hours in UTC, which days of some zones cut', async () => {
    const { rows, total } = await ask({ zone: 'Asia/Kathmandu', by: ['half_hour'], first: '2026-04-02', last: '2026-04-03' });
    const ours = charges.filter(({ deliveredAt }) => ['2026-04-02', '2026-04-03'].includes(localDate(deliveredAt, 'Asia/Kathmandu')));
    const starts = [...new Set(ours.map(({ deliveredAt }) => deliveredAt - (deliveredAt % (30 * minuteMs))))];
    expect(rows).toEqual(starts.map((start) => ({ keys: [new Date(start).toISOString()], ...sumsOf(ours.filter(({ deliveredAt }) => deliveredAt - (deliveredAt % (30 * minuteMs)) === start)) })));
    expect(total).toEqual(sumsOf(ours));
  });

  it('comes in pages that join without a gap', async () => {
    const all = (await ask({ by: ['day', 'rule'] })).rows;
    const paged: SpendPage['rows'][number][] = [];
    for (let after: readonly string[] | null = null; ; ) {
      const { rows, total } = await ask({ by: ['day', 'rule'], after, limit: 7 });
      expect(total).toEqual(sumsOf(charges));
      if (rows.length === 0) break;
      paged.push(...rows);
      after = rows.at(-1)!.keys;
    }
    expect(paged).toEqual(all);
  });

  it('is nothing where nothing was, and where somebody else asks', async () => {
    const none = { rows: [], total: { messages: '0', free: '0', micros: '0' }, illustrative: false };
    expect(await ask({ first: '2025-01-01', last: '2025-01-31', by: ['day'] })).toEqual(none);
    expect(await ask({ first: '2025-01-01', last: '2025-01-31' })).toEqual(none);
    expect(await ask({ businessId: 'rival' })).toEqual(none);
  });
});

describe('late replies', () => {
  it.each(zones)('lie in the hour of the week in %s in which they were sent', async (zone) => {
    const parts = partsOfDays('2026-03-25', '2026-04-20', zone);
    const { cells, total } = weekOf(await schema.rows.for({ businessId: 'acme' }, (manager) => lateQuarters(manager, 'acme', 'USD', parts)), zone);
    const late = charges.filter(({ rule }) => rule === 'S0/late-free-form').map((charge) => ({ ...charge, ...localHourOf(charge.sentAt, zone) }));
    expect(cells).toHaveLength(168);
    for (const { weekday, hour, ...counted } of cells) {
      const ours = late.filter((charge) => charge.weekday === weekday && charge.hour === hour);
      expect({ weekday, hour, ...counted }).toEqual({ weekday, hour, late: ours.length, sum: sumOf(ours) });
    }
    expect(total).toEqual({ late: late.length, sum: sumOf(late) });
  });
});

function sumOf(some: readonly ChargePosted[]): bigint {
  return some.reduce((sum, { amount }) => sum + amount, 0n);
}

function sumsOf(some: readonly ChargePosted[]): object {
  return { messages: String(some.length), free: String(some.filter(({ amount }) => amount === 0n).length), micros: sumOf(some).toString() };
}

/** 1 is Monday: 2026-03-30 was one. */
function weekdayOf(day: string): number {
  return [1, 2, 3, 4, 5, 6, 7].find((weekday) => [0, 1, 2, 3].some((week) => addDays('2026-03-23', week * 7 + weekday - 1) === day))!;
}

function localHourOf(at: number, zone: string): { readonly weekday: number; readonly hour: number } {
  return { weekday: weekdayOf(localDate(at, zone)), hour: Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' }).format(at)) };
}
