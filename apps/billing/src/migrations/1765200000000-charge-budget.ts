import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was set aside for a message of the owner's budget, and what of its price was waived beyond it. Null where the owner had none. */
export class ChargeBudget1765200000000 implements MigrationInterface {
  readonly name = 'ChargeBudget1765200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "billing"."charge" ADD COLUMN budget_month text, ADD COLUMN reserved_micros bigint, ADD COLUMN waived_micros bigint');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "billing"."charge" DROP COLUMN budget_month, DROP COLUMN reserved_micros, DROP COLUMN waived_micros');
  }
}
