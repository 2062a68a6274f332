import type { Server } from '../servers/server.js';

export interface PostgresOptions {
  /** A server for this caller alone, even where a run shares one. Any other option implies it. */
  readonly own?: boolean;
  /** Commits wait for the disk. By itself they do not: they survive a kill of the server, but not of the machine. */
  readonly fsync?: boolean;
  /** Where its data stays; by itself a temporary folder that goes with it. Not in a container. */
  readonly folder?: string;
  /** Its port; a free one by itself. */
  readonly port?: number;
  /** Of the superuser `parley`; without one nobody is asked for a password. It counts when the data is made. */
  readonly password?: string;
  /** More settings of postgresql.conf. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface Postgres extends Server {
  /** An empty database, as a superuser. */
  readonly url: string;
  /** Other specs use the server, too: its roles are there. The database is this caller's alone. */
  readonly shared: boolean;
}

/** Where the superuser finds the empty database. */
export function addressOf(host: string, port: number, { password }: PostgresOptions): string {
  return `postgres://parley${password === undefined ? '' : `:${encodeURIComponent(password)}`}@${host}:${port}/postgres`;
}

/** What every server of the tests is told, however it is run. */
export function serverSettings({ fsync = false, config = {} }: PostgresOptions): Readonly<Record<string, string>> {
  return { fsync: fsync ? 'on' : 'off', max_connections: '100', ...config };
}
