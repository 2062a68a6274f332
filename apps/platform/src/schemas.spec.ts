import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpRole, openPglite, pgliteSuperuser } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { laneMigrations, serviceDataSource } from '@parley/service';
import type { DataSource } from 'typeorm';
import { services } from './services.js';

let database: Database;
const opened = new Map<string, DataSource>();

beforeAll(async () => {
  database = await openPglite({ memory: true });
  for (const { name, entities, migrations } of services) {
    opened.set(name, await serviceDataSource({ database, schema: name, entities, migrations: [...laneMigrations(name), ...migrations] }));
  }
  await database.query(`set session authorization ${pgliteSuperuser}`); // To look at everything.
});

afterAll(() => database.close());

interface Column {
  readonly type: string;
  readonly nullable: boolean;
}

async function columnsOf(schema: string, table: string): Promise<Record<string, Column>> {
  const sql = `SELECT column_name AS name, CASE data_type WHEN 'ARRAY' THEN element.type || '[]' ELSE data_type END AS type, is_nullable = 'YES' AS nullable FROM information_schema.columns LEFT JOIN LATERAL (SELECT CASE udt_name WHEN '_int4' THEN 'integer' WHEN '_int8' THEN 'bigint' END AS type) element ON true WHERE table_schema = $1 AND table_name = $2`;
  const { rows } = await database.query<Column & { name: string }>(sql, [schema, table]);
  return Object.fromEntries(rows.map(({ name, type, nullable }) => [name, { type, nullable }]));
}

const projections = services.flatMap(({ name, topologies }) => topologies.flatMap(({ tables }) => tables.map((table) => [`${name}.${table.name}`, name, table] as const)));

describe('the migrations', () => {
  it.each(projections)('make %s as the topology writes it', async (_, schema, table) => {
    const described = Object.fromEntries(Object.entries(table.columns).map(([column, { type, nullable }]) => [column, { type, nullable: nullable ?? false }]));
    expect(await columnsOf(schema, table.name)).toEqual({ ...described, source_partition: { type: 'integer', nullable: false } });
    const keySql = `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE i.indisprimary AND i.indrelid = $1::regclass`;
    const { rows } = await database.query<{ name: string }>(keySql, [`"${schema}"."${table.name}"`]);
    expect(rows.map(({ name }) => name).sort()).toEqual([...table.key].sort());
  });

  /** Sums are asked for in SQL of their own, and have no entity. */
  const summed = ['spend_day', 'late_reply_day', 'business'];

  it.each(projections.filter(([, , { name }]) => !summed.includes(name)))('and the entity of %s agrees with it', async (_, schema, table) => {
    const metadata = opened.get(schema)!.entityMetadatas.find(({ tableName }) => tableName === table.name);
    const entity = Object.fromEntries((metadata?.columns ?? []).map(({ databaseName, type, isNullable }) => [databaseName, { type, nullable: isNullable }]));
    expect(entity).toEqual(Object.fromEntries(Object.entries(table.columns).map(([column, { type, nullable }]) => [column, { type, nullable: nullable ?? false }])));
  });

  it('give every row of every table a business, but for lanes, who runs them, and migrations', async () => {
    const sql = `
      SELECT t.table_schema || '.' || t.table_name AS name FROM information_schema.tables t
      WHERE t.table_schema = ANY($1) AND t.table_name NOT IN ('lane', 'member', 'lease', 'log_topic', 'migrations')
        AND NOT EXISTS (SELECT 1 FROM information_schema.columns c WHERE (c.table_schema, c.table_name) = (t.table_schema, t.table_name) AND c.column_name = 'business_id' AND c.is_nullable = 'NO')`;
    expect((await database.query(sql, [services.map(({ name }) => name)])).rows).toEqual([]);
  });

  it('let HTTP read what it shows, write the directory, and nothing else', async () => {
    const sql = `
      SELECT r.rolname AS role, c.relnamespace::regnamespace || '.' || c.relname AS name, string_agg(p, ' ' ORDER BY p) AS may
      FROM pg_roles r, pg_class c, unnest(ARRAY['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) AS p
      WHERE r.rolname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege(r.oid, c.oid, p)
      GROUP BY 1, 2 ORDER BY 2`;
    const { rows } = await database.query<{ role: string; name: string; may: string }>(sql, [services.map(({ name }) => httpRole(name))]);
    expect(rows.map(({ role, name, may }) => `${role}: ${may} ${name}`)).toEqual([
      'parley_billing_http: select billing.charge',
      'parley_billing_http: select billing.correction',
      'parley_billing_http: select billing.invoice',
      'parley_billing_http: select billing.invoice_line',
      'parley_billing_http: select billing.late_reply_day',
      'parley_billing_http: select billing.ledger_entry',
      'parley_billing_http: select billing.spend_day',
      'parley_delivery_http: delete insert select update delivery.attachment',
      'parley_delivery_http: insert select delivery.attachment_chunk',
      'parley_delivery_http: insert select update delivery.business_device',
      'parley_delivery_http: insert select update delivery.contact',
      'parley_delivery_http: insert select update delivery.device',
      'parley_delivery_http: insert select delivery.device_list',
      'parley_delivery_http: select delivery.envelope',
      'parley_delivery_http: select delivery.inbox',
      'parley_delivery_http: insert select delivery.key_log_entry',
      'parley_delivery_http: select update delivery.key_log_head',
      'parley_delivery_http: insert select delivery.key_log_node',
      'parley_delivery_http: select delivery.message',
      'parley_delivery_http: delete insert select delivery.one_time_prekey',
      'parley_delivery_http: insert select delivery.prekey_draw',
      'parley_delivery_http: delete insert select update delivery.prekeys',
      'parley_ingest_http: select ingest.account_devices',
      'parley_notifications_http: select notifications.notification',
      'parley_windows_http: select windows.balance',
      'parley_windows_http: select windows.budget',
      'parley_windows_http: select windows.reply',
      'parley_windows_http: select windows.window',
    ]);
  });

  it('force row-level security on every table with a business, and give each table to its runner', async () => {
    const sql = `
      SELECT c.relnamespace::regnamespace || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS walled, c.relowner::regrole::text = 'parley_' || c.relnamespace::regnamespace AS owned,
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id') AS tenants,
        (SELECT string_agg(polname, ' ' ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid) AS policies
      FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text = ANY($1)`;
    const { rows } = await database.query<{ name: string; walled: boolean; owned: boolean; tenants: boolean; policies: string | null }>(sql, [services.map(({ name }) => name)]);
    expect(rows.filter(({ owned }) => !owned)).toEqual([]);
    expect(rows.filter(({ tenants, walled, policies }) => tenants !== walled || tenants !== /\bbusiness\b.*\brunner\b/.test(policies ?? ''))).toEqual([]);
    expect(rows.filter(({ tenants }) => tenants).length).toBeGreaterThan(25);
  });
});
