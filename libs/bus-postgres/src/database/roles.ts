import { identifier } from './database.js';

/** Schemas that belong to all services: the embedded log, and API keys. */
export const commonSchemas = ['log', 'access'] as const;

/** The login of a process with all services in it. By itself it may read and append the log; everything else it does as one of the others. */
export const platformRole = 'parley_platform';

/** The views for whoever asks in SQL, of all services; the name has the version of what they promise. */
export const reportSchema = 'report_v1';

/** The login of a dashboard: it reads those views, and nothing else. */
export const reportRole = 'parley_report';

/** Who owns a schema and sees all its rows. For a service's schema: its runner, and the login of a process with that service alone. */
export function ownerRole(schema: string): string {
  return `parley_${schema}`;
}

/** As whom HTTP reads and writes a schema's tables: it sees the rows that policies show to the business, or contact, of the request. */
export function httpRole(schema: string): string {
  return `parley_${schema}_http`;
}

export interface Installation {
  /** Names of the services: each has its schema. */
  readonly services: readonly string[];
  /** Role → what PostgreSQL keeps of its password: `SCRAM-SHA-256$…`. A role that is not named keeps what it has. */
  readonly passwords?: ReadonlyMap<string, string>;
}

/** The roles that processes connect as. */
export function loginRoles({ services }: Pick<Installation, 'services'>): readonly string[] {
  return [...services.map(ownerRole), platformRole];
}

/** All roles, each before those that are members of it. None inherits: what a role of ours may do, it has been given itself. */
export function allRoles({ services }: Pick<Installation, 'services'>): readonly string[] {
  return [...commonSchemas.map(ownerRole), ownerRole(reportSchema), reportRole, httpRole('access'), ...services.map(httpRole), ...loginRoles({ services })];
}

/** All schemas, those of all services first. */
export function allSchemas({ services }: Pick<Installation, 'services'>): readonly string[] {
  return [...commonSchemas, reportSchema, ...services];
}

/** Who may act as whom. */
function memberships(services: readonly string[]): readonly (readonly [member: string, role: string])[] {
  const common = [...commonSchemas.map(ownerRole), httpRole('access')];
  const ofService = services.flatMap((service) => [httpRole(service), ...common].map((role) => [ownerRole(service), role] as const));
  const ofPlatform = [...common, reportRole, ...services.flatMap((service) => [ownerRole(service), httpRole(service)])].map((role) => [platformRole, role] as const);
  return [...ofService, ...ofPlatform];
}

/**
 * What an administrator runs once, and again after an update: roles that cannot bypass row-level security, a schema for each service, who may
 * act as whom, and the log for all. It changes only what is not so already. Several statements in one text: one transaction.
 *
 * Needs a superuser, or a role with CREATEROLE and CREATE on the database.
 */
export function administratorSql({ services, passwords = new Map() }: Installation): string {
  const schemas = allSchemas({ services });
  for (const name of schemas) identifier(httpRole(name));
  const pairs = memberships(services).map(([member, role]) => `('${member}', '${role}')`);
  return `
do $parley$
declare
  name text;
  pair record;
  superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
begin
  perform pg_advisory_xact_lock(${lockId});
  set local client_min_messages = warning;

  -- Roles. One that is there already must not see what policies hide.
  foreach name in array ${texts(allRoles({ services }))} loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I noinherit', name);
    elsif exists (select from pg_roles where rolname = name and (rolsuper or rolbypassrls or rolinherit)) then
      execute format('alter role %I nosuperuser nobypassrls noinherit', name);
    end if;
  end loop;
  foreach name in array ${texts([...loginRoles({ services }), reportRole])} loop
    if not (select rolcanlogin from pg_roles where rolname = name) then execute format('alter role %I login', name); end if;
  end loop;
${[...passwords].map(([role, password]) => `  alter role ${identifier(role)} password ${literal(password)};`).join('\n')}

  -- Who may act as whom. Whoever is no superuser has to be a member to give a role a schema.
  for pair in
    select m, r from (values ${pairs.join(', ')}) as wanted(m, r)
    union all select current_user, unnest(${texts(schemas.map(ownerRole))}) where not superuser
  loop
    if not exists (select from pg_auth_members a where a.member = pair.m::regrole and a.roleid = pair.r::regrole) or (pair.m = current_user and not pg_has_role(pair.m, pair.r, 'usage')) then
      execute format('grant %I to %I', pair.r, pair.m);
    end if;
  end loop;

  -- Schemas, and what stands in them from before there were roles.
  foreach name in array ${texts(schemas)} loop
    if to_regnamespace(name) is null then
      execute format('create schema %I authorization %I', name, 'parley_' || name);
    elsif (select nspowner from pg_namespace where nspname = name) <> ('parley_' || name)::regrole then
      execute format('alter schema %I owner to %I', name, 'parley_' || name);
    end if;
    for pair in select c.oid::regclass as r from pg_class c where c.relnamespace = to_regnamespace(name) and c.relkind in ('r', 'p') and c.relowner <> ('parley_' || name)::regrole loop
      execute format('alter table %s owner to %I', pair.r, 'parley_' || name);
    end loop;
  end loop;

  -- The log is everybody's, tables that it will have as well; a schema is open to those who ask over HTTP, table by table.
  set local role ${identifier(ownerRole('log'))};
  foreach name in array ${texts(loginRoles({ services }))} loop
    if not has_schema_privilege(name, 'log', 'usage') then
      execute format('grant usage on schema log to %I', name);
      execute format('alter default privileges in schema log grant select, insert, update, delete on tables to %I', name);
      execute format('grant select, insert, update, delete on all tables in schema log to %I', name);
    end if;
  end loop;
  reset role;
${reportGrantsSql(services)}
  foreach name in array ${texts(['access', ...services])} loop
    if not has_schema_privilege('parley_' || name || '_http', name, 'usage') then
      execute format('set local role %I', 'parley_' || name);
      execute format('grant usage on schema %I to %I', name, 'parley_' || name || '_http');
      reset role;
    end if;
  end loop;
end
$parley$;`;
}

/** Within `administratorSql`: services make the views of the reports, a dashboard reads them. */
function reportGrantsSql(services: readonly string[]): string {
  return `
  set local role ${identifier(ownerRole(reportSchema))};
  foreach name in array ${texts(services.map(ownerRole))} loop
    if not has_schema_privilege(name, '${reportSchema}', 'create') then execute format('grant usage, create on schema %I to %I', '${reportSchema}', name); end if;
  end loop;
  if not has_schema_privilege('${reportRole}', '${reportSchema}', 'usage') then grant usage on schema ${identifier(reportSchema)} to ${identifier(reportRole)}; end if;
  reset role;`;
}

/** One administrator at a time: the bytes of "roles". */
const lockId = 0x726f6c6573;

function texts(names: readonly string[]): string {
  return `array[${names.map(literal).join(', ')}]::text[]`;
}

/** A text that may stand in SQL as it is. What comes here are names of ours, and what PostgreSQL keeps of a password. */
function literal(text: string): string {
  if (!/^[A-Za-z0-9_$:+/=-]*$/.test(text)) throw new RangeError('not a text of ours');
  return `'${text}'`;
}
