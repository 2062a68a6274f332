import type { Append, Place } from '@parley/bus';
import { identifier } from '../database/database.js';
import { frameRecords } from './frames.js';

/** A row of `batch` holds about this much: small enough to read one for a few of its records, large enough to have few of them. */
const rowBytes = 256 * 1024;

/** Where one append's records go, within what is appended together to their partition. */
interface Stretch {
  readonly place: number;
  readonly skip: number;
}

/** Several appends as the parameters of one statement. */
export interface Packed {
  /** For `appendSql`. */
  readonly params: readonly unknown[];
  /** For `appendOneSql`, where that is enough. */
  readonly one: readonly unknown[] | undefined;
  readonly stretches: readonly Stretch[];
  readonly places: readonly { readonly name: Place; readonly total: number }[];
}

/** Packs appends for `appendSql`. Those to the same partition follow one another in the order given. */
export function pack(appends: readonly Append[], at: number, batchBytes = rowBytes): Packed {
  const places = placesOf(appends);
  const numbers = new Map(places.map(({ name }, index) => [name, index]));
  const filled = places.map(() => 0);
  const stretches: Stretch[] = [];
  const rows = { place: [] as number[], skip: [] as number[], count: [] as number[], start: [] as number[], length: [] as number[] };
  const pieces: Buffer[] = [];
  let start = 1;
  for (const { topic, partition, records } of appends) {
    const place = numbers.get(`${topic}/${partition}`)!;
    stretches.push({ place, skip: filled[place]! });
    for (const chunk of chunked(records, batchBytes)) {
      const bytes = frameRecords(chunk);
      rows.place.push(place + 1);
      rows.skip.push(filled[place]!);
      rows.count.push(chunk.length);
      rows.start.push(start);
      rows.length.push(bytes.length);
      pieces.push(bytes);
      start += bytes.length;
      filled[place] = filled[place]! + chunk.length;
    }
  }
  const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  const heads = [places.map(({ topic }) => topic), places.map(({ partition }) => partition), places.map(({ total }) => total)];
  const [first] = places;
  const one = pieces.length === 1 ? [first!.topic, first!.partition, first!.total, all, at] : undefined;
  return { params: [...heads, rows.place, rows.skip, rows.count, rows.start, rows.length, all, at], one, stretches, places };
}

function placesOf(appends: readonly Append[]): { topic: string; partition: number; name: Place; total: number }[] {
  const places = new Map<Place, { topic: string; partition: number; name: Place; total: number }>();
  for (const { topic, partition, records } of appends) {
    const name: Place = `${topic}/${partition}`;
    places.set(name, { topic, partition, name, total: (places.get(name)?.total ?? 0) + records.length });
  }
  return [...places.values()];
}

function* chunked(records: Append['records'], batchBytes: number): Generator<Append['records']> {
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < records.length; index += 1) {
    const { key, value } = records[index]!;
    const size = key.length + value.length;
    if (index > from && bytes + size > batchBytes) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}

/**
 * Appends to several partitions in one statement: locks their heads in (topic, partition) order, so that two appenders cannot wait for each
 * other, moves them, stores the rows, and gives per partition the offset of its first record. With a channel, tells other processes.
 */
export function appendSql(schema: string, channel?: string): string {
  const log = identifier(schema);
  return `
    with place as (
      select * from unnest($1::text[], $2::int[], $3::bigint[]) with ordinality as p(topic, partition, total, n)
    ), locked as materialized (
      select h.topic, h.partition, p.total, p.n
      from ${log}.head h join place p on h.topic = p.topic and h.partition = p.partition
      order by h.topic, h.partition for update of h
    ), moved as (
      update ${log}.head h set next = h.next + l.total
      from locked l where h.topic = l.topic and h.partition = l.partition
      returning l.n, h.topic, h.partition, l.total, h.next - l.total as base
    ), stored as (
      insert into ${log}.batch (topic, partition, base, count, appended_at, bytes)
      select m.topic, m.partition, m.base + r.skip, r.count, $10::bigint, substring($9::bytea from r.start for r.length)
      from unnest($4::bigint[], $5::bigint[], $6::int[], $7::int[], $8::int[]) as r(n, skip, count, start, length) join moved m on m.n = r.n
    )
    select m.n, m.base${told(channel)} from moved m`;
}

/** The same for one row of one partition, which most commits append: a third less work. */
export function appendOneSql(schema: string, channel?: string): string {
  const log = identifier(schema);
  return `
    with moved as (
      update ${log}.head set next = next + $3 where topic = $1 and partition = $2
      returning topic, partition, $3::bigint as total, next - $3 as base
    ), stored as (
      insert into ${log}.batch (topic, partition, base, count, appended_at, bytes)
      select m.topic, m.partition, m.base, m.total, $5::bigint, $4::bytea from moved m
    )
    select 1 as n, m.base${told(channel)} from moved m`;
}

function told(channel: string | undefined): string {
  return channel === undefined ? '' : `, pg_notify('${channel}', m.topic || '/' || m.partition || ' ' || (m.base + m.total))`;
}
