import { EventEmitter } from 'node:events';
import { PGlite } from '@electric-sql/pglite';
import type { Database, QueryResult, Transaction } from './database.js';
import { driverModule, type DriverConnection, type LentConnection } from './driver.js';
import { DurableFiles } from './durable-files.js';
import { DataFolder } from './folder.js';
import { ActingDatabase, type Identity } from './identity.js';
import { PgliteSession } from './session.js';
import { inTransaction, type Run } from './transaction.js';
import { Turns } from './turns.js';
import { Upkeep } from './upkeep.js';

export interface PgliteFolder {
  readonly folder: string;
  /** Whether a commit waits for the disk, and so survives the machine as well as the process. Default true. */
  readonly durable?: boolean;
}

export interface PgliteMemory {
  readonly memory: true;
}

// Prepared plans are made while tables are empty, where reading the whole table looks cheapest, and would be kept while they grow. Without
// the sizes, files of the log of changes that a checkpoint has made superfluous would be kept up to a gigabyte.
const settings = ['enable_seqscan=off', 'max_wal_size=128MB', 'min_wal_size=32MB'].flatMap((setting) => ['-c', setting]);

/**
 * Opens PostgreSQL within this process: in a folder, made where there is none (3-4 s; 0.7 s when it exists), or in memory. One process at a
 * time has a folder.
 *
 * @throws DatabaseFolderError
 */
export async function openPglite(options: PgliteFolder | PgliteMemory): Promise<Database> {
  if ('memory' in options) return new PgliteDatabase(await PGlite.create({ startParams: [...PGlite.defaultStartParams, ...settings] }));
  const folder = DataFolder.claim(options.folder);
  try {
    const database = new PgliteDatabase(await openFolder(folder, options.durable ?? true), () => folder.release());
    folder.markReady();
    return database;
  } catch (error) {
    folder.release();
    throw error;
  }
}

async function openFolder(folder: DataFolder, durable: boolean): Promise<PGlite> {
  const said: string[] = [];
  const hear = (line: string): boolean => {
    const complaint = /\b(?:FATAL|PANIC|ERROR|DETAIL): +(.*)/.exec(line);
    if (complaint) said.push(complaint[1]!);
    return false;
  };
  const start = durable ? [...PGlite.defaultStartParams.filter((option) => option !== '-F'), '-c', 'wal_sync_method=fsync'] : PGlite.defaultStartParams;
  const engine = new PGlite({ fs: new DurableFiles(folder.files), startParams: [...start, ...settings], onStderr: hear, onStdout: hear });
  try {
    await engine.waitReady;
    return engine;
  } catch (cause) {
    throw folder.refused(said.join('; ') || String(cause), cause);
  }
}

class PgliteDatabase implements Database {
  readonly kind = 'pglite';
  readonly #session: PgliteSession;
  readonly #turns = new Turns();
  readonly #upkeep: Upkeep;
  #closing: Promise<void> | undefined;

  constructor(
    engine: PGlite,
    private readonly released: () => void = () => undefined,
  ) {
    this.#session = new PgliteSession(engine);
    this.#upkeep = new Upkeep(this.#session, this.#turns);
  }

  async query<Row>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#inTurn(() => this.#run<Row>(sql, params));
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#inTurn(() => inTransaction(this.#run, work));
  }

  as(identity: Identity): Database {
    return new ActingDatabase(this, (use) => this.#inTurn(() => use(this.#run)), identity);
  }

  readonly #run: Run = async <Row>(sql: string, params?: readonly unknown[], prepare = true) =>
    (await this.#session.run(sql, params, prepare)) as unknown as QueryResult<Row> & { readonly command: string };

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const giveBack = await this.#turns.take();
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  async listen(): Promise<() => Promise<void>> {
    return async () => undefined;
  }

  typeormDriver(): object {
    return driverModule(async (): Promise<LentConnection> => {
      const giveBack = await this.#turns.take();
      const connection = Object.assign(new EventEmitter(), {
        query: async (sql: string, params?: readonly unknown[]) => {
          const { rows, rowCount, command } = await this.#session.run(sql, params?.length ? params : undefined, false);
          return { rows: [...rows], rowCount, command };
        },
      }) satisfies DriverConnection;
      return { connection, release: () => void this.#endLent().catch(() => undefined).finally(giveBack) };
    });
  }

  /** A connection given back within a transaction must not leave it to the next user. */
  async #endLent(): Promise<void> {
    if (this.#session.inTransaction) await this.#session.run('rollback');
  }

  async close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      this.#upkeep.stop();
      try {
        await this.#session.close();
      } finally {
        this.released();
      }
    });
    await this.#closing;
  }
}
