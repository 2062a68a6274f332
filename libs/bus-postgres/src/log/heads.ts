import { identifier, type Database } from '../database/database.js';
import type { EmbeddedLogOptions } from './embedded-log.js';

/** Makes the heads that are missing. Rejects where a topic has another number of partitions than it was made with. */
export async function makeHeads(database: Database, { topics, schema = 'log' }: EmbeddedLogOptions): Promise<void> {
  const log = identifier(schema);
  const wanted = topics.flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, partition) => ({ name, partition })));
  const { rows } = await database.query<{ topic: string; partitions: number }>(`select topic, count(*) as partitions from ${log}.head group by topic`, []);
  const known = new Map(rows.map(({ topic, partitions }) => [topic, partitions]));
  for (const { name, partitions } of topics) {
    const has = known.get(name) ?? partitions;
    // A key's partition follows from their number: with another number its records would be in two places.
    if (has !== partitions) throw new Error(`${name} was made with ${has} partitions and cannot have ${partitions}. Set ${has} again, or begin with an empty log.`);
  }
  await database.query(
    `insert into ${log}.head (topic, partition) select * from unnest($1::text[], $2::int[]) on conflict do nothing`,
    [wanted.map(({ name }) => name), wanted.map(({ partition }) => partition)],
  );
}
