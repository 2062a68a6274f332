import { balanceTableSql, dropTenancySql, laneStorageSql, laneTablesSql, leaseTablesSql, logIdentityTableSql, logTablesSql, tallyTableSql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Class } from '../process/service.js';

/** Those of them whose rows are some business's. HTTP reads none of them. */
const tenants = ['state', 'timer', 'waiting', 'redrive', 'idempotency'];

/** The tables of lanes and slots that every service has in its schema. */
export function laneMigrations(schema: string): readonly Class[] {
  class LaneTables1763900000000 implements MigrationInterface {
    readonly name = 'LaneTables1763900000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(laneTablesSql(schema));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      for (const table of ['lane', 'state', 'timer', 'waiting', 'redrive', 'idempotency']) await queryRunner.query(`DROP TABLE "${schema}"."${table}"`);
    }
  }
  class LaneTenancy1764100000000 implements MigrationInterface {
    readonly name = 'LaneTenancy1764100000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      for (const table of tenants) await queryRunner.query(tenantSql({ schema, table }));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      for (const table of tenants) await queryRunner.query(dropTenancySql({ schema, table }));
    }
  }
  class LaneLeases1764200000000 implements MigrationInterface {
    readonly name = 'LaneLeases1764200000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(leaseTablesSql(schema));
      await queryRunner.query(logIdentityTableSql(schema));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      for (const table of ['lease', 'member', 'log_topic']) await queryRunner.query(`DROP TABLE "${schema}"."${table}"`);
    }
  }
  class LaneStorage1764300000000 implements MigrationInterface {
    readonly name = 'LaneStorage1764300000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(laneStorageSql(schema));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(`ALTER TABLE "${schema}"."lane" ALTER COLUMN pending SET STORAGE extended`);
      await queryRunner.query(`ALTER TABLE "${schema}"."state" RESET (toast_tuple_target)`);
    }
  }
  class LaneBalances1764900000000 implements MigrationInterface {
    readonly name = 'LaneBalances1764900000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(balanceTableSql(schema));
      await queryRunner.query(tenantSql({ schema, table: 'balance' }));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(`DROP TABLE "${schema}"."balance"`);
    }
  }
  class LaneTallies1764960000000 implements MigrationInterface {
    readonly name = 'LaneTallies1764960000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(tallyTableSql(schema));
      await queryRunner.query(tenantSql({ schema, table: 'tally' }));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(`DROP TABLE "${schema}"."tally"`);
    }
  }
  return [LaneTables1763900000000, LaneTenancy1764100000000, LaneLeases1764200000000, LaneStorage1764300000000, LaneBalances1764900000000, LaneTallies1764960000000];
}

/** The tables of the embedded log, in the schema `log`. */
export class LogTables1763900000000 implements MigrationInterface {
  readonly name = 'LogTables1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(logTablesSql('log'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA "log" CASCADE');
  }
}
