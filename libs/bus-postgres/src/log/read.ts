import type { LogRecord } from '@parley/bus';
import { identifier } from '../database/database.js';
import { FrameReader } from './frames.js';

/** A read gives at most about this much, so that many small limits and few large records both fit in memory. */
export const readBytes = 4 * 1024 * 1024;

/** A partition's head beside one of its batches; `base` is null where there is none to give. */
export interface BatchRow {
  readonly first: number;
  readonly next: number;
  readonly base: number | null;
  readonly bytes: Uint8Array;
}

/** The head and, beside it, the batches from the one that holds the offset on, up to the limit and to some size. One snapshot. */
export function readSql(schema: string): string {
  const log = identifier(schema);
  return `
    select h.first, h.next, b.base, b.bytes
    from ${log}.head h left join lateral (
      select base, bytes, sum(length(bytes)) over (order by base) - length(bytes) as before
      from ${log}.batch
      where topic = $1 and partition = $2 and base < $3::bigint + $4::bigint
        and base >= coalesce((select max(base) from ${log}.batch where topic = $1 and partition = $2 and base <= $3::bigint), $3::bigint)
    ) b on b.before < $5::bigint
    where h.topic = $1 and h.partition = $2
    order by b.base`;
}

export function recordsOf(rows: readonly BatchRow[], offset: number, limit: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (const { base, bytes } of rows) {
    if (base === null) continue;
    const frames = new FrameReader(bytes);
    for (let at = base; !frames.done && records.length < limit; at += 1) {
      if (at < offset) frames.skip();
      else records.push({ offset: at, ...frames.next() });
    }
  }
  return records;
}
