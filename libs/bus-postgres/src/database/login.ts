import type { Database, Queryable } from './database.js';
import { administratorSql, commonSchemas, httpRole, ownerRole, platformRole, reportSchema } from './roles.js';

/** What is wrong with the login that a database was opened with, for work on one schema. */
export type LoginFault =
  /** It sees every row, whatever policies say, or may act as somebody who does. */
  | { readonly kind: 'bypasses'; readonly login: string }
  /** There are no such roles, or it may not act as them. */
  | { readonly kind: 'lacks-roles'; readonly login: string; readonly roles: readonly string[] }
  | { readonly kind: 'lacks-schema'; readonly login: string };

/** Looks at the login that connections begin as; undefined where it may work on this schema, and cannot look past row-level security. */
export async function loginFault(database: Queryable, schema: string): Promise<LoginFault | undefined> {
  const roles = schema === 'log' ? [ownerRole(schema)] : [ownerRole(schema), httpRole(schema)];
  const { rows } = await database.query<{ login: string; bypasses: boolean; lacking: string[]; made: boolean }>(
    `select current_user as login,
       exists (select from pg_roles where (rolsuper or rolbypassrls) and pg_has_role(current_user, oid, 'member')) as bypasses,
       array(select wanted from unnest($1::text[]) as w(wanted) where not exists (select from pg_roles where rolname = wanted and pg_has_role(current_user, oid, 'member'))) as lacking,
       to_regnamespace($2) is not null and ($3 or to_regnamespace($4) is not null) as made`,
    [roles, schema, isCommon(schema), reportSchema],
  );
  const { login, bypasses, lacking, made } = rows[0]!;
  if (bypasses) return { kind: 'bypasses', login };
  if (lacking.length > 0) return { kind: 'lacks-roles', login, roles: lacking };
  return made ? undefined : { kind: 'lacks-schema', login };
}

/** A service makes its views in the schema of the reports; what all share has none there. */
function isCommon(schema: string): boolean {
  return (commonSchemas as readonly string[]).includes(schema);
}

/** Whom PGlite's session belongs to, and may always go back to. */
export const pgliteSuperuser = 'postgres';

/**
 * PGlite's only user is a superuser, so its session makes the roles that an administrator makes on a server, and then gives up what it is:
 * from there on it is `parley_platform`, as if it had logged in as that.
 */
export async function lowerPglite(database: Database, schema: string): Promise<void> {
  if (database.kind !== 'pglite') throw new Error('on a server the login is the one of its address');
  if ((await loginFault(database, schema)) === undefined) return;
  await database.query(`set session authorization ${pgliteSuperuser}; ${administratorSql({ services: isCommon(schema) ? [] : [schema] })} set session authorization ${platformRole}`);
}

/** A table that shows more than it should: `open`: rows of tenants without a forced wall · `readable`: HTTP reads it, and nothing limits what. */
export interface TenancyGap {
  readonly table: string;
  readonly gap: 'open' | 'readable';
}

/** Tables of a schema whose rows are not kept apart: those with `business_id` and those open to HTTP need row-level security, forced. */
export async function tenancyGaps(database: Queryable, schema: string): Promise<readonly TenancyGap[]> {
  const sql = `
    select c.relname as table, case when c.tenants then 'open' else 'readable' end as gap from (
      select c.relname, c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity as walled,
        c.relkind in ('r', 'p') and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'business_id' and not a.attisdropped) as tenants,
        exists (select from pg_roles r where r.rolname = $2 and (
          has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate') or has_any_column_privilege(r.oid, c.oid, 'select, insert, update'))) as readable
      from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    ) c
    where not c.walled and (c.tenants or c.readable)
    order by 1`;
  return (await database.query<TenancyGap>(sql, [schema, httpRole(schema)])).rows;
}
