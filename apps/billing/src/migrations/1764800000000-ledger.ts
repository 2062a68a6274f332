import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['ledger_entry', 'invoice', 'invoice_line'] as const;

const entrySql = `
  CREATE TABLE "billing"."ledger_entry" (
    ledger_partition integer NOT NULL,
    ledger_offset bigint NOT NULL,
    entry integer NOT NULL,
    ledger_topic text NOT NULL,
    business_id text NOT NULL,
    owner_id text NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount_micros bigint NOT NULL,
    market text,
    category text,
    tier text,
    event_type text NOT NULL,
    event_id text NOT NULL,
    reference text NOT NULL,
    bill_month text NOT NULL,
    illustrative boolean NOT NULL,
    usage_topic text,
    usage_partition integer,
    usage_offset bigint,
    catalog_offset bigint,
    posted_at bigint NOT NULL,
    source_partition integer NOT NULL,
    PRIMARY KEY (ledger_partition, ledger_offset, entry)
  )`;

const invoiceSql = `
  CREATE TABLE "billing"."invoice" (
    invoice_id text NOT NULL,
    business_id text NOT NULL,
    owner_id text NOT NULL,
    number bigint NOT NULL,
    month text NOT NULL,
    currency text NOT NULL,
    issued_at bigint NOT NULL,
    illustrative boolean NOT NULL,
    lines bigint NOT NULL,
    charges bigint NOT NULL,
    exact_micros bigint NOT NULL,
    rounding_micros bigint NOT NULL,
    total_micros bigint NOT NULL,
    lines_checksum text NOT NULL,
    event_id text NOT NULL,
    ledger_partition integer NOT NULL,
    ledger_offset bigint NOT NULL,
    catalog_offset bigint NOT NULL,
    source_partition integer NOT NULL,
    PRIMARY KEY (invoice_id, business_id)
  )`;

const lineSql = `
  CREATE TABLE "billing"."invoice_line" (
    invoice_id text NOT NULL,
    line integer NOT NULL,
    business_id text NOT NULL,
    kind text NOT NULL,
    month text,
    market text,
    category text,
    tier text,
    cause text NOT NULL,
    charges bigint NOT NULL,
    amount_micros bigint NOT NULL,
    currency text NOT NULL,
    illustrative boolean NOT NULL,
    source_partition integer NOT NULL,
    PRIMARY KEY (invoice_id, line)
  )`;

const indexSql = [
  `CREATE INDEX ledger_entry_balance ON "billing"."ledger_entry" (business_id, currency, account) INCLUDE (amount_micros)`,
  `CREATE INDEX invoice_page ON "billing"."invoice" (business_id, ledger_partition, ledger_offset)`,
];

/** Double entry and the invoices made of it. Rows are written once and never again, so nothing is left free in a page. */
export class Ledger1764800000000 implements MigrationInterface {
  readonly name = 'Ledger1764800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [entrySql, invoiceSql, lineSql, ...indexSql]) await queryRunner.query(sql);
    for (const table of tables) await queryRunner.query(tenantSql({ schema: 'billing', table, http: ['select'] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await queryRunner.query(dropTenancySql({ schema: 'billing', table }));
      await queryRunner.query(`DROP TABLE "billing"."${table}"`);
    }
  }
}
