import { dropTenancySql, httpPolicySql, tenantSql, viewerSetting } from '@parley/bus-postgres';
import type { HttpPolicy } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = 'delivery';
const projections = ['message', 'inbox', 'envelope'];
/** Written over HTTP, where devices are registered. */
const directory = ['contact', 'device', 'business_device'];

const contact = viewerSetting('contact');
const ownInbox = `recipient = 'contact' and contact_id = ${contact}`;

/** Rows of contacts belong to no business (theirs is `*`): a contact sees its own. */
const more: readonly Omit<HttpPolicy, 'schema'>[] = [
  { table: 'inbox', policy: 'contact', on: 'select', shows: ownInbox },
  { table: 'envelope', policy: 'contact', on: 'select', shows: ownInbox },
  { table: 'contact', policy: 'contact', on: 'all', shows: `contact_id = ${contact}` },
  { table: 'device', policy: 'contact', on: 'all', shows: `contact_id = ${contact}` },
  // Before anything is known of the caller but the token it shows.
  { table: 'device', policy: 'credential', on: 'select', shows: `token_id = any(string_to_array(${viewerSetting('credential')}, ','))` },
  // What contacts seal for: public to them, of every business.
  { table: 'business_device', policy: 'contact', on: 'select', shows: `${contact} <> ''` },
];

export class DeliveryTenancy1764100000000 implements MigrationInterface {
  readonly name = 'DeliveryTenancy1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of projections) await queryRunner.query(tenantSql({ schema, table, http: ['select'] }));
    for (const table of directory) await queryRunner.query(tenantSql({ schema, table, http: ['select', 'insert', 'update'] }));
    for (const policy of more) await queryRunner.query(httpPolicySql({ schema, ...policy }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of [...projections, ...directory]) {
      const policies = more.filter((policy) => policy.table === table).map(({ policy }) => policy);
      await queryRunner.query(dropTenancySql({ schema, table }, policies));
    }
  }
}
