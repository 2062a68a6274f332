import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A place among a business's charges, by delivery: what a list that is read page by page is ordered by. */
const place = 'delivered_at, usage_partition, usage_offset';

const indexes = {
  charge_by_delivery: `(business_id, ${place})`,
  charge_by_market: `(business_id, market, ${place})`,
  charge_by_template: `(business_id, template_name, ${place}) WHERE template_name IS NOT NULL`,
  charge_by_rule: `(business_id, rule, ${place})`,
};

/**
 * Which charges make up a number: by delivery, and by what may be rare among many, so that it is not looked for among all the others. Of plain
 * columns, not of `to_timestamp` as the view's: row-level security lets no function that could tell of a row, not even this one, go before it.
 */
export class ChargeSelection1765100000000 implements MigrationInterface {
  readonly name = 'ChargeSelection1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(indexes)) await queryRunner.query(`CREATE INDEX ${name} ON "billing"."charge" ${columns}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(indexes)) await queryRunner.query(`DROP INDEX "billing"."${name}"`);
  }
}
