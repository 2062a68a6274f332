import type { Database } from '../database/database.js';
import type { Projection } from './projections.js';
import { partitionOfLane } from './projections.js';

/** Everything a lane has written, a line each, sorted: equal texts mean equal contents, whatever wrote them in whatever order. */
export async function dumpLane(database: Database, schema: string, lane: string, projections: readonly Projection[], sums: Readonly<Record<string, string>>): Promise<string> {
  const lines: string[] = [];
  const add = async <Row>(sql: string, params: readonly unknown[], line: (row: Row) => unknown): Promise<void> => {
    for (const row of (await database.query<Row>(sql, params)).rows) lines.push(JSON.stringify(line(row)));
  };
  await add<{ key: string; business_id: string; state: string }>(`select key, business_id, state from ${schema}.state where lane = $1`, [lane], (row) => [
    'state', row.key, row.business_id, sorted(JSON.parse(row.state)),
  ]);
  await add(`select * from ${schema}.timer where lane = $1`, [lane], (row) => ['timer', sorted(row)]);
  // Why a record waits is for people, and a rebuild says it in other words.
  await add(`select key, record_offset, business_id from ${schema}.waiting where lane = $1`, [lane], (row) => ['waiting', sorted(row)]);
  for (const [name, sql] of Object.entries(sums)) await add(sql, [lane], (row) => [name, sorted(row)]);
  for (const { table, dumpSql } of projections) {
    // As text: jsonb has an order of its own, and numbers beyond JavaScript's stay what they are.
    await add<{ row: string }>(dumpSql, [partitionOfLane(lane)], ({ row }) => ['row', table.name, row]);
  }
  return lines.sort().join('\n');
}

/** The same value with its objects' fields in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, inner]) => [field, sorted(inner)]),
  );
}
