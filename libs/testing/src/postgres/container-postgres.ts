import { containerHost, startContainer } from '../servers/container.js';
import { freePorts } from '../servers/server.js';
import { addressOf, serverSettings, type Postgres, type PostgresOptions } from './postgres.js';

/** Runs PostgreSQL's image; the port is ours to choose, so that it stays the same over a restart. */
export async function startContainerPostgres(options: PostgresOptions): Promise<Postgres> {
  const port = options.port ?? (await freePorts(1))[0]!;
  const settings = Object.entries(serverSettings(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = await startContainer({
    image: 'postgres:17',
    command: ['postgres', ...settings],
    environment: { POSTGRES_USER: 'parley', POSTGRES_DB: 'postgres', ...(options.password === undefined ? { POSTGRES_HOST_AUTH_METHOD: 'trust' } : { POSTGRES_PASSWORD: options.password }), POSTGRES_INITDB_ARGS: '-E UTF8 --locale=C' },
    ports: new Map([[5432, port]]),
    files: new Map(),
    // Over TCP: while it is being made, it listens on its socket only.
    healthy: 'pg_isready -h 127.0.0.1 -U parley',
    readyMs: 120_000,
  });
  return Object.assign(server, { url: addressOf(await containerHost(), port, options), shared: false });
}
