import { DataError } from '@parley/bus';
import type { ColumnValue, RowChange, Table } from '@parley/contracts';
import { identifier } from '../database/database.js';
import type { Statement } from './statement.js';
import { columnList } from './tables.js';

type Row = { readonly [column: string]: ColumnValue };

/** One projection's statements: a batch of changed rows is one upsert and, where rows go, one delete. */
export class Projection {
  readonly #upsert: string;
  readonly #remove: string;
  readonly #columns: readonly string[];
  readonly #bytes: readonly string[];
  readonly dumpSql: string;
  readonly resetSql: string;

  constructor(
    schema: string,
    readonly table: Table,
  ) {
    const name = `${identifier(schema)}.${identifier(table.name)}`;
    this.#columns = Object.keys(table.columns);
    this.#bytes = this.#columns.filter((column) => table.columns[column]!.type === 'bytea');
    const columns = this.#columns.map(identifier);
    const key = table.key.map(identifier);
    const set = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
    const typed = columnList(table.columns);
    const keyColumns = Object.fromEntries(table.key.map((column) => [column, table.columns[column]!]));
    this.#upsert = `
      insert into ${name} as t (${columns.join(', ')}, source_partition)
      select ${columns.join(', ')}, $2::int from json_to_recordset($1::json) as r(${typed.join(', ')})
      on conflict (${key.join(', ')}) do update set ${[...set, 'source_partition = excluded.source_partition'].join(', ')}
      where t.source_partition = excluded.source_partition`;
    // From the keys to the rows, one by one: a join would be planned while the table is empty, and read all of it once it is not.
    this.#remove = `
      delete from ${name} where ctid = any(array(
        select t.ctid from json_to_recordset($1::json) as r(${columnList(keyColumns).join(', ')}), lateral (
          select ctid from ${name} where ${key.map((column) => `${column} = r.${column}`).join(' and ')} and source_partition = $2::int limit 1
        ) t))`;
    this.dumpSql = `select (to_jsonb(t) - 'source_partition')::text as row from ${name} t where source_partition = $1`;
    this.resetSql = `delete from ${name} where source_partition = $1`;
  }

  /** What writes the changes of one batch of one source partition: the last change of each key counts. */
  statements(partition: number, changes: readonly RowChange[]): Statement[] {
    const last = new Map(changes.map((change) => [JSON.stringify(this.table.key.map((column) => change.key[column])), change]));
    const put: Row[] = [];
    const gone: RowChange['key'][] = [];
    for (const { key, row } of last.values()) {
      if (row === null) gone.push(key);
      else put.push(this.#checked(row));
    }
    const check = (rowCount: number): void => {
      if (rowCount === put.length) return;
      throw new DataError(`${this.table.name}: ${put.length - rowCount} rows belong to another source partition; each row has one that writes it`);
    };
    return [
      ...(put.length > 0 ? [{ sql: this.#upsert, params: [JSON.stringify(put), partition], check }] : []),
      ...(gone.length > 0 ? [{ sql: this.#remove, params: [JSON.stringify(gone), partition] }] : []),
    ];
  }

  #checked(row: Row): Row {
    const columns = Object.keys(row);
    if (columns.length !== this.#columns.length || columns.some((column) => this.table.columns[column] === undefined)) {
      throw new DataError(`${this.table.name}: a row with columns ${columns.join(', ')} where ${this.#columns.join(', ')} are wanted`);
    }
    if (this.#bytes.length === 0) return row;
    const hex = this.#bytes.map((column) => [column, toHex(row[column])]);
    return { ...row, ...(Object.fromEntries(hex) as Row) };
  }
}

/** bytea's text form. */
function toHex(value: ColumnValue | undefined): ColumnValue {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}` : (value ?? null);
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
