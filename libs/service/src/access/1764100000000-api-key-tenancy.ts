import { dropTenancySql, httpPolicySql, tenantSql, viewerSetting } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'access', table: 'api_key' } as const;

/** The operator makes and revokes keys; whoever shows a key is shown that key's row, before anything else is known of them. */
export class ApiKeyTenancy1764100000000 implements MigrationInterface {
  readonly name = 'ApiKeyTenancy1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tenantSql({ ...table, http: ['select', 'insert', 'update'] }));
    await queryRunner.query(httpPolicySql({ ...table, policy: 'credential', on: 'select', shows: `key_id = any(string_to_array(${viewerSetting('credential')}, ','))` }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropTenancySql(table, ['credential']));
  }
}
