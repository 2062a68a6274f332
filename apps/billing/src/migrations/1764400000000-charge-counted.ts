import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = {
  pricing_category: 'text', pricing_type: 'text', month: 'text', price_market: 'text', tier: 'text', allowance: 'text',
  session_category: 'text', session_opened_at: 'bigint', session_opened: 'boolean',
};

/** What price lists with sessions, tiers and allowances say of a charge. Null on charges from before. */
export class ChargeCounted1764400000000 implements MigrationInterface {
  readonly name = 'ChargeCounted1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "billing"."charge" ${Object.entries(columns).map(([name, type]) => `ADD COLUMN ${name} ${type}`).join(', ')}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "billing"."charge" ${Object.keys(columns).map((name) => `DROP COLUMN ${name}`).join(', ')}`);
  }
}
