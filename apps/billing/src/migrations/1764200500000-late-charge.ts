import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Late replies are few among all charges: an index over them alone answers what they cost. */
export class LateCharge1764200500000 implements MigrationInterface {
  readonly name = 'LateCharge1764200500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX charge_late ON "billing"."charge" (business_id, sent_at) WHERE rule LIKE '%/late-free-form'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "billing"."charge_late"`);
  }
}
