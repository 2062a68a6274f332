import pg from 'pg';
import { identifier, sqlState, type Database, type QueryResult, type Transaction } from './database.js';
import { driverModule, type DriverConnection, type LentConnection } from './driver.js';
import { ActingDatabase, type Identity } from './identity.js';
import { StatementNames } from './statements.js';
import { inTransaction, type Run } from './transaction.js';
import { columnTypes, encodeParameter } from './values.js';

export interface PostgresOptions {
  /** Connections at most. */
  readonly poolSize?: number;
  readonly applicationName?: string;
  /** A process that stops within a transaction holds its lane's row; after this long the server ends that session, and the lane can be claimed. */
  readonly idleInTransactionMs?: number;
  /** Told of connections lost while idle; the pool makes new ones. */
  readonly report?: (error: Error) => void;
}

/** Opens a pool of connections to a server: `postgres://user:password@host:port/database`. Rejects when the server cannot be reached. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const database = new PostgresDatabase(url, options);
  try {
    await database.query('select 1');
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

const listenerRetryMs = 1_000;

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly #names = new StatementNames();
  readonly #pool: pg.Pool;
  readonly #settings: pg.ClientConfig;
  readonly #report: (error: Error) => void;
  readonly #listeners = new Set<() => Promise<void>>();
  #login: string | undefined;

  constructor(url: string, { poolSize = 10, applicationName = 'parley', idleInTransactionMs = 15_000, report = () => undefined }: PostgresOptions) {
    this.#report = report;
    this.#settings = { connectionString: url, application_name: applicationName };
    const pooled = {
      ...this.#settings,
      max: poolSize,
      types: columnTypes,
      // Statements are sent without waiting for the answer to the one before: a commit is two round trips, however many statements it has.
      pipeline: true,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      // Prepared plans are made while tables are empty, where reading the whole table looks cheapest, and would be kept while they grow. Where
      // there is no index, that setting makes the price look enormous, and a compiler for enormous queries would start on a small one.
      options: '-c enable_seqscan=off -c jit=off',
    };
    this.#pool = new pg.Pool(pooled);
    this.#pool.on('error', report);
  }

  async query<Row>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#with((run) => run<Row>(sql, params));
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#with((run) => inTransaction(run, work));
  }

  /** Connections begin as the URL's user: nothing has to be said to act as that one. */
  as(identity: Identity): Database {
    return identity.role === this.#login && identity.settings === undefined ? this : new ActingDatabase(this, (use) => this.#with(use), identity);
  }

  async learnLogin(): Promise<void> {
    this.#login = (await this.query<{ login: string }>('select current_user as login')).rows[0]!.login;
  }

  async #with<T>(use: (run: Run) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const lost = (error: Error): void => void (broken = error);
    client.on('error', lost);
    try {
      return await use((sql, params, prepare) => this.#run(client, sql, params, prepare));
    } catch (error) {
      // A plan kept on this connection no longer fits its table ("cached plan must not change result type"): the next one plans anew.
      if (sqlState(error) === '0A000') broken = error as Error;
      throw error;
    } finally {
      client.removeListener('error', lost);
      giveBack(client, broken);
    }
  }

  async #run<Row>(client: pg.PoolClient, sql: string, params?: readonly unknown[], prepare = true): Promise<QueryResult<Row> & { readonly command: string }> {
    const name = params && prepare ? this.#names.of(sql) : undefined;
    const values = params?.map(encodeParameter);
    const given = await client.query({ text: sql, ...(values && { values }), ...(name !== undefined && { name }) });
    // Several statements in one text give several results; the last one counts.
    const { rows, rowCount, command } = Array.isArray(given) ? (given as pg.QueryResult[]).at(-1)! : given;
    return { rows: rows as Row[], rowCount: rowCount ?? 0, command };
  }

  async listen(channel: string, told: (payload: string) => void): Promise<() => Promise<void>> {
    let client: pg.Client | undefined;
    let stopped = false;
    let retry: NodeJS.Timeout | undefined;
    const again = (error: Error): void => {
      this.#report(error);
      if (stopped || retry) return;
      retry = setTimeout(() => {
        retry = undefined;
        connect().catch(again);
      }, listenerRetryMs);
    };
    const connect = async (): Promise<void> => {
      client = new pg.Client(this.#settings);
      client.on('error', again);
      client.on('notification', ({ payload }) => told(payload ?? ''));
      await client.connect();
      await client.query(`listen ${identifier(channel)}`);
    };
    const stop = async (): Promise<void> => {
      stopped = true;
      clearTimeout(retry);
      this.#listeners.delete(stop);
      await client?.end().catch(() => undefined);
    };
    this.#listeners.add(stop);
    await connect();
    return stop;
  }

  typeormDriver(): object {
    return driverModule(async (): Promise<LentConnection> => {
      const client = await this.#pool.connect();
      return { connection: client as unknown as DriverConnection, release: (error) => giveBack(client, error) };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners].map((stop) => stop()));
    if (!this.#pool.ended) await this.#pool.end();
  }
}

/** A connection given back within a transaction must not leave it to the next user. */
function giveBack(client: pg.PoolClient, broken: Error | undefined): void {
  client.release(broken ?? client.getTransactionStatus() !== 'I');
}
