import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Notification1764000000000 implements MigrationInterface {
  readonly name = 'Notification1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "notifications"."notification" (
        conversation_id text NOT NULL,
        message_id text NOT NULL,
        business_id text NOT NULL,
        contact_id text NOT NULL,
        number_id text NOT NULL,
        kind text NOT NULL,
        category text NOT NULL,
        template_name text,
        template_language text,
        template_version integer,
        status text NOT NULL,
        waits_until bigint,
        reason text,
        detail text,
        requested_at bigint NOT NULL,
        decided_at bigint NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (conversation_id, message_id)
      ) WITH (fillfactor = 80)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "notifications"."notification"`);
  }
}
