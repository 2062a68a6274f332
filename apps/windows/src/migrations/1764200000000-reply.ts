import { dropTenancySql, tenantSql } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = { schema: 'windows', table: 'reply' } as const;

export class Reply1764200000000 implements MigrationInterface {
  readonly name = 'Reply1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "windows"."reply" (
        conversation_id text NOT NULL,
        number integer NOT NULL,
        business_id text NOT NULL,
        contact_id text NOT NULL,
        market text NOT NULL,
        first_unanswered_at bigint NOT NULL,
        last_inbound_at bigint NOT NULL,
        entry_point_at bigint,
        answered_at bigint,
        response_ms bigint,
        answer_message_id text,
        lane text,
        kind text,
        category text,
        late boolean,
        source_partition integer NOT NULL,
        PRIMARY KEY (conversation_id, number)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(`CREATE INDEX reply_of_period ON "windows"."reply" (business_id, first_unanswered_at)`);
    await queryRunner.query(`CREATE INDEX reply_waiting ON "windows"."reply" (business_id, last_inbound_at) WHERE answered_at IS NULL`);
    await queryRunner.query(tenantSql({ ...table, http: ['select'] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropTenancySql(table));
    await queryRunner.query(`DROP TABLE "windows"."reply"`);
  }
}
