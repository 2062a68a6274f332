import { httpPolicySql, tenantSql, viewerSetting } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'ingest', table: 'account_devices' } as const;

/** The devices of accounts, as the log tells of them. */
export class AccountDevices1764980000000 implements MigrationInterface {
  readonly name = 'AccountDevices1764980000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "ingest"."account_devices" (
        account_id text NOT NULL,
        party text NOT NULL,
        business_id text NOT NULL,
        list_version bigint NOT NULL,
        devices jsonb NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (account_id, party)
      )`);
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
    // What businesses send to: the devices of any contact, and of no other business.
    await queryRunner.query(httpPolicySql({ ...table, policy: 'sender', on: 'select', shows: `party = 'contact' and ${viewerSetting('business')} <> ''` }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE "ingest"."account_devices"');
  }
}
