import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Window1764000000000 implements MigrationInterface {
  readonly name = 'Window1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "windows"."window" (
        conversation_id text NOT NULL,
        business_id text NOT NULL,
        contact_id text NOT NULL,
        last_inbound_at bigint,
        entry_point_at bigint,
        closes_at bigint,
        notice_at bigint,
        expiring_told_for bigint,
        closed_told_for bigint,
        consent jsonb NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (conversation_id)
      ) WITH (fillfactor = 80)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "windows"."window"`);
  }
}
