import { openPostgres } from '@parley/bus-postgres';
import { hasDockerEngine } from '../servers/container.js';
import { requireOr, sharedServer, type Unavailable } from '../servers/server.js';
import { startContainerPostgres } from './container-postgres.js';
import { startLocalPostgres } from './local-postgres.js';
import type { Postgres, PostgresOptions } from './postgres.js';

/**
 * A PostgreSQL server: an empty database on the one that the run shares (PARLEY_TEST_POSTGRES=postgres://…), else a container where a Docker
 * engine answers, else the programs of this machine; else why not. Gone when we are, however that comes.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres | Unavailable> {
  const shared = process.env['PARLEY_TEST_POSTGRES'];
  if (shared && Object.keys(options).length === 0) return ownDatabase(shared);
  const found = await startAny(options);
  return 'unavailable' in found ? { unavailable: requireOr('postgres', found.unavailable) } : found;
}

async function startAny(options: PostgresOptions): Promise<Postgres | Unavailable> {
  if (options.folder !== undefined || !(await hasDockerEngine())) return startLocalPostgres(options);
  try {
    return await startContainerPostgres(options);
  } catch (error) {
    return { unavailable: `PostgreSQL's container did not start: ${(error as Error).message}` };
  }
}

/** A database of a name that no other process makes. */
async function ownDatabase(shared: string): Promise<Postgres> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const run = async (sql: string): Promise<void> => {
    const database = await openPostgres(shared);
    await database.query(sql);
    await database.close();
  };
  await run(`create database ${name}`);
  const url = new URL(shared);
  url.pathname = `/${name}`;
  return { ...sharedServer('PostgreSQL server'), url: url.href, shared: true, stop: () => run(`drop database if exists ${name} with (force)`) };
}
