import type { KafkaLog } from '@parley/bus-kafka';
import type { Queryable } from '@parley/bus-postgres';
import type { TopicName } from '@parley/contracts';
import { createReadStream, lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Sink {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The files below a folder, under their paths in it. One that goes away meanwhile is passed over: whoever removed it wrote what it held somewhere else. */
export function* filesIn(folder: string): Generator<Sink> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) yield { name: relative(folder, path), chunks: bytesOf(path) };
  }
}

export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const pageRows = 500;
const line = Buffer.from('\n');

/** Every value of every table of the database, as it is without the database's own compression. */
export async function* tablesOf(database: Queryable): AsyncGenerator<Sink> {
  const { rows } = await database.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  for (const { schema, name } of rows) yield { name: `${schema}.${name}`, chunks: valuesOf(database, `"${schema}"."${name}"`) };
}

async function* valuesOf(database: Queryable, table: string): AsyncGenerator<Uint8Array> {
  for (let from = 0; ; from += pageRows) {
    const { rows } = await database.query<Record<string, unknown>>(`select * from ${table} order by ctid limit ${pageRows} offset ${from}`);
    for (const value of rows.flatMap((row) => Object.values(row))) yield Buffer.concat([bytesOfValue(value), line]);
    if (rows.length < pageRows) return;
  }
}

function bytesOfValue(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner));
  return Buffer.from(text ?? '');
}

/** Every record of every partition: key, value, headers. A batch that is compressed in a way that cannot be opened here is an error. */
export function* topicsOf(log: Pick<KafkaLog, 'partitions' | 'start' | 'end' | 'read'>, names: readonly TopicName[]): Generator<Sink> {
  for (const name of names) {
    for (let partition = 0; partition < log.partitions(name); partition += 1) yield { name: `${name}/${partition}`, chunks: recordsOf(log, name, partition) };
  }
}

async function* recordsOf(log: Pick<KafkaLog, 'start' | 'end' | 'read'>, topic: TopicName, partition: number): AsyncGenerator<Uint8Array> {
  const end = await log.end(topic, partition);
  for (let offset = await log.start(topic, partition); offset < end; ) {
    const records = await log.read(topic, partition, offset, 500);
    if (records.length === 0) return; // What is left are a transaction's own marks.
    for (const { key, value, headers = new Map<string, Uint8Array>() } of records) {
      yield Buffer.concat([Buffer.from(`${key}\n`), value, line, ...[...headers].flatMap(([name, header]) => [Buffer.from(`${name}\n`), header, line])]);
    }
    offset = records.at(-1)!.offset + 1;
  }
}
