import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'notifications', table: 'notification' } as const;

export class NotificationTenancy1764100000000 implements MigrationInterface {
  readonly name = 'NotificationTenancy1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropTenancySql(table));
  }
}
