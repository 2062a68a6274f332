import { DataError } from '@parley/bus';
import type { ColumnType, ColumnValue, RowChange, Table } from '@parley/contracts';
import { identifier } from '../database/database.js';
import { arrayOf, carrierOf } from './arrays.js';
import type { Statement } from './statement.js';

type Row = { readonly [column: string]: ColumnValue };

/** One projection's statements: a batch of changed rows is one upsert and, where rows go, one delete. */
export class Projection {
  readonly #upsert: string;
  readonly #remove: string;
  readonly #columns: readonly string[];
  readonly dumpSql: string;
  readonly resetSql: string;

  constructor(
    schema: string,
    readonly table: Table,
  ) {
    const name = `${identifier(schema)}.${identifier(table.name)}`;
    this.#columns = Object.keys(table.columns);
    const columns = this.#columns.map(identifier);
    const key = table.key.map(identifier);
    const set = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
    const keyColumns = Object.fromEntries(table.key.map((column) => [column, table.columns[column]!]));
    this.#upsert = `
      insert into ${name} as t (${columns.join(', ')}, source_partition)
      select ${this.#columns.map((column) => castOf(column, table.columns[column]!.type)).join(', ')}, $1::int from unnest(${arrayTypes(table.columns)}) as r(${columns.join(', ')})
      on conflict (${key.join(', ')}) do update set ${[...set, 'source_partition = excluded.source_partition'].join(', ')}
      where t.source_partition = excluded.source_partition`;
    // From the keys to the rows, one by one: a join would be planned while the table is empty, and read all of it once it is not.
    this.#remove = `
      delete from ${name} where ctid = any(array(
        select t.ctid from unnest(${arrayTypes(keyColumns)}) as r(${key.join(', ')}), lateral (
          select ctid from ${name} where ${key.map((column) => `${column} = r.${column}`).join(' and ')} and source_partition = $1::int limit 1
        ) t))`;
    this.dumpSql = `select (to_jsonb(t) - 'source_partition')::text as row from ${name} t where source_partition = $1`;
    this.resetSql = `delete from ${name} where source_partition = $1`;
  }

  /** What writes the changes of one batch of one source partition: the last change of each key counts. */
  statements(partition: number, changes: readonly RowChange[]): Statement[] {
    const put: Row[] = [];
    const gone: RowChange['key'][] = [];
    for (const { key, row } of this.#last(changes)) {
      if (row === null) gone.push(key);
      else put.push(this.#checked(row));
    }
    const check = (rowCount: number): void => {
      if (rowCount === put.length) return;
      throw new DataError(`${this.table.name}: ${put.length - rowCount} rows belong to another source partition; each row has one that writes it`);
    };
    return [
      ...(put.length > 0 ? [{ sql: this.#upsert, params: [partition, ...this.#arrays(this.#columns, put)], check }] : []),
      ...(gone.length > 0 ? [{ sql: this.#remove, params: [partition, ...this.#arrays(this.table.key, gone)] }] : []),
    ];
  }

  /** The last change of each row. */
  #last(changes: readonly RowChange[]): Iterable<RowChange> {
    const [only, ...others] = this.table.key;
    const last = new Map<unknown, RowChange>();
    for (const change of changes) last.set(others.length === 0 ? change.key[only!] : JSON.stringify(this.table.key.map((column) => change.key[column])), change);
    return last.values();
  }

  #arrays(columns: readonly string[], rows: readonly Row[]): Buffer[] {
    return columns.map((column) => arrayOf(this.table.columns[column]!.type, rows.map((row) => row[column])));
  }

  #checked(row: Row): Row {
    let count = 0;
    for (const column in row) {
      if (this.table.columns[column] === undefined) count = Infinity;
      count += 1;
    }
    if (count === this.#columns.length) return row;
    throw new DataError(`${this.table.name}: a row with columns ${Object.keys(row).join(', ')} where ${this.#columns.join(', ')} are wanted`);
  }
}

/** `$2::text[], $3::bigint[]` and so on: `$1` is the source partition. */
function arrayTypes(columns: Table['columns']): string {
  return Object.values(columns).map(({ type }, index) => `$${index + 2}::${carrierOf(type)}`).join(', ');
}

/** A column of what was unnested, as its table has it. */
function castOf(column: string, type: ColumnType): string {
  return type.endsWith('[]') ? `${identifier(column)}::${type}` : identifier(column);
}

/** The projections of several topologies in one schema. */
export class Projections {
  readonly #tables = new Map<string, Projection>();
  readonly #byTopology = new Map<string, readonly Projection[]>();

  constructor(schema: string, topologies: readonly { readonly name: string; readonly tables: readonly Table[] }[]) {
    for (const { name, tables } of topologies) {
      for (const table of tables) {
        if (this.#tables.has(table.name)) throw new Error(`two topologies write to ${table.name}: a row has one source partition that writes it`);
        this.#tables.set(table.name, new Projection(schema, table));
      }
      this.#byTopology.set(name, tables.map((table) => this.#tables.get(table.name)!));
    }
  }

  of(lane: string): readonly Projection[] {
    return this.#byTopology.get(lane.slice(0, lane.lastIndexOf('/'))) ?? [];
  }

  statements(lane: string, changes: readonly RowChange[]): Statement[] {
    const partition = partitionOfLane(lane);
    const byTable = new Map<string, RowChange[]>();
    for (const change of changes) {
      const known = byTable.get(change.table);
      if (known) known.push(change);
      else byTable.set(change.table, [change]);
    }
    return [...byTable].flatMap(([name, ofTable]) => {
      const projection = this.#tables.get(name);
      if (projection === undefined) throw new DataError(`${name} is not a table of this service's topologies`);
      return projection.statements(partition, ofTable);
    });
  }
}

/** `windows/3` → 3. */
export function partitionOfLane(lane: string): number {
  return Number(lane.slice(lane.lastIndexOf('/') + 1));
}
