import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseFolderError, openPglite, openPostgres, ownerRole, type Database } from '@parley/bus-postgres';
import { Failure } from '../terminal/failure.js';

/** Where the platform's database is: on a server, or in the folder of the data. */
export interface DatabasePlace {
  readonly data: string;
  readonly url: string | undefined;
}

/** The name under which this program is known to a server. */
export const applicationName = 'parley-cli';

/**
 * Opens the platform's database for `use`, and closes it. A folder belongs to one process, so while the platform runs on it this is refused,
 * with what to do. Throws Failure.
 */
export async function withDatabase<T>(place: DatabasePlace, command: string, use: (database: Database) => Promise<T>): Promise<T> {
  const database = await open(place, command);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

async function open({ data, url }: DatabasePlace, command: string): Promise<Database> {
  try {
    if (url !== undefined) return await openPostgres(url, { applicationName, poolSize: 4 });
    const folder = join(data, 'database');
    if (!existsSync(folder)) throw new Failure(`There is no data in ${data}.`, 'give the folder of the platform’s data (--data), or set PARLEY_DATABASE_URL.', 2);
    return await openPglite({ folder });
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof DatabaseFolderError) throw folderFailure(error, command);
    throw await explained(error);
  }
}

function folderFailure(error: DatabaseFolderError, command: string): Failure {
  switch (error.problem) {
    case 'locked':
      // Its own advice, to choose another folder, is for those who start a platform.
      return new Failure(`${error.message.split('. ')[0]}.`, `stop the platform there (Ctrl-C), run \`${command}\`, then start it again (npm start).`, 1, { cause: error });
    case 'newer':
    case 'older':
    case 'damaged':
    case 'unusable':
      return new Failure(error.message, 'see above.', 1, { cause: error });
    default:
      return error.problem satisfies never;
  }
}

/** What a server answers is explained by the same words as when the platform starts; their module is large, and loaded only where it is needed. */
export async function explained(error: unknown): Promise<unknown> {
  const { explain } = await import('@parley/service');
  const text = explain(error, { port: 0 });
  return text === undefined ? error : new Failure(text, 'see above.', 1, { cause: error });
}

/**
 * Refuses where a server's database is in use: by processes of the platform that are connected, or by HTTP slots whose lease has not run out.
 * Throws Failure.
 */
export async function refuseWhileRunning(database: Database, schemas: readonly string[], command: string): Promise<void> {
  if (database.kind === 'pglite') return; // Its folder is ours alone.
  // Who is not told of other logins' programs still sees the logins themselves.
  const sql = `
    select distinct coalesce(nullif(application_name, ''), usename) as name from pg_stat_activity
    where datname = current_database() and (application_name like 'parley-%' and application_name <> $1 or usename like 'parley\\_%' and usename <> current_user)`;
  const connected = (await database.query<{ name: string }>(sql, [applicationName])).rows.map(({ name }) => name);
  const leased: string[] = [];
  for (const schema of schemas) {
    const { rows } = await database.as({ role: ownerRole(schema) }).query<{ lane: string }>(`select lane from "${schema}".lane where holder is not null and lease_until > $1`, [Date.now()]);
    leased.push(...rows.map(({ lane }) => lane));
  }
  if (connected.length === 0 && leased.length === 0) return;
  const why = connected.length > 0 ? `connected: ${connected.join(', ')}` : `leased until a moment ago: ${leased.join(', ')}`;
  throw new Failure(`The platform is running on this database (${why}).`, `stop all its processes, wait 15 s for leases to run out, then run \`${command}\`.`);
}
