import { dropReportViewSql, instantSql, reportViewSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { businessesView, chargesView } from '../report/charges.js';
import { lateRepliesView } from '../report/spend.js';

/** What was spent by day came with the next of these. */
const views = [businessesView, chargesView, lateRepliesView];

export class ReportV11764700000000 implements MigrationInterface {
  readonly name = 'ReportV11764700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Whoever looks at single charges looks at those of some days.
    await queryRunner.query(`CREATE INDEX charge_delivered ON "billing"."charge" (business_id, (${instantSql('delivered_at')}))`);
    for (const view of views) await queryRunner.query(reportViewSql(view));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const view of views.toReversed()) await queryRunner.query(dropReportViewSql(view));
    await queryRunner.query(`DROP INDEX "billing"."charge_delivered"`);
  }
}
