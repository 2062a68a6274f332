import { EventEmitter } from 'node:events';
import type { Database, Transaction } from './database.js';

/** A connection as TypeORM uses one: an emitter with `query`. */
export interface DriverConnection extends EventEmitter {
  query(sql: string, params?: readonly unknown[]): Promise<{ rows: unknown[]; rowCount: number | null; command: string }>;
}

export interface LentConnection {
  readonly connection: DriverConnection;
  /** With an error: the connection is not to be used again. */
  release(error?: Error): void;
}

type Connected = (error: Error | undefined, connection?: DriverConnection, release?: (error?: Error) => void) => void;

/**
 * A module with the part of `pg` that TypeORM's postgres driver uses: a Pool whose connections are lent from `lend`. On PGlite the one
 * session is lent, and is exclusive from connect to release: two query runners that shared it would run in one another's transactions, and
 * what one rolled back would be committed by the other.
 */
export function driverModule(lend: () => Promise<LentConnection>): object {
  class Pool extends EventEmitter {
    connect(connected: Connected): void {
      lend().then(
        ({ connection, release }) => connected(undefined, connection, release),
        (error: unknown) => connected(error instanceof Error ? error : new Error(String(error))),
      );
    }

    /** The connections belong to the database, which outlives the data sources on it. */
    end(ended: (error?: Error) => void): void {
      ended();
    }
  }
  return { Pool };
}

type Pool = { connect(connected: Connected): void };

/**
 * TypeORM's way to a database that can be narrowed. At first connections are lent as the database's driver lends them (TypeORM looks around,
 * migrations run); once it is sealed, only connections of transactions that are handed over: a query outside of one is an error.
 */
export class TypeormLink {
  readonly driver: object;
  #sealed = false;
  #handed: Transaction | undefined;

  constructor(database: Database) {
    const { Pool } = database.typeormDriver() as { readonly Pool: new () => Pool };
    const usual = new Pool();
    this.driver = driverModule(() => this.#lend(usual));
  }

  seal(): void {
    this.#sealed = true;
  }

  /** Calls `connect`, which asks TypeORM for a connection, and has it get this transaction's. */
  async hand<T>(transaction: Transaction, connect: () => Promise<T>): Promise<T> {
    this.#handed = transaction;
    // TypeORM asks its pool before it first waits for anything; were that to change, the next one to ask would be somebody else.
    const connecting = connect();
    const taken = this.#handed === undefined;
    this.#handed = undefined;
    const connected = await connecting;
    if (!taken) throw new Error('TypeORM did not take the connection it was handed');
    return connected;
  }

  async #lend(usual: Pool): Promise<LentConnection> {
    const transaction = this.#handed;
    this.#handed = undefined;
    if (transaction) return { connection: transaction.connection, release: () => undefined };
    if (this.#sealed) throw new Error('rows are read and written on behalf of somebody: there is no connection outside of such a transaction');
    return new Promise((resolve, reject) => {
      usual.connect((error, connection, release) => (error ? reject(error) : resolve({ connection: connection!, release: release! })));
    });
  }
}
