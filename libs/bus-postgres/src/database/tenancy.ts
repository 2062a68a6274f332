import { identifier } from './database.js';
import { httpRole, ownerRole } from './roles.js';

/** The settings by which policies know on whose behalf rows are read: of a business, of a contact, or of whoever shows a credential. */
export const viewerSettings = { business: 'parley.business_id', contact: 'parley.contact_id', credential: 'parley.credential' } as const;

/** The text of a setting within a policy; empty where it is not set. No id is empty. */
export function viewerSetting(of: keyof typeof viewerSettings): string {
  return `coalesce(current_setting('${viewerSettings[of]}', true), '')`;
}

type Privilege = 'select' | 'insert' | 'update' | 'delete';

export interface TenantTable {
  readonly schema: string;
  readonly table: string;
  /** What HTTP may do with it; nothing: it is the lanes' alone. */
  readonly http?: readonly Privilege[];
}

/**
 * Keeps the tenants of a table apart (for a migration; the table has `business_id`): its owner, the runner, sees all rows; over HTTP a business
 * sees and writes its own, and the operator (`*`) all. Forced, so that it holds for the owner as well.
 */
export function tenantSql({ schema, table, http = [] }: TenantTable): string {
  const name = `${identifier(schema)}.${identifier(table)}`;
  const business = `business_id = ${viewerSetting('business')} or ${viewerSetting('business')} = '*'`;
  return `
    alter table ${name} enable row level security;
    alter table ${name} force row level security;
    create policy runner on ${name} to ${identifier(ownerRole(schema))} using (true) with check (true);
    create policy business on ${name} to ${identifier(httpRole(schema))} using (${business}) with check (${business});
    ${http.length > 0 ? `grant ${http.join(', ')} on ${name} to ${identifier(httpRole(schema))};` : ''}`;
}

export interface HttpPolicy {
  readonly schema: string;
  readonly table: string;
  readonly policy: string;
  readonly on: 'select' | 'all';
  /** A condition on the row. */
  readonly shows: string;
}

/** Shows more rows over HTTP than a business's own, and says to whom: to be made in a migration, beside `tenantSql`. */
export function httpPolicySql({ schema, table, policy, on, shows }: HttpPolicy): string {
  const check = on === 'all' ? ` with check (${shows})` : '';
  return `create policy ${identifier(policy)} on ${identifier(schema)}.${identifier(table)} for ${on} to ${identifier(httpRole(schema))} using (${shows})${check};`;
}

/** Takes back what `tenantSql` did, and more policies by their names. */
export function dropTenancySql({ schema, table }: TenantTable, policies: readonly string[] = []): string {
  const name = `${identifier(schema)}.${identifier(table)}`;
  const drops = ['runner', 'business', ...policies].map((policy) => `drop policy ${identifier(policy)} on ${name};`);
  return `
    revoke all on ${name} from ${identifier(httpRole(schema))};
    ${drops.join('\n    ')}
    alter table ${name} no force row level security;
    alter table ${name} disable row level security;`;
}
