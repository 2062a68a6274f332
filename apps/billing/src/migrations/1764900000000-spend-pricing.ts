import type { MigrationInterface, QueryRunner } from 'typeorm';

const keys = (added: readonly string[]): string => ['business_id', 'utc_day', 'market', 'category', 'number_id', 'template', 'lane', 'rule', ...added, 'currency', 'illustrative', 'free'].join(', ');

/** How spend is billed, and the band of its tier. Empty on sums from before: what is counted from now on is in rows beside them. */
export class SpendPricing1764900000000 implements MigrationInterface {
  readonly name = 'SpendPricing1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "billing"."spend_day" ADD COLUMN pricing_type text NOT NULL DEFAULT '', ADD COLUMN tier text NOT NULL DEFAULT ''`);
    await queryRunner.query(`ALTER TABLE "billing"."spend_day" DROP CONSTRAINT spend_day_pkey, ADD PRIMARY KEY (${keys(['pricing_type', 'tier'])})`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "billing"."spend_day" DROP CONSTRAINT spend_day_pkey, DROP COLUMN pricing_type, DROP COLUMN tier, ADD PRIMARY KEY (${keys([])})`);
  }
}
