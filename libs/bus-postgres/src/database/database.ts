import type { DriverConnection } from './driver.js';
import type { Identity } from './identity.js';

/** What a statement gave back. `rowCount`: rows returned, or changed. */
export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  readonly rowCount: number;
}

/** Something that runs SQL: the database itself, or a transaction in it. */
export interface Queryable {
  /**
   * Runs one statement with parameters (kept prepared under its text, so a text must not be built from values), or several without.
   * Parameters: strings, numbers, bigints, booleans, null, bytes, dates, arrays of these, and objects (as JSON).
   * Rows: see `parseColumn` for what a column becomes.
   */
  query<Row = { readonly [column: string]: unknown }>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>>;
}

/** A transaction that is under way. */
export interface Transaction extends Queryable {
  /** Its connection, to be handed to TypeORM through a TypeormLink. */
  readonly connection: DriverConnection;
}

/** A PostgreSQL database, in this process (PGlite) or on a server. */
export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /** The same database as somebody: its statements and transactions run under that role, with those settings, and leave neither behind. */
  as(identity: Identity): Database;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. `work` uses only the transaction it is given:
   * on PGlite one transaction runs at a time, and asking the database itself inside would wait for itself.
   * When COMMIT fails, the error leaves open whether it happened.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Calls `told` with the payload of each NOTIFY on `channel`, from any process; a lost connection is made again. Returns how to stop. On PGlite nobody else can notify: nothing is ever told. */
  listen(channel: string, told: (payload: string) => void): Promise<() => Promise<void>>;
  /** For TypeORM: `new DataSource({ type: 'postgres', driver: database.typeormDriver() })`. It shares this database's connections and never closes them. */
  typeormDriver(): object;
  /** Waits for what is running, then closes. */
  close(): Promise<void>;
}

/** Why a folder cannot be opened as a database. */
export type FolderProblem = 'locked' | 'newer' | 'older' | 'damaged' | 'unusable';

/** A data folder that cannot be used. The message says what to do. */
export class DatabaseFolderError extends Error {
  override readonly name = 'DatabaseFolderError';

  constructor(
    readonly problem: FolderProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The five characters by which PostgreSQL names an error; undefined where it was something else that failed. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** A name that may stand in SQL as it is, quoted. Ours are all lower case; anything else is a mistake, or an attack. */
export function identifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new RangeError(`not a name for a table, column or schema: ${JSON.stringify(name)}`);
  return `"${name}"`;
}

/** Makes a schema where there is none. `create schema if not exists` asks for the right to create one even where it is there already. */
export function schemaSql(schema: string): string {
  return `do $$ begin if to_regnamespace('${identifier(schema)}') is null then create schema ${identifier(schema)}; end if; end $$;`;
}
