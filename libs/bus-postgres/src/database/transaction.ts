import { EventEmitter } from 'node:events';
import { identifier, type QueryResult, type Transaction } from './database.js';
import type { DriverConnection } from './driver.js';
import type { Identity } from './identity.js';

/** Runs one statement on a connection. `command`: the first word of what the server says it did. `prepare` false: not kept for the next time. */
export type Run = <Row>(sql: string, params?: readonly unknown[], prepare?: boolean) => Promise<QueryResult<Row> & { readonly command: string }>;

/**
 * Sends BEGIN and, with it, whose transaction it is. Nobody need wait for the answer before sending more: where it fails there is no
 * transaction, or one in which nothing can be done, and what follows fails as well.
 */
export function startTransaction(run: Run, as: Identity | undefined): Promise<unknown> {
  const settings = Object.entries(as?.settings ?? {});
  const literal = settings.filter(([, value]) => plain.test(value));
  const other = settings.filter(([, value]) => !plain.test(value));
  // One text where that is possible: each message more costs as much as the role does.
  const begun = run(['begin', ...(as ? [`set local role ${identifier(as.role)}`] : []), ...literal.map(([name, value]) => `set local ${settingName(name)} = '${value}'`)].join('; '));
  begun.catch(() => undefined);
  if (other.length === 0) return begun;
  const set = run('select set_config(name, value, true) from unnest($1::text[], $2::text[]) as s(name, value)', [other.map(([name]) => name), other.map(([, value]) => value)]);
  const started = Promise.all([begun, set]);
  started.catch(() => undefined);
  return started;
}

/** What may stand between quotes as it is: our ids are made of nothing else. */
const plain = /^[A-Za-z0-9_.:,*-]*$/;

/** `parley.business_id`, quoted part by part. */
function settingName(name: string): string {
  return name.split('.').map(identifier).join('.');
}

/** Runs `work` between BEGIN and COMMIT on one connection that nobody else uses. */
export async function inTransaction<T>(run: Run, work: (transaction: Transaction) => Promise<T>, as?: Identity): Promise<T> {
  let over = false;
  const runWithin: Run = async (sql, params, prepare) => {
    if (over) throw new Error('the transaction is over');
    return run(sql, params, prepare);
  };
  // Not awaited: where the connection pipelines, BEGIN travels with the first statement. Its own failure is the connection's, and shows there.
  const begun = startTransaction(run, as);
  try {
    const result = await work({ query: (sql, params) => runWithin(sql, params), connection: connectionOf(runWithin) });
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
    await begun; // What went wrong first is what tells: the rest only followed.
    throw error;
  }
}

/** Words that would end the transaction, or change whose it is. */
const control = /^\s*(?:begin|start|commit|end|rollback|abort|savepoint|release|set|reset|discard|prepare\s+transaction)\b/i;

/** The connection of a transaction, as TypeORM uses one. Statements are not kept prepared: TypeORM's texts are made from values. */
function connectionOf(run: Run): DriverConnection {
  const query: DriverConnection['query'] = async (sql, params) => {
    if (control.test(sql)) throw new Error(`this is one transaction already, and stays whose it is: ${sql.trim().split(/\s+/, 2).join(' ')}`);
    const { rows, rowCount, command } = await run(sql, params?.length ? params : undefined, false);
    return { rows: [...rows], rowCount, command };
  };
  return Object.assign(new EventEmitter(), { query });
}
