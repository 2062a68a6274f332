import { dropTenancySql, httpRole, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'windows', table: 'budget' } as const;

export class Budget1764950000000 implements MigrationInterface {
  readonly name = 'Budget1764950000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "windows"."budget" (
        owner_id text NOT NULL,
        business_id text NOT NULL,
        currency text NOT NULL,
        month text NOT NULL,
        cap_micros bigint NOT NULL,
        spent_micros bigint NOT NULL,
        told_percent integer NOT NULL,
        changed_at bigint NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (owner_id, currency, month)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
    await queryRunner.query(`GRANT SELECT ON "windows"."balance" TO "${httpRole('windows')}"`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`REVOKE SELECT ON "windows"."balance" FROM "${httpRole('windows')}"`);
    await queryRunner.query(dropTenancySql(table));
    await queryRunner.query(`DROP TABLE "windows"."budget"`);
  }
}
