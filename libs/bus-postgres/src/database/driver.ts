import { EventEmitter } from 'node:events';

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
