import { loginFault, lowerPglite, tenancyGaps } from '@parley/bus-postgres';
import type { Database, LoginFault } from '@parley/bus-postgres';
import { SchemaError } from './migrate.js';

/** Refuses a login that could see past row-level security, or that cannot work on the schema: throws SchemaError, which names the fix. */
export async function admitLogin(database: Database, schema: string): Promise<void> {
  if (database.kind === 'pglite') await lowerPglite(database, schema);
  const fault = await loginFault(database, schema);
  if (fault !== undefined) throw new SchemaError(explained(fault, schema));
}

const administrate = 'npx parley database --url <address with an administrator’s login>';

function explained(fault: LoginFault, schema: string): string {
  const fix = `An administrator makes the logins, roles and schemas with\n  ${administrate}\nwhich prints the PARLEY_DATABASE_URL of each service. Set that one.`;
  switch (fault.kind) {
    case 'bypasses':
      return `The database login "${fault.login}" is a superuser, bypasses row-level security, or may act as a role that does: a fault could show one business what is another’s. ${fix}`;
    case 'lacks-roles':
      return `The database login "${fault.login}" may not act as ${fault.roles.join(', ')}, or there is no such role. ${fix}`;
    case 'lacks-schema':
      return `The database has no schema "${schema}". ${fix}`;
    default:
      return fault satisfies never;
  }
}

/** Refuses a schema with a table that does not keep its tenants apart. Throws SchemaError. */
export async function refuseGaps(database: Database, schema: string): Promise<void> {
  const gaps = await tenancyGaps(database, schema);
  if (gaps.length === 0) return;
  const open = gaps.map(({ table, gap }) => `${schema}.${table} (${gap === 'open' ? 'its rows belong to businesses' : 'HTTP may read it'})`);
  throw new SchemaError(`Row-level security is not enabled and forced on ${open.join(', ')}. Where somebody turned it off, turn it on: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY. A new table’s migration runs tenantSql.`);
}
