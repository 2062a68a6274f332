import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'windows', table: 'window' } as const;

export class WindowTenancy1764100000000 implements MigrationInterface {
  readonly name = 'WindowTenancy1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropTenancySql(table));
  }
}
