import { reportViewSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { windowsOpenView } from '../report/windows-open.js';

/** The view made anew, with the contact's market. */
export class OpenMarket1765000000000 implements MigrationInterface {
  readonly name = 'OpenMarket1765000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(reportViewSql(windowsOpenView));
  }

  /** Nothing: a column more does no harm, and the view goes with the migration that made it. */
  async down(): Promise<void> {}
}
