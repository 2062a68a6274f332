import type { ColumnType, ColumnValue, RowChange, Table } from '@parley/contracts';

/** A column that may be null. */
export function nullable(type: ColumnType): { readonly type: ColumnType; readonly nullable: true } {
  return { type, nullable: true };
}

/** A column that may not. */
export function column(type: ColumnType): { readonly type: ColumnType } {
  return { type };
}

/** A value for every column of a table. */
export type RowOf<Described extends Table> = { readonly [Column in keyof Described['columns']]: ColumnValue };

/** The change that puts this row in place of the one with the same key. */
export function put<Described extends Table>(table: Described, row: RowOf<Described>): RowChange {
  const values = row as { readonly [column: string]: ColumnValue };
  const key = Object.fromEntries(table.key.map((name) => [name, values[name] as string | number | boolean]));
  return { table: table.name, key, row: values };
}
