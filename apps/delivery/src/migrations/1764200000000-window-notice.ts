import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the window closes that a notice in the inbox is about. */
export class WindowNotice1764200000000 implements MigrationInterface {
  readonly name = 'WindowNotice1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "delivery"."inbox" ADD COLUMN closes_at bigint`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "delivery"."inbox" DROP COLUMN closes_at`);
  }
}
