import { dropTenancySql, httpPolicySql, tenantSql, viewerSetting } from '@parley/bus-postgres';
import type { HttpPolicy } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = 'delivery';
/** What HTTP may do with each: chunks go with their attachment. */
const tables = {
  attachment: ['select', 'insert', 'update', 'delete'],
  attachment_chunk: ['select', 'insert'],
} as const;

const tablesSql = `
  CREATE TABLE "delivery"."attachment" (
    attachment_id text PRIMARY KEY,
    business_id text NOT NULL,
    account text NOT NULL,
    bytes bigint NOT NULL,
    complete boolean NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
  );
  CREATE INDEX attachment_of_account ON "delivery"."attachment" (account, created_at);
  CREATE INDEX attachment_expiry ON "delivery"."attachment" (expires_at);
  CREATE TABLE "delivery"."attachment_chunk" (
    attachment_id text NOT NULL REFERENCES "delivery"."attachment" (attachment_id) ON DELETE CASCADE,
    number integer NOT NULL,
    business_id text NOT NULL,
    account text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (attachment_id, number)
  );
  ALTER TABLE "delivery"."attachment_chunk" ALTER COLUMN bytes SET STORAGE EXTERNAL`;

/** A contact's rows belong to no business (theirs is `*`). Who knows the id of an attachment may have it: the id is a credential. */
const policies: readonly Omit<HttpPolicy, 'schema' | 'table'>[] = [
  { policy: 'contact', on: 'all', shows: `business_id = '*' and account = ${viewerSetting('contact')}` },
  { policy: 'credential', on: 'select', shows: `attachment_id = ${viewerSetting('credential')}` },
];

export class Attachments1764370000000 implements MigrationInterface {
  readonly name = 'Attachments1764370000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tablesSql);
    for (const [table, http] of Object.entries(tables)) {
      await queryRunner.query(tenantSql({ schema, table, http }));
      for (const policy of policies) await queryRunner.query(httpPolicySql({ schema, table, ...policy }));
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of Object.keys(tables)) await queryRunner.query(dropTenancySql({ schema, table }, policies.map(({ policy }) => policy)));
    for (const table of Object.keys(tables).reverse()) await queryRunner.query(`DROP TABLE "delivery"."${table}"`);
  }
}
