import { protocol, type messages, type PGlite } from '@electric-sql/pglite';
import type { QueryResult } from './database.js';
import { StatementNames } from './statements.js';
import { encodeParameter, parseColumn } from './values.js';

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];
type Fields = readonly messages.RowDescriptionMessage['fields'][number][];
export type SessionResult = QueryResult<Record<string, unknown>> & { readonly command: string };

const { serialize } = protocol;

/**
 * PGlite's one session, spoken to in the wire protocol: a statement is parsed once and then bound and executed in a single call, which takes
 * a third of the time of PGlite's own `query`, and bytes go in as they are. Whoever uses it holds the database's turn.
 */
export class PgliteSession {
  readonly #names = new StatementNames();
  /** Prepared statements with the columns they give. */
  readonly #prepared = new Map<string, Fields>();
  /** What was sent so far, for upkeep to see how much has happened. */
  readonly sent = { statements: 0, bytes: 0 };
  /** What stopped the engine, once something has. */
  #stopped: Error | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly engine: PGlite) {}

  /**
   * Statements run in the order they were given; nobody need wait for one before giving the next. With parameters they stay prepared, unless
   * told otherwise: whoever writes a new text for each value would use up the names.
   */
  run(sql: string, params?: readonly unknown[], prepare = true): Promise<SessionResult> {
    const result = this.#last.then(() => (params ? this.#runBound(sql, params, prepare) : this.#runSimple(sql)));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #runSimple(sql: string): Promise<SessionResult> {
    return readResult(succeeded(await this.#exchange([serialize.query(sql)])), []).result;
  }

  async #runBound(sql: string, params: readonly unknown[], prepare: boolean): Promise<SessionResult> {
    const name = prepare ? this.#names.of(sql) : undefined;
    const known = name === undefined ? undefined : this.#prepared.get(name);
    const answer = await this.#exchange(bound(sql, name, known !== undefined, params));
    try {
      const { result, fields } = readResult(succeeded(answer), known ?? []);
      if (name !== undefined && known === undefined) this.#prepared.set(name, fields);
      return result;
    } catch (error) {
      // Nobody knows whether the statement was parsed, or its plan still fits the tables: it is parsed again.
      if (name !== undefined) this.#prepared.delete(name);
      throw error;
    }
  }

  async #exchange(parts: readonly Uint8Array[]): Promise<readonly Message[]> {
    if (this.#stopped) throw this.#stopped;
    const message = Buffer.concat(parts);
    this.sent.statements += 1;
    this.sent.bytes += message.length;
    const answer = await this.engine.execProtocolStream(message, { throwOnError: false, syncToFs: false });
    if (answer.at(-1)?.name === 'readyForQuery') return answer;
    // The engine exits where PostgreSQL would: a write to the log of changes failed, memory ran out.
    this.#stopped = new Error('the embedded database has stopped (is the disk full?). Restart; what was committed is kept.');
    throw this.#stopped;
  }

  get inTransaction(): boolean {
    return this.engine.isInTransaction();
  }

  async close(): Promise<void> {
    this.#stopped ??= new Error('the database is closed');
    await this.engine.close();
  }
}

/** Parses where that has not been done, binds, and executes. The columns are asked for once: a statement whose columns change is refused. */
function bound(sql: string, name: string | undefined, prepared: boolean, params: readonly unknown[]): Uint8Array[] {
  const values = params.map(encodeParameter);
  const named = name === undefined ? {} : { name };
  const bind = serialize.bind({ ...(name !== undefined && { statement: name }), values });
  if (prepared) return [bind, serialize.execute(), serialize.sync()];
  const forget = name === undefined ? [] : [serialize.close({ type: 'S', name })];
  return [...forget, serialize.parse({ ...named, text: sql }), bind, serialize.describe({ type: 'P' }), serialize.execute(), serialize.sync()];
}

/** The answer, unless it tells of an error. */
function succeeded(answer: readonly Message[]): readonly Message[] {
  const failed = answer.find(({ name }) => name === 'error');
  if (failed) throw failed as messages.DatabaseError;
  return answer;
}

/** The result of the last statement, and its columns. */
function readResult(answer: readonly Message[], known: Fields): { readonly result: SessionResult; readonly fields: Fields } {
  let fields = known;
  let rows: Record<string, unknown>[] = [];
  let command = '';
  let rowCount = 0;
  for (const message of answer) {
    if (message.name === 'rowDescription') {
      fields = (message as messages.RowDescriptionMessage).fields;
      rows = [];
    } else if (message.name === 'dataRow') {
      rows.push(readRow(fields, (message as messages.DataRowMessage).fields));
    } else if (message.name === 'commandComplete') {
      // "INSERT 0 5", "SELECT 2", "CREATE TABLE".
      const words = (message as messages.CommandCompleteMessage).text.split(' ');
      command = words[0]!;
      rowCount = Number(words.at(-1)) || 0;
    }
  }
  return { result: { rows, rowCount, command }, fields };
}

function readRow(fields: Fields, texts: messages.DataRowMessage['fields']): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index += 1) {
    const { name, dataTypeID } = fields[index]!;
    const text = texts[index];
    row[name] = text === null || text === undefined ? null : parseColumn(dataTypeID, text);
  }
  return row;
}
