import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, ownerRole, pgliteSuperuser, reportRole, reportSchema } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { partsOfDays } from '@parley/domain';
import { laneMigrations, serviceDataSource } from '@parley/service';
import { readFileSync } from 'node:fs';
import { services } from './services.js';

interface View {
  readonly about: string;
  readonly columns: { readonly [column: string]: { readonly type: string; readonly about: string } };
}

/** What is promised of this version. What is in it stays: columns and views may be added, and what changes comes as another version beside it. */
const promised = JSON.parse(readFileSync(new URL(`../${reportSchema}.json`, import.meta.url), 'utf8')) as { readonly [view: string]: View };

let database: Database;
const dayMs = 86_400_000;
/** 2025-11-02 in UTC: the day on which Havana's midnight comes twice, at 4:00 and at 5:00 UTC. */
const day = Date.parse('2025-11-02T00:00:00Z') / dayMs;

beforeAll(async () => {
  database = await openPglite({ memory: true });
  for (const { name, entities, migrations } of services) await (await serviceDataSource({ database, schema: name, entities, migrations: [...laneMigrations(name), ...migrations] })).destroy();
  const billing = database.as({ role: ownerRole('billing') });
  await billing.query(`insert into billing.business values ('acme', 'group', 'Acme', 'America/Havana', 'USD', 0), ('rival', 'others', 'Rival', 'Asia/Kathmandu', 'EUR', 0)`);
  const facets = `'Brazil', 'service', 'main', '', 'api'`;
  await billing.query(`insert into billing.spend_day values
    ('acme', ${day}, ${facets}, 'S0/template', 'USD', false, false, '{0,15,16,95}', '{1,2,4,5}', '{1000000,2000000,4000000,5000000}', 0),
    ('acme', ${day}, ${facets}, 'S0/inside-window', 'USD', false, true, '{20}', '{3}', '{}', 0),
    ('rival', ${day}, ${facets}, 'S0/template', 'EUR', false, false, '{72,73}', '{1,2}', '{9007199254740993,9007199254740994}', 0)`);
  await billing.query(`insert into billing.late_reply_day values ('acme', ${day}, 'USD', false, '{15,16}', '{1,3}', '{500000,700000}', 0)`);
  // January's bill of one owner with two businesses: 1.005 and 0.0004, rounded half up to 1.01 by 0.0046 that is neither's.
  const issued = Date.parse('2026-02-03T12:00:00Z');
  const invoice = (business: string, lines: number, exact: number, rounding: number): string => `('g-1', '${business}', 'group', 1, '2026-01', 'USD', ${issued}, false, ${lines}, ${lines}, ${exact}, ${rounding}, ${exact + rounding}, 'sum', 'e', 0, 9, 3, 0)`;
  await billing.query(`insert into billing.invoice values ${invoice('*', 3, 1_005_400, 4_600)}, ${invoice('acme', 1, 1_005_000, 0)}, ${invoice('rival', 1, 400, 0)}`);
  await billing.query(`insert into billing.invoice_line values
    ('g-1', 1, 'acme', 'usage', '2026-01', 'Brazil', 'utility', '1:MAX', '', 7, 1005000, 'USD', false, 0),
    ('g-1', 2, 'rival', 'adjustment', null, null, null, null, 'a card came late', 1, 400, 'USD', false, 0),
    ('g-1', 3, '*', 'rounding', null, null, null, null, 'rounded half up', 0, 4600, 'USD', false, 0)`);
  const now = Date.now();
  await database.as({ role: ownerRole('windows') }).query(`insert into windows."window" (conversation_id, business_id, contact_id, last_inbound_at, closes_at, consent, source_partition) values
    ('acme.c1', 'acme', 'c1', ${now}, ${now + 3_630_000}, '{}', 0), ('acme.c2', 'acme', 'c2', ${now - dayMs}, ${now - 1_000}, '{}', 0)`);
  await database.query(`set session authorization ${pgliteSuperuser}`);
}, 60_000);
afterAll(() => database.close());

const read = async (sql: string, business?: string): Promise<readonly unknown[]> => (await database.as({ role: reportRole, ...(business === undefined ? {} : { settings: { 'parley.business_id': business } }) }).query(sql)).rows;

async function found(): Promise<{ [view: string]: { about: string | null; columns: { [column: string]: { type: string; about: string | null } } } }> {
  const sql = `
    select c.relname as view, obj_description(c.oid, 'pg_class') as about, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as said
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = '${reportSchema}'::regnamespace order by c.relname, a.attnum`;
  const { rows } = await database.query<{ view: string; about: string | null; column: string; type: string; said: string | null }>(sql);
  const views: Awaited<ReturnType<typeof found>> = {};
  for (const { view, about, column, type, said } of rows) (views[view] ??= { about, columns: {} }).columns[column] = { type, about: said };
  return views;
}

describe('the views for dashboards', () => {
  it('are what the contract promises, each with its comments', async () => {
    expect(await found()).toEqual(promised);
  });

  it('are all that a dashboard may read', async () => {
    const sql = `
      select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
        and (has_table_privilege('${reportRole}', c.oid, 'select') or has_table_privilege('${reportRole}', c.oid, 'insert, update, delete, truncate')) order by 1`;
    const { rows } = await database.query<{ name: string }>(sql);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(promised).map((view) => `${reportSchema}.${view}`));
    await expect(read('select * from billing.charge')).rejects.toThrow('permission denied');
    await expect(read(`create table ${reportSchema}.mine (id int)`)).rejects.toThrow('permission denied');
  });

  it('show all businesses, or the one that is set', async () => {
    const whose = (view: string, business?: string) => read(`select distinct business_id from ${reportSchema}.${view} order by 1`, business);
    for (const view of ['businesses', 'spend_by_day']) {
      expect(await whose(view)).toEqual([{ business_id: 'acme' }, { business_id: 'rival' }]);
      expect(await whose(view, '*')).toHaveLength(2);
      expect(await whose(view, 'rival')).toEqual([{ business_id: 'rival' }]);
    }
    for (const view of Object.keys(promised)) expect([view, await whose(view, 'nobody')]).toEqual([view, []]);
  });
});

describe('spend_by_day', () => {
  it('has local days, also where midnight comes twice', async () => {
    const rows = await read(`select day::text, rule, messages::int, free_messages::int, paid_messages::int, amount::text from ${reportSchema}.spend_by_day where business_id = 'acme' order by 1, 2`);
    expect(rows).toEqual([
      { day: '2025-11-01', rule: 'S0/template', messages: 2, free_messages: 0, paid_messages: 2, amount: '2.000000' },
      { day: '2025-11-02', rule: 'S0/inside-window', messages: 3, free_messages: 3, paid_messages: 0, amount: '0.000000' },
      { day: '2025-11-02', rule: 'S0/template', messages: 3, free_messages: 0, paid_messages: 3, amount: '3.000000' },
    ]);
  });

  it('is exact, and cuts at quarter-hours', async () => {
    const rows = await read(`select day::text, amount::text, amount_micros::text from ${reportSchema}.spend_by_day where business_id = 'rival' order by 1`);
    // Midnight in Kathmandu is 18:15 in UTC, with which quarter 73 begins.
    expect(rows).toEqual([{ day: '2025-11-02', amount: '9007199254.740993', amount_micros: '9007199254740993' }, { day: '2025-11-03', amount: '0.000001', amount_micros: '1' }]);
  });

  it('is looked up by the days that are asked for', async () => {
    const days = (await read(`select distinct day::text from ${reportSchema}.spend_by_day where day >= date '2025-11-02' order by 1`)) as readonly { readonly day: string }[];
    expect(days.map(({ day: one }) => one)).toEqual(['2025-11-02', '2025-11-03']);
  });

  it('cuts every day of a year where the programs cut it, in zones of every kind', async () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Havana', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia', 'Atlantic/Azores'];
    for (const zone of zones) {
      for (const [first, last] of [['2011-12-25', '2012-01-03'], ['2018-01-01', '2018-12-31'], ['2025-01-01', '2025-12-31']] as const) {
        const from = Date.parse(first) / dayMs;
        const sql = `select (date '1970-01-01' + d)::text as day, utc_day as "utcDay", first, behind from generate_series(${from}, ${Date.parse(last) / dayMs}) d, billing.day_parts(d, '${zone}')`;
        expect([zone, (await database.as({ role: ownerRole('billing') }).query(sql)).rows]).toEqual([zone, partsOfDays(first, last, zone)]);
      }
    }
  });
});

describe('invoices and invoice_lines', () => {
  it('show the whole and the parts of an invoice', async () => {
    expect(await read(`select business_id, number::int, month, lines::int, exact::text, rounding::text, total::text from ${reportSchema}.invoices order by 1`)).toEqual([
      { business_id: '*', number: 1, month: '2026-01', lines: 3, exact: '1.005400', rounding: '0.004600', total: '1.010000' },
      { business_id: 'acme', number: 1, month: '2026-01', lines: 1, exact: '1.005000', rounding: '0.000000', total: '1.005000' },
      { business_id: 'rival', number: 1, month: '2026-01', lines: 1, exact: '0.000400', rounding: '0.000000', total: '0.000400' },
    ]);
  });

  it('have lines that add up to the total, of which a business sees its own', async () => {
    expect(await read(`select sum(amount)::text as total from ${reportSchema}.invoice_lines where invoice_id = 'g-1'`)).toEqual([{ total: '1.010000' }]);
    expect(await read(`select line, kind, tier, charges::int, owner_id, bill_month from ${reportSchema}.invoice_lines`, 'acme')).toEqual([{ line: 1, kind: 'usage', tier: '1:MAX', charges: 7, owner_id: 'group', bill_month: '2026-01' }]);
    expect(await read(`select total::text from ${reportSchema}.invoices`, 'rival')).toEqual([{ total: '0.000400' }]);
  });
});

describe('late_replies and windows_open', () => {
  it('tell hours of the week by the zone', async () => {
    expect(await read(`select day::text, weekday, hour, late::int, amount::text from ${reportSchema}.late_replies order by quarter_at`)).toEqual([
      { day: '2025-11-01', weekday: 6, hour: 23, late: 1, amount: '0.500000' },
      { day: '2025-11-02', weekday: 7, hour: 0, late: 2, amount: '0.200000' },
    ]);
  });

  it('show what is open now', async () => {
    expect(await read(`select conversation_id, minutes_left from ${reportSchema}.windows_open`)).toEqual([{ conversation_id: 'acme.c1', minutes_left: 60 }]);
  });
});
