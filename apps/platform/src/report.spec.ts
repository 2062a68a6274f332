import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, ownerRole, pgliteSuperuser, reportRole, reportSchema } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
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
