import type { Queryable, QueryResult } from './database.js';

/** Runs one statement on a connection. `command`: the first word of what the server says it did. */
export type Run = <Row>(sql: string, params?: readonly unknown[]) => Promise<QueryResult<Row> & { readonly command: string }>;

/** Runs `work` between BEGIN and COMMIT on one connection that nobody else uses. */
export async function inTransaction<T>(run: Run, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  let over = false;
  const query: Queryable['query'] = async (sql, params) => {
    if (over) throw new Error('the transaction is over');
    return run(sql, params);
  };
  // Not awaited: where the connection pipelines, BEGIN travels with the first statement. Its own failure is the connection's, and shows there.
  const begun = run('begin');
  begun.catch(() => undefined);
  try {
    const result = await work({ query });
    await begun;
    over = true;
    // A statement whose error was swallowed has aborted the transaction; COMMIT then rolls back without an error of its own.
    const { command } = await run('commit');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } catch (error) {
    if (!over) {
      over = true;
      await run('rollback');
    }
    throw error;
  }
}
