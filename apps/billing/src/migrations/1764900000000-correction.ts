import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'billing', table: 'correction' } as const;

const correctionSql = `
  CREATE TABLE "billing"."correction" (
    catalog_offset bigint PRIMARY KEY,
    business_id text NOT NULL,
    kind text NOT NULL,
    published_id text NOT NULL,
    version integer NOT NULL,
    effective_from text NOT NULL,
    corrected_id text NOT NULL,
    corrected_version integer NOT NULL,
    reason text NOT NULL,
    published_at bigint NOT NULL,
    state text NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    charges bigint NOT NULL,
    adjustments bigint NOT NULL,
    changes text NOT NULL,
    unpriced bigint NOT NULL,
    unexplained bigint NOT NULL,
    settled_to text NOT NULL,
    detail text,
    holder text,
    held_until bigint NOT NULL,
    next_at bigint NOT NULL
  )`;

const adjustmentIndexSql = `CREATE INDEX ledger_entry_adjustment ON "billing"."ledger_entry" (reference) WHERE event_type = 'AdjustmentPosted'`;

/** How far each correction of prices is, and which adjustments are on the ledger already. */
export class Correction1764900000000 implements MigrationInterface {
  readonly name = 'Correction1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(correctionSql);
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
    await queryRunner.query(adjustmentIndexSql);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX "billing"."ledger_entry_adjustment"');
    await queryRunner.query(dropTenancySql(table));
    await queryRunner.query('DROP TABLE "billing"."correction"');
  }
}
