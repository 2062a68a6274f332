import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@parley/bus-postgres';
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
});

afterAll(() => database.close());

interface Column {
  readonly type: string;
  readonly nullable: boolean;
}

async function columnsOf(schema: string, table: string): Promise<Record<string, Column>> {
  const sql = `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2`;
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

  it.each(projections)('and the entity of %s agrees with it', async (_, schema, table) => {
    const metadata = opened.get(schema)!.entityMetadatas.find(({ tableName }) => tableName === table.name);
    const entity = Object.fromEntries((metadata?.columns ?? []).map(({ databaseName, type, isNullable }) => [databaseName, { type, nullable: isNullable }]));
    expect(entity).toEqual(Object.fromEntries(Object.entries(table.columns).map(([column, { type, nullable }]) => [column, { type, nullable: nullable ?? false }])));
  });

  it('give every row of every table a business, but for lanes and migrations', async () => {
    const sql = `
      SELECT t.table_schema || '.' || t.table_name AS name FROM information_schema.tables t
      WHERE t.table_schema = ANY($1) AND t.table_name NOT IN ('lane', 'migrations')
        AND NOT EXISTS (SELECT 1 FROM information_schema.columns c WHERE (c.table_schema, c.table_name) = (t.table_schema, t.table_name) AND c.column_name = 'business_id' AND c.is_nullable = 'NO')`;
    expect((await database.query(sql, [services.map(({ name }) => name)])).rows).toEqual([]);
  });
});
