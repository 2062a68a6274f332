import { dropTenancySql, httpPolicySql, tenantSql, viewerSetting } from '@parley/bus-postgres';
import type { HttpPolicy, TenantTable } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = 'delivery';

/**
 * A device has two keys. Those of the simple seal, which had one, are nobody's any more: they can neither be written to nor write, and register anew.
 * Where a token came from tells whether it may take an account over.
 */
const devices = `
  DELETE FROM "delivery"."device";
  ALTER TABLE "delivery"."device" DROP COLUMN public_key, ADD COLUMN signing_key text NOT NULL, ADD COLUMN agreement_key text NOT NULL, ADD COLUMN token_at bigint NOT NULL;
  CREATE UNIQUE INDEX device_signing_key ON "delivery"."device" (contact_id, signing_key);
  DELETE FROM "delivery"."business_device";
  ALTER TABLE "delivery"."business_device" DROP COLUMN public_key, ADD COLUMN signing_key text NOT NULL, ADD COLUMN agreement_key text NOT NULL;
  CREATE UNIQUE INDEX business_device_signing_key ON "delivery"."business_device" (business_id, signing_key)`;

const lists = `
  CREATE TABLE "delivery"."device_list" (
    log_index bigint PRIMARY KEY,
    business_id text NOT NULL,
    account_id text NOT NULL,
    party text NOT NULL,
    identity_from bigint NOT NULL,
    list_version bigint NOT NULL,
    account_key text NOT NULL,
    list bytea NOT NULL,
    devices jsonb NOT NULL,
    published_at bigint NOT NULL,
    announced_at bigint,
    UNIQUE (identity_from, list_version)
  );
  CREATE INDEX device_list_of_account ON "delivery"."device_list" (account_id, party, log_index DESC);
  CREATE INDEX device_list_unannounced ON "delivery"."device_list" (log_index) WHERE announced_at IS NULL`;

const prekeys = `
  CREATE TABLE "delivery"."prekeys" (
    device_id text PRIMARY KEY,
    business_id text NOT NULL,
    account_id text NOT NULL,
    party text NOT NULL,
    signed bytea,
    signed_id bigint,
    gone_id bigint NOT NULL
  );
  CREATE TABLE "delivery"."one_time_prekey" (
    device_id text NOT NULL,
    prekey_id bigint NOT NULL,
    business_id text NOT NULL,
    account_id text NOT NULL,
    party text NOT NULL,
    public_key bytea NOT NULL,
    PRIMARY KEY (device_id, prekey_id)
  );
  CREATE TABLE "delivery"."prekey_draw" (
    device_id text NOT NULL,
    requester text NOT NULL,
    prekey_id bigint NOT NULL,
    business_id text NOT NULL,
    account_id text NOT NULL,
    party text NOT NULL,
    drawn_at bigint NOT NULL,
    PRIMARY KEY (device_id, requester, prekey_id)
  );
  CREATE INDEX prekey_draw_age ON "delivery"."prekey_draw" (drawn_at)`;

const log = `
  CREATE TABLE "delivery"."key_log_head" (
    id integer PRIMARY KEY CHECK (id = 1),
    business_id text NOT NULL,
    size bigint NOT NULL,
    edge bytea NOT NULL,
    head bytea,
    at bigint NOT NULL
  );
  CREATE TABLE "delivery"."key_log_entry" (
    log_index bigint PRIMARY KEY,
    business_id text NOT NULL,
    entry bytea NOT NULL
  );
  CREATE TABLE "delivery"."key_log_node" (
    start_index bigint NOT NULL,
    end_index bigint NOT NULL,
    business_id text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (start_index, end_index)
  )`;

/** What HTTP may do. Lists, and what the log holds, are written once: nothing changes or removes them. */
const tenants: readonly Omit<TenantTable, 'schema'>[] = [
  { table: 'device_list', http: ['select', 'insert'] },
  { table: 'prekeys', http: ['select', 'insert', 'update', 'delete'] },
  { table: 'one_time_prekey', http: ['select', 'insert', 'delete'] },
  { table: 'prekey_draw', http: ['select', 'insert'] },
  { table: 'key_log_head', http: ['select', 'update'] },
  { table: 'key_log_entry', http: ['select', 'insert'] },
  { table: 'key_log_node', http: ['select', 'insert'] },
];

const contact = viewerSetting('contact');
const ownKeys = `party = 'contact' and account_id = ${contact}`;
const everyone = `${contact} <> '' or ${viewerSetting('business')} <> ''`;

const more: readonly Omit<HttpPolicy, 'schema'>[] = [
  { table: 'device_list', policy: 'contact', on: 'all', shows: ownKeys },
  { table: 'prekeys', policy: 'contact', on: 'all', shows: ownKeys },
  { table: 'one_time_prekey', policy: 'contact', on: 'all', shows: ownKeys },
  { table: 'prekey_draw', policy: 'contact', on: 'all', shows: ownKeys },
  // The log is one, and its hashes tell nobody anything: whoever publishes a list moves it on, whoever reads one is shown its proof.
  { table: 'key_log_head', policy: 'everyone', on: 'all', shows: everyone },
  { table: 'key_log_entry', policy: 'everyone', on: 'all', shows: everyone },
  { table: 'key_log_node', policy: 'everyone', on: 'all', shows: everyone },
];

/** Keys of devices, the signed lists of devices with every version, prekeys, and the log of lists. */
export class Keys1764980000000 implements MigrationInterface {
  readonly name = 'Keys1764980000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [devices, lists, prekeys, log]) await queryRunner.query(sql);
    for (const table of tenants) await queryRunner.query(tenantSql({ schema, ...table }));
    for (const policy of more) await queryRunner.query(httpPolicySql({ schema, ...policy }));
    await queryRunner.query(`INSERT INTO "delivery"."key_log_head" (id, business_id, size, edge, head, at) VALUES (1, '*', 0, '', NULL, 0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { table } of tenants) {
      await queryRunner.query(dropTenancySql({ schema, table }, more.filter((policy) => policy.table === table).map(({ policy }) => policy)));
      await queryRunner.query(`DROP TABLE "delivery"."${table}"`);
    }
    for (const table of ['device', 'business_device']) {
      await queryRunner.query(`DELETE FROM "delivery"."${table}"`);
      await queryRunner.query(`ALTER TABLE "delivery"."${table}" ADD COLUMN public_key text NOT NULL, DROP COLUMN signing_key, DROP COLUMN agreement_key`);
    }
    await queryRunner.query(`ALTER TABLE "delivery"."device" DROP COLUMN token_at`);
  }
}
