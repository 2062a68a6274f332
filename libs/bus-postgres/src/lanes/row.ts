import type { LaneRow, PendingAppend } from '@parley/bus';
import type { TopicName } from '@parley/contracts';
import { FrameReader, frameRecords } from '../log/frames.js';

/** A lane's row as the database gives it. */
export interface StoredLane {
  readonly epoch: number;
  readonly next_offset: number;
  readonly sent: LaneRow['sent'];
  readonly acked: LaneRow['acked'];
  readonly taken: LaneRow['taken'];
  readonly catalog_offset: number;
  readonly pending: Uint8Array | null;
}

export const laneColumns = 'epoch, next_offset, sent, acked, taken, catalog_offset, pending';

export function toLaneRow(stored: StoredLane): LaneRow {
  return {
    epoch: stored.epoch,
    offset: stored.next_offset,
    sent: stored.sent,
    acked: stored.acked,
    taken: stored.taken,
    catalogOffset: stored.catalog_offset,
    pending: stored.pending === null ? [] : decodePending(stored.pending),
  };
}

/** Parameters of the statement that moves a lane's row, from $3 on. */
export function laneParameters({ offset, sent, acked, taken, catalogOffset, pending }: Omit<LaneRow, 'epoch'>): unknown[] {
  return [offset, JSON.stringify(sent), JSON.stringify(acked), JSON.stringify(taken), catalogOffset, pending.length === 0 ? null : encodePending(pending)];
}

/**
 * Pending output as bytes: for each append a frame whose key is its address and whose value is its framed records. Bytes, not JSON: the
 * values are bytes already, base64 would add a third to what every commit writes, and nobody queries them.
 */
export function encodePending(pending: readonly PendingAppend[]): Uint8Array {
  return frameRecords(pending.map(({ topic, partition, firstNumber, records }) => ({ key: `${topic} ${partition} ${firstNumber}`, value: frameRecords(records) })));
}

export function decodePending(bytes: Uint8Array): PendingAppend[] {
  return [...frames(bytes)].map(({ key, value }) => {
    const [topic, partition, firstNumber] = key.split(' ');
    return { topic: topic as TopicName, partition: Number(partition), firstNumber: Number(firstNumber), records: [...frames(value)] };
  });
}

function* frames(bytes: Uint8Array): Generator<ReturnType<FrameReader['next']>> {
  const reader = new FrameReader(bytes);
  while (!reader.done) yield reader.next();
}
