import { SupersededError, type Acked, type LaneRow, type LaneStore, type PendingAppend, type Place } from '../port/store.js';
import { placeOf } from './outbox.js';
import { HaltError, messageOf, StoppedError, type RunnerPorts } from './ports.js';

/**
 * Appends what a commit left pending, in number order and one request at a time. A request that failed is sent again until it is
 * acknowledged, never passed over: a later number on the log ahead of an earlier one would halt every reader.
 *
 * @returns per partition, the offset behind the last acknowledged record.
 */
export async function appendPending(
  lane: string,
  pending: readonly PendingAppend[],
  ports: RunnerPorts,
  retryMs: number,
  signal: AbortSignal,
): Promise<{ [place: Place]: number }> {
  const acked: { [place: Place]: number } = {};
  for (const append of pending) {
    const base = await appendUntilAcknowledged(lane, append, ports, retryMs, signal);
    acked[placeOf(append.topic, append.partition)] = base + append.records.length;
  }
  return acked;
}

async function appendUntilAcknowledged(lane: string, append: PendingAppend, ports: RunnerPorts, retryMs: number, signal: AbortSignal): Promise<number> {
  for (;;) {
    if (signal.aborted) throw new StoppedError(lane);
    try {
      return await ports.log.append(append);
    } catch (error) {
      ports.report({ kind: 'append-failed', lane, error: messageOf(error) });
      await ports.sleep(retryMs, signal);
    }
  }
}

/** Where to look for records of a link that its lane's row does not know of. */
export interface Reach {
  readonly place: Place;
  readonly topic: PendingAppend['topic'];
  readonly partition: number;
}

/**
 * Refuses to start a lane whose row is older than the log: a record of its link numbered above the row means that the database was restored
 * from a backup, or lost. Looks from the last acknowledged offset on.
 *
 * @returns per partition, the end that was looked up to: the next claim need not look below it.
 */
export async function refuseOlderRow(
  lane: string,
  row: LaneRow,
  reaches: readonly Reach[],
  store: Pick<LaneStore, 'load'>,
  ports: RunnerPorts,
): Promise<Acked> {
  const seen: { [place: Place]: number } = {};
  for (const { place, topic, partition } of reaches) {
    const sent = row.sent[place] ?? 0;
    const end = await ports.log.end(topic, partition);
    const first = await ports.log.start(topic, partition);
    for (let offset = Math.max(row.acked[place] ?? 0, first); offset < end; ) {
      const records = await ports.log.read(topic, partition, offset, 5_000);
      if (records.length === 0) break;
      for (const record of records) {
        const { meta } = ports.codec.readMeta(record.value);
        if (meta.link === lane && meta.number > sent) {
          await refuseSuperseded(lane, row, store);
          throw new HaltError(
            `${lane}: ${place} holds number ${meta.number} at offset ${record.offset}, its row knows only ${sent}. The database is older than the log: run \`parley rebuild\`.`,
          );
        }
      }
      offset = records.at(-1)!.offset + 1;
    }
    seen[place] = end;
  }
  return seen;
}

/** Whoever has claimed the lane since is entitled to have written more: then it is we who are old, not the database. */
async function refuseSuperseded(lane: string, { epoch }: LaneRow, store: Pick<LaneStore, 'load'>): Promise<void> {
  const current = await store.load(lane);
  if (current && current.epoch > epoch) throw new SupersededError(`${lane}: epoch ${epoch}, now ${current.epoch}`);
}
