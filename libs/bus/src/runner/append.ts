import type { Meta } from '@parley/contracts';
import { SupersededError, type Acked, type LaneRow, type LaneStore, type PendingAppend, type Place } from '../port/store.js';
import type { Append } from '../port/log.js';
import { withHeaders } from './cloud-events.js';
import { placeOf } from './outbox.js';
import { HaltError, messageOf, StoppedError, type RunnerPorts } from './ports.js';

/**
 * Appends what a commit left pending: one topic after the other, and on each partition in number order, one request at a time. A request that failed is sent again until it is
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
  for (const partitions of topicByTopic(pending)) {
    const appended = await Promise.allSettled(
      partitions.map(async (appends) => {
        for (const numbered of appends) {
          const append = withHeaders(ports.codec, numbered);
          const base = await appendUntilAcknowledged(lane, append, ports, retryMs, signal);
          acked[placeOf(append.topic, append.partition)] = base + append.records.length;
        }
      }),
    );
    for (const outcome of appended) if (outcome.status === 'rejected') throw outcome.reason;
  }
  return acked;
}

/** Topics in their order; of each, the appends to one partition, in number order. Links do not wait for one another. */
function topicByTopic(pending: readonly PendingAppend[]): PendingAppend[][][] {
  const topics = new Map<string, Map<number, PendingAppend[]>>();
  for (const append of pending) {
    const partitions = topics.get(append.topic) ?? new Map<number, PendingAppend[]>();
    topics.set(append.topic, partitions.set(append.partition, [...(partitions.get(append.partition) ?? []), append]));
  }
  return [...topics.values()].map((partitions) => [...partitions.values()]);
}

async function appendUntilAcknowledged(lane: string, append: Append, ports: RunnerPorts, retryMs: number, signal: AbortSignal): Promise<number> {
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
 * from a backup, or lost. Looks from the last acknowledged offset on, and tells `noticed` of every record it sees.
 *
 * @returns per partition, the end that was looked up to: the next claim need not look below it.
 */
export async function refuseOlderRow(
  lane: string,
  row: LaneRow,
  reaches: readonly Reach[],
  store: Pick<LaneStore, 'load'>,
  ports: RunnerPorts,
  noticed?: (meta: Meta, place: Place) => void,
): Promise<Acked> {
  const seen: { [place: Place]: number } = {};
  const left = [...reaches];
  const looker = async (): Promise<void> => {
    for (let reach = left.shift(); reach; reach = left.shift()) seen[reach.place] = await look(lane, row, reach, store, ports, noticed);
  };
  const looked = await Promise.allSettled(Array.from({ length: lookersAtOnce }, looker));
  for (const outcome of looked) if (outcome.status === 'rejected') throw outcome.reason;
  return seen;
}

/** A slot may have written to a hundred partitions; asked one after the other, a broker far away takes its time. */
const lookersAtOnce = 16;

/** Looks at one partition, from where the lane last knew of to its end. Resolves with that end. */
async function look(
  lane: string, row: LaneRow, { place, topic, partition }: Reach, store: Pick<LaneStore, 'load'>, ports: RunnerPorts, noticed?: (meta: Meta, place: Place) => void,
): Promise<number> {
  const sent = row.sent[place] ?? 0;
  const end = await ports.log.end(topic, partition);
  const known = row.acked[place] ?? 0;
  if (known >= end) return end;
  const first = await ports.log.start(topic, partition);
  for (let offset = Math.max(known, first); offset < end; ) {
    const records = await ports.log.read(topic, partition, offset, 5_000);
    if (records.length === 0) break;
    for (const record of records) {
      const { meta } = ports.codec.readMeta(record.value);
      noticed?.(meta, place);
      if (meta.link === lane && meta.number > sent) {
        await refuseSuperseded(lane, row, store);
        throw new HaltError(
          `${lane}: ${place} holds number ${meta.number} at offset ${record.offset}, its row knows only ${sent}. The database is older than the log: run \`parley rebuild\`, or \`parley recover\` for what takes requests.`,
        );
      }
    }
    offset = records.at(-1)!.offset + 1;
  }
  return end;
}

/** Looking through so many records is not to be done again at the next claim: what was seen is worth a commit of its own. */
const worthRemembering = 20_000;

/** Whether what a claim has looked through should be kept at once, not with the lane's next commit, which may be long in coming. */
export function isFar(acked: Acked, seen: Acked): boolean {
  return Object.entries(seen).reduce((sum, [place, end]) => sum + end - (acked[place as Place] ?? 0), 0) >= worthRemembering;
}

/** Whoever has claimed the lane since is entitled to have written more: then it is we who are old, not the database. */
async function refuseSuperseded(lane: string, { epoch }: LaneRow, store: Pick<LaneStore, 'load'>): Promise<void> {
  const current = await store.load(lane);
  if (current && current.epoch > epoch) throw new SupersededError(`${lane}: epoch ${epoch}, now ${current.epoch}`);
}
