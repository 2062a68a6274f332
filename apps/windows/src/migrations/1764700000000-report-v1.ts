import { dropReportViewSql, reportViewSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { windowsOpenView } from '../report/windows-open.js';

export class ReportV11764700000000 implements MigrationInterface {
  readonly name = 'ReportV11764700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX window_closes ON "windows"."window" (closes_at)`);
    await queryRunner.query(reportViewSql(windowsOpenView));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropReportViewSql(windowsOpenView));
    await queryRunner.query(`DROP INDEX "windows"."window_closes"`);
  }
}
