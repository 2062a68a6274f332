import type { ColumnType, Table } from '@parley/contracts';
import { identifier, schemaSql } from '../database/database.js';
import { balanceTableSql } from './balances.js';
import { tallyTableSql } from './tallies.js';

/** The tables of a service's lanes and HTTP slots, in its schema. Every row but a lane's own names its business. */
export function laneTablesSql(schema: string): string {
  const own = identifier(schema);
  return `
    ${schemaSql(schema)}
    create table ${own}.lane (
      lane text primary key,
      epoch bigint not null default 0,
      next_offset bigint not null default 0,
      sent jsonb not null default '{}',
      acked jsonb not null default '{}',
      taken jsonb not null default '{}',
      catalog_offset bigint not null default 0,
      pending bytea,
      holder text,
      lease_until bigint
    ) with (fillfactor = 20);
    comment on column ${own}.lane.epoch is 'raised by every claim; a commit of an older one is refused';
    comment on column ${own}.lane.pending is 'output of the last commit, framed; null where nothing is pending';
    comment on column ${own}.lane.lease_until is 'HTTP slots: epoch milliseconds';
    create table ${own}.state (
      lane text not null,
      key text not null,
      business_id text not null,
      state text not null,
      primary key (lane, key)
    ) with (fillfactor = 80);
    comment on column ${own}.state.state is 'JSON, as the lane wrote it: what is loaded is what was kept in memory, to the byte';
    create table ${own}.timer (
      lane text not null,
      key text not null,
      name text not null,
      subject text not null,
      business_id text not null,
      due_at bigint not null,
      primary key (lane, key, name, subject)
    );
    create index timer_due on ${own}.timer (lane, due_at);
    create table ${own}.waiting (
      lane text not null,
      key text not null,
      record_offset bigint not null,
      business_id text not null,
      value bytea not null,
      error text not null,
      primary key (lane, key, record_offset)
    );
    create table ${own}.redrive (
      lane text not null,
      key text not null,
      business_id text not null,
      primary key (lane, key)
    );
    create table ${own}.idempotency (
      business_id text not null,
      key text not null,
      body_hash text not null,
      answer text not null,
      at bigint not null,
      primary key (business_id, key)
    );
    create index idempotency_at on ${own}.idempotency (at);
    ${balanceTableSql(schema)}
    ${tallyTableSql(schema)}
    ${laneStorageSql(schema)}`;
}

/**
 * How the tables' large values are kept. PostgreSQL compresses what makes a row longer than 2 KB, slowly: for pending output, which the next commit
 * replaces, and for states, which are written again and again, that took a fifth of all its time.
 */
export function laneStorageSql(schema: string): string {
  const own = identifier(schema);
  return `
    alter table ${own}.lane alter column pending set storage external;
    alter table ${own}.state set (toast_tuple_target = 8160);`;
}

const columnTypes = {
  text: 'text',
  bigint: 'bigint',
  integer: 'integer',
  boolean: 'boolean',
  bytea: 'bytea',
  jsonb: 'jsonb',
  'integer[]': 'integer[]',
  'bigint[]': 'bigint[]',
} as const satisfies Record<ColumnType, string>;

/** `"column" type` of every column, in the table's order. */
export function columnList(columns: Table['columns'], constrained = false): string[] {
  return Object.entries(columns).map(([name, { type, nullable }]) => `${identifier(name)} ${columnTypes[type]}${constrained && !nullable ? ' not null' : ''}`);
}

/**
 * A projection's table. Besides its own columns a row names the source partition that writes it: only that one may change it, and a rebuild
 * of that partition begins by removing its rows. Throws where the table has no `business_id`.
 */
export function projectionTableSql(schema: string, table: Table): string {
  const { business_id: business } = table.columns;
  if (business?.type !== 'text' || business.nullable) throw new Error(`${table.name} needs a column business_id (text, not null): tenants are kept apart by it`);
  const missing = table.key.filter((column) => table.columns[column] === undefined);
  if (table.key.length === 0 || missing.length > 0) throw new Error(`${table.name} has no columns for its key (${missing.join(', ')})`);
  return `
    create table ${identifier(schema)}.${identifier(table.name)} (
      ${columnList(table.columns, true).join(',\n      ')},
      source_partition integer not null,
      primary key (${table.key.map(identifier).join(', ')})
    ) with (fillfactor = 80);`;
}
