import { administer, administratorSql, allRoles, allSchemas, openPostgres, type Database } from '@parley/bus-postgres';
import type { Random } from '@parley/crypto';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { applicationName, explained } from './database.js';
import { addressFor, loginNames, newPassword, passwordIn, readLogins, writeLogins, type Logins } from './logins.js';
import { scramVerifier } from './scram.js';

export interface Administration {
  readonly services: readonly string[];
  /** An administrator's address. */
  readonly url: string;
  /** File of logins: passwords in it are used, others are added. Null: none. */
  readonly logins: string | null;
  /** Replaces passwords that there are already. */
  readonly newPasswords: boolean;
  readonly json: boolean;
  readonly random: Random;
}

interface Made {
  readonly name: string;
  /** False: it was there already. */
  readonly made: boolean;
}

interface Outcome {
  readonly roles: readonly Made[];
  readonly schemas: readonly Made[];
  /** Addresses; without a password where it was not changed, and so is not known here. */
  readonly logins: Logins;
}

/** Makes roles, schemas, grants and logins on a server, as far as they are not there. Throws Failure. */
export async function administrate(options: Administration, terminal: Terminal): Promise<0> {
  const outcome = await onServer(options.url, (database) => make(database, options));
  if (options.json) terminal.line(JSON.stringify(outcome));
  else print(outcome, options.logins, terminal);
  return 0;
}

/** The SQL that does the same; passwords only of a file of logins. */
export function printSql({ services, logins, random }: Pick<Administration, 'services' | 'logins' | 'random'>, terminal: Terminal): 0 {
  const known = logins === null ? {} : readLogins(logins);
  const passwords = new Map([...loginNames(services)].flatMap(([name, role]) => {
    const password = passwordIn(known[name], role);
    return password === null ? [] : [[role, password] as const];
  }));
  terminal.line(administratorSql({ services, passwords: verifiersOf(passwords, random) }).trim());
  return 0;
}

async function make(database: Database, { services, url, logins, newPasswords, random }: Administration): Promise<Outcome> {
  const before = await look(database, services);
  const known = logins === null || newPasswords ? {} : readLogins(logins);
  const changes = logins !== null || newPasswords;
  const passwords = new Map<string, string>();
  const addresses: Record<string, string> = {};
  for (const [name, role] of loginNames(services)) {
    const password = changes || !before.roles.has(role) ? (passwordIn(known[name], role) ?? newPassword(random)) : null;
    if (password !== null) passwords.set(role, password);
    addresses[name] = addressFor(url, role, password);
  }
  // First the file: a password that only the server knows would be of no use.
  if (logins !== null) writeLogins(logins, addresses);
  await administer(database, { services, passwords: verifiersOf(passwords, random) });
  return {
    roles: allRoles({ services }).map((name) => ({ name, made: !before.roles.has(name) })),
    schemas: allSchemas({ services }).map((name) => ({ name, made: !before.schemas.has(name) })),
    logins: addresses,
  };
}

function verifiersOf(passwords: ReadonlyMap<string, string>, random: Random): ReadonlyMap<string, string> {
  return new Map([...passwords].map(([role, password]) => [role, scramVerifier(password, random(16))]));
}

async function look(database: Database, services: readonly string[]): Promise<{ readonly roles: ReadonlySet<string>; readonly schemas: ReadonlySet<string> }> {
  const names = async (sql: string, wanted: readonly string[]): Promise<ReadonlySet<string>> => {
    const { rows } = await database.query<{ name: string }>(sql, [wanted]);
    return new Set(rows.map(({ name }) => name));
  };
  return {
    roles: await names('select rolname as name from pg_roles where rolname = any($1::text[])', allRoles({ services })),
    schemas: await names('select nspname as name from pg_namespace where nspname = any($1::text[])', allSchemas({ services })),
  };
}

async function onServer<T>(url: string, use: (database: Database) => Promise<T>): Promise<T> {
  addressFor(url, '', null); // An address at all?
  let database: Database | undefined;
  try {
    database = await openPostgres(url, { applicationName, poolSize: 1 });
    return await use(database);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if ((error as { readonly code?: unknown }).code !== '42501') throw await explained(error);
    const fix = 'give the address of a superuser, or of a role with CREATEROLE and CREATE on the database. Where roles of these names have more rights than they should, only a superuser can take them away.';
    throw new Failure(`The login of --url may not do this: ${(error as Error).message}.`, fix, 1, { cause: error });
  } finally {
    await database?.close();
  }
}

function print({ roles, schemas, logins }: Outcome, file: string | null, { line, remark, ink }: Terminal): void {
  const width = Math.max(...[...roles, ...schemas].map(({ name }) => name.length));
  const told = (what: string, { name, made }: Made): string => `${what} ${name.padEnd(width)} ${made ? ink.good('made') : ink.faint('was there')}`;
  for (const role of roles) line(told('role  ', role));
  for (const schema of schemas) line(told('schema', schema));
  line();
  line(file === null ? 'PARLEY_DATABASE_URL of each process. New passwords are shown this once; keep them.' : `PARLEY_DATABASE_URL of each process, kept in ${file}:`);
  for (const [name, address] of Object.entries(logins)) line(`  ${name.padEnd(15)}${address}`);
  const unchanged = Object.values(logins).some((address) => new URL(address).password === '');
  if (unchanged) remark('An address without a password: the login keeps the one it has. --new-passwords gives new ones.');
  remark('report: for dashboards, which read the views of report_v1 and nothing else.');
  remark('platform: for a process with all services (npm start), and for parley rebuild, redrive and log.');
}
