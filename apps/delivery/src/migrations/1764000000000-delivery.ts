import type { MigrationInterface, QueryRunner } from 'typeorm';

const projections = `
  CREATE TABLE "delivery"."message" (
    conversation_id text NOT NULL,
    message_id text NOT NULL,
    business_id text NOT NULL,
    owner_id text NOT NULL,
    contact_id text NOT NULL,
    number_id text NOT NULL,
    lane text NOT NULL,
    kind text NOT NULL,
    category text NOT NULL,
    template_name text,
    template_language text,
    template_version integer,
    market text NOT NULL,
    status text NOT NULL,
    first_status text,
    requested_at bigint NOT NULL,
    sent_at bigint,
    delivered_at bigint,
    read_at bigint,
    failed_at bigint,
    last_inbound_at bigint,
    entry_point_at bigint,
    failure_reason text,
    failure_detail text,
    envelope_hash text NOT NULL,
    source_partition integer NOT NULL,
    PRIMARY KEY (conversation_id, message_id)
  ) WITH (fillfactor = 80);
  CREATE TABLE "delivery"."inbox" (
    log_partition integer NOT NULL,
    log_offset bigint NOT NULL,
    recipient text NOT NULL,
    business_id text NOT NULL,
    contact_id text NOT NULL,
    conversation_id text NOT NULL,
    message_id text NOT NULL,
    number_id text,
    kind text NOT NULL,
    status text,
    at bigint NOT NULL,
    category text,
    template_name text,
    template_language text,
    template_version integer,
    template_hash text,
    entry_point_source_id text,
    entry_point_click_id text,
    envelope_hash text,
    reason text,
    detail text,
    billable boolean,
    used jsonb,
    source_partition integer NOT NULL,
    PRIMARY KEY (log_partition, log_offset, recipient)
  );
  CREATE INDEX inbox_of_business ON "delivery"."inbox" (business_id, log_partition, log_offset) WHERE recipient = 'business';
  CREATE INDEX inbox_of_contact ON "delivery"."inbox" (contact_id, log_partition, log_offset) WHERE recipient = 'contact';
  CREATE TABLE "delivery"."envelope" (
    conversation_id text NOT NULL,
    message_id text NOT NULL,
    recipient text NOT NULL,
    business_id text NOT NULL,
    contact_id text NOT NULL,
    bytes bytea NOT NULL,
    stored_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    source_partition integer NOT NULL,
    PRIMARY KEY (conversation_id, message_id, recipient)
  );
  ALTER TABLE "delivery"."envelope" ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE INDEX envelope_expiry ON "delivery"."envelope" (expires_at)`;

const directory = `
  CREATE TABLE "delivery"."contact" (
    contact_id text PRIMARY KEY,
    business_id text NOT NULL,
    market text NOT NULL,
    registered_at bigint NOT NULL
  );
  CREATE TABLE "delivery"."device" (
    device_id text PRIMARY KEY,
    business_id text NOT NULL,
    contact_id text NOT NULL REFERENCES "delivery"."contact" (contact_id),
    public_key text NOT NULL,
    name text NOT NULL,
    token_id text NOT NULL UNIQUE,
    token_hash text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint,
    UNIQUE (contact_id, public_key)
  );
  CREATE TABLE "delivery"."business_device" (
    device_id text PRIMARY KEY,
    business_id text NOT NULL,
    public_key text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint,
    UNIQUE (business_id, public_key)
  )`;

const tables = ['message', 'inbox', 'envelope', 'device', 'contact', 'business_device'];

export class Delivery1764000000000 implements MigrationInterface {
  readonly name = 'Delivery1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(projections);
    await queryRunner.query(directory);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) await queryRunner.query(`DROP TABLE "delivery"."${table}"`);
  }
}
