import type { ColumnType, RowChange, Table } from '@parley/contracts';

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) || (typeof value === 'string' && /^-?[0-9]+$/.test(value));

const fits: { readonly [Type in ColumnType]: (value: unknown) => boolean } = {
  text: (value) => typeof value === 'string',
  bigint: isWhole,
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  bytea: (value) => value instanceof Uint8Array,
  jsonb: (value) => typeof value === 'object' && value !== null,
  'integer[]': (value) => Array.isArray(value) && value.every((item) => Number.isInteger(item)),
  'bigint[]': (value) => Array.isArray(value) && value.every(isWhole),
};

/** Throws unless the change names a table of the list and has exactly its columns, each of its type, its key, and a business. */
export function expectRow(tables: readonly Table[], change: RowChange): void {
  const table = tables.find(({ name }) => name === change.table);
  if (table === undefined) throw new Error(`no table ${change.table} in the topology`);
  const { row } = change;
  if (row === null) throw new Error('rows are never removed here');
  same(`${table.name}: columns`, Object.keys(row), Object.keys(table.columns));
  same(`${table.name}: key`, change.key, Object.fromEntries(table.key.map((name) => [name, row[name]])));
  if (!row.business_id) throw new Error(`${table.name}: a row without business`);
  for (const [name, { type, nullable }] of Object.entries(table.columns)) {
    const value = row[name] ?? null;
    if (value === null ? !nullable : !fits[type](value)) throw new Error(`${change.table}.${name} is ${String(value)}, which is not ${type}`);
  }
}

function same(what: string, found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what} are ${one}, expected ${other}`);
}
