import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Charge1764000000000 implements MigrationInterface {
  readonly name = 'Charge1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "billing"."charge" (
        charge_id text NOT NULL,
        business_id text NOT NULL,
        owner_id text NOT NULL,
        conversation_id text NOT NULL,
        contact_id text NOT NULL,
        number_id text NOT NULL,
        message_id text NOT NULL,
        lane text NOT NULL,
        kind text NOT NULL,
        category text NOT NULL,
        template_name text,
        template_language text,
        template_version integer,
        market text NOT NULL,
        requested_at bigint NOT NULL,
        sent_at bigint NOT NULL,
        delivered_at bigint NOT NULL,
        last_inbound_at bigint,
        entry_point_at bigint,
        currency text NOT NULL,
        amount_micros bigint NOT NULL,
        unit_price_micros bigint NOT NULL,
        rule text NOT NULL,
        policy_id text NOT NULL,
        policy_version integer NOT NULL,
        rate_card_id text,
        rate_card_version integer,
        illustrative boolean NOT NULL,
        usage_topic text NOT NULL,
        usage_partition integer NOT NULL,
        usage_offset bigint NOT NULL,
        receipt_topic text,
        receipt_partition integer,
        receipt_offset bigint,
        catalog_offset bigint NOT NULL,
        event_id text NOT NULL,
        posted_at bigint NOT NULL,
        source_partition integer NOT NULL,
        PRIMARY KEY (charge_id)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(`CREATE INDEX charge_page ON "billing"."charge" (business_id, usage_partition, usage_offset)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "billing"."charge"`);
  }
}
