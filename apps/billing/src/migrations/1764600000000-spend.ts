import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['spend_day', 'late_reply_day', 'business'] as const;

export class Spend1764600000000 implements MigrationInterface {
  readonly name = 'Spend1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "billing"."spend_day" (
        business_id text NOT NULL,
        utc_day integer NOT NULL,
        market text NOT NULL,
        category text NOT NULL,
        number_id text NOT NULL,
        template text NOT NULL,
        lane text NOT NULL,
        rule text NOT NULL,
        currency text NOT NULL,
        illustrative boolean NOT NULL,
        free boolean NOT NULL,
        quarters integer[] NOT NULL,
        messages integer[] NOT NULL,
        micros bigint[] NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (business_id, utc_day, market, category, number_id, template, lane, rule, currency, illustrative, free)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(`
      CREATE TABLE "billing"."late_reply_day" (
        business_id text NOT NULL,
        utc_day integer NOT NULL,
        currency text NOT NULL,
        illustrative boolean NOT NULL,
        quarters integer[] NOT NULL,
        messages integer[] NOT NULL,
        micros bigint[] NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (business_id, utc_day, currency, illustrative)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(`
      CREATE TABLE "billing"."business" (
        business_id text NOT NULL,
        owner_id text NOT NULL,
        name text NOT NULL,
        zone text NOT NULL,
        currency text NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (business_id)
      ) WITH (fillfactor = 80)`);
    for (const table of ['spend_day', 'late_reply_day']) await queryRunner.query(inRowSql(table));
    await queryRunner.query(tenantSql({ schema: 'billing', table: 'spend_day', http: ['select'] }));
    await queryRunner.query(tenantSql({ schema: 'billing', table: 'late_reply_day', http: ['select'] }));
    // HTTP asks the catalog for a business; this table is for SQL alone.
    await queryRunner.query(tenantSql({ schema: 'billing', table: 'business' }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await queryRunner.query(dropTenancySql({ schema: 'billing', table }));
      await queryRunner.query(`DROP TABLE "billing"."${table}"`);
    }
  }
}

/** A list has at most 96 entries, so that a row fits its page: kept there as it is, one entry is read without unpacking the list. */
function inRowSql(table: string): string {
  const plain = ['quarters', 'messages', 'micros'].map((column) => `ALTER COLUMN ${column} SET STORAGE PLAIN`);
  return `ALTER TABLE "billing"."${table}" ${plain.join(', ')}`;
}
