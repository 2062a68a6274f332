import { envelopeRetentionMs } from '@parley/domain';
import { advance } from '@parley/service';
import type { Vector } from '@parley/service';
import { envelopeKey } from '../projections/envelope.js';
import type { InboxRow } from '../projections/inbox.js';

/** A row with its sealed content; null on a status, and where the content's time is over. */
export interface Item {
  readonly row: InboxRow;
  readonly envelope: Uint8Array | null;
}

export interface Page {
  readonly items: readonly Item[];
  /** Behind the last item of each partition. */
  readonly vector: Vector;
}

/** Of the rows of each partition, at most `limit`: the oldest first, each partition in its log's order. */
export function merged(partitions: readonly (readonly InboxRow[])[], limit: number): readonly InboxRow[] {
  const next = partitions.map(() => 0);
  const rows: InboxRow[] = [];
  while (rows.length < limit) {
    const heads = partitions.map((list, partition) => list[next[partition]!]);
    const oldest = heads.reduce<InboxRow | undefined>((found, head) => (head && (!found || head.at < found.at) ? head : found), undefined);
    if (!oldest) break;
    rows.push(oldest);
    next[oldest.logPartition]! += 1;
  }
  return rows;
}

/**
 * The rows as items, up to what can be given now. A message whose envelope is not there yet (its lane is a little behind) holds back all that
 * follows of its partition: given later, it would be behind the reader's cursor and never seen.
 */
export function pageOf(rows: readonly InboxRow[], envelopes: ReadonlyMap<string, Uint8Array>, from: Vector, now: number): Page {
  const held = new Set<number>();
  const items: Item[] = [];
  let vector = from;
  for (const row of rows) {
    if (held.has(row.logPartition)) continue;
    const envelope = row.kind === 'message' ? (envelopes.get(envelopeKey(row)) ?? null) : null;
    if (row.kind === 'message' && envelope === null && now < row.at + envelopeRetentionMs) {
      held.add(row.logPartition);
      continue;
    }
    items.push({ row, envelope });
    vector = advance(vector, row.logPartition, row.logOffset);
  }
  return { items, vector };
}
