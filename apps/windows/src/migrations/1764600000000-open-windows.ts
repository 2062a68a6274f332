import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OpenWindows1764600000000 implements MigrationInterface {
  readonly name = 'OpenWindows1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX window_open ON "windows"."window" (business_id, last_inbound_at, conversation_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "windows"."window_open"`);
  }
}
