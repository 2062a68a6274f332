import { dropReportViewSql, reportViewSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { businessesView, chargesView } from '../report/charges.js';
import { invoiceLinesView, invoicesView } from '../report/invoices.js';
import { dayPartsSql, lateRepliesView, spendByDayView } from '../report/spend.js';

const made = [spendByDayView, invoicesView, invoiceLinesView];

/** What was spent by day, drawn from the days asked for, and invoices. The other views are made anew as views are made now. */
export class ReportDays1765000000000 implements MigrationInterface {
  readonly name = 'ReportDays1765000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX spend_day_by_day ON "billing"."spend_day" (utc_day, business_id)`);
    await queryRunner.query(`CREATE INDEX invoice_line_business ON "billing"."invoice_line" (business_id)`);
    await queryRunner.query(dayPartsSql);
    for (const view of [businessesView, chargesView, lateRepliesView, ...made]) await queryRunner.query(reportViewSql(view));
    await queryRunner.query('DROP FUNCTION IF EXISTS "billing".local_parts(integer, text)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const view of made.toReversed()) await queryRunner.query(dropReportViewSql(view));
    await queryRunner.query('DROP FUNCTION "billing".day_parts(integer, text)');
    await queryRunner.query(`DROP INDEX "billing"."invoice_line_business"`);
    await queryRunner.query(`DROP INDEX "billing"."spend_day_by_day"`);
  }
}
