import { identifier, type Database, type QueryResult, type Transaction } from './database.js';
import { inTransaction, startTransaction, type Run } from './transaction.js';

/** As whom statements run: a role, and settings that policies of row-level security read. Both end with the transaction. */
export interface Identity {
  readonly role: string;
  /** `current_setting('<name>', true)` gives the text within the transaction. */
  readonly settings?: { readonly [name: string]: string };
}

/** One connection for the time of `use`, which is nobody else's then. */
export type Lend = <T>(use: (run: Run) => Promise<T>) => Promise<T>;

/** A database, every statement of which runs as somebody: in a transaction of its own, or in the one that it is part of. */
export class ActingDatabase implements Database {
  constructor(
    private readonly database: Database,
    private readonly lend: Lend,
    private readonly identity: Identity,
  ) {
    identifier(identity.role);
  }

  get kind(): Database['kind'] {
    return this.database.kind;
  }

  /** BEGIN with its role, the statement and COMMIT are sent without waiting for one another: one round trip. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.lend(async (run) => {
      const started = startTransaction(run, this.identity);
      const outcomes = [started, run<Row>(sql, params), run('commit')] as const;
      // The first error tells; those behind it only follow from it. Where one failed, COMMIT was a rollback.
      await Promise.allSettled(outcomes);
      await started;
      return outcomes[1];
    });
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.lend((run) => inTransaction(run, work, this.identity));
  }

  as(identity: Identity): Database {
    return this.database.as(identity);
  }

  listen(channel: string, told: (payload: string) => void): Promise<() => Promise<void>> {
    return this.database.listen(channel, told);
  }

  /** TypeORM's connections have no identity of ours: see `TypeormLink`. */
  typeormDriver(): never {
    throw new Error('TypeORM is given the database itself, and transactions of this one through a TypeormLink');
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
