import { identifier, type Database } from '../database/database.js';

/** Which topics the lanes of a schema have read and written, by the ids that their cluster gave them. */
export function logIdentityTableSql(schema: string): string {
  const own = identifier(schema);
  return `
    create table ${own}.log_topic (
      topic text primary key,
      id text not null
    );
    comment on table ${own}.log_topic is 'a topic deleted and made anew has another id: the offsets kept here mean nothing on it';`;
}

export interface TopicIdentity {
  readonly topic: string;
  readonly id: string;
}

/** Remembers topics met for the first time. Returns those that were another topic when they were met, with the id they had. */
export async function meetTopics(database: Database, schema: string, topics: readonly TopicIdentity[]): Promise<readonly (TopicIdentity & { readonly was: string })[]> {
  const table = `${identifier(schema)}.log_topic`;
  return database.transaction(async (transaction) => {
    await transaction.query(`insert into ${table} (topic, id) select * from unnest($1::text[], $2::text[]) on conflict do nothing`, [topics.map(({ topic }) => topic), topics.map(({ id }) => id)]);
    const { rows } = await transaction.query<TopicIdentity>(`select topic, id from ${table}`, []);
    const known = new Map(rows.map(({ topic, id }) => [topic, id]));
    return topics.flatMap(({ topic, id }) => (known.get(topic) === id ? [] : [{ topic, id, was: known.get(topic) ?? '' }]));
  });
}
