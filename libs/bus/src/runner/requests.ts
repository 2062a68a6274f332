import type { AnyEvent, Cause, Instant, Output, TopicName } from '@parley/contracts';
import type { LaneRow, Place, SlotStore } from '../port/store.js';
import { appendPending, isFar, refuseOlderRow, type Reach } from './append.js';
import { placeOf, type Outbox } from './outbox.js';
import { HaltError, type RunnerPorts } from './ports.js';

/** What turns requests into records: an HTTP slot or an intake lane. */
export interface RequestWriter extends RunnerPorts {
  readonly store: SlotStore;
  /** The topics its requests may write to. */
  readonly topics: readonly TopicName[];
}

/** Topics whose records go first: an envelope lies on the log before the record that announces it. */
export const firstTopics: readonly TopicName[] = ['parley.envelopes.v1'];

/**
 * Brings a claimed row to rest: refuses one that is older than the log, then appends what it left pending. `siblings`: the beginning of the
 * names of lanes that share its idempotency keys. Where one of those is older than the log, so are the keys, and nobody may go by them.
 */
export async function settle(lane: string, row: LaneRow, writer: RequestWriter, retryMs: number, signal: AbortSignal, siblings?: string): Promise<LaneRow> {
  const others = new Map<string, Map<Place, number>>();
  const seen = await refuseOlderRow(lane, row, reachesTo(writer), writer.store, writer, ({ link, number }, place) => {
    if (siblings === undefined || link === lane || !link.startsWith(siblings)) return;
    const places = others.get(link) ?? new Map<Place, number>();
    others.set(link, places.set(place, Math.max(number, places.get(place) ?? 0)));
  });
  for (const [link, places] of others) await refuseOlderSibling(lane, link, places, writer.store);
  const acked = await appendPending(lane, row.pending, writer, retryMs, signal);
  const rested = { ...row, acked: { ...row.acked, ...seen, ...acked }, pending: [] };
  const { epoch, ...kept } = rested;
  if (isFar(row.acked, seen)) await writer.store.commitRequests(lane, epoch, [], () => kept);
  return rested;
}

/** What is on the log was committed before: a sibling's row that is read after the log knows of it. */
async function refuseOlderSibling(lane: string, sibling: string, places: ReadonlyMap<Place, number>, store: SlotStore): Promise<void> {
  const row = await store.load(sibling);
  for (const [place, number] of places) {
    if (number <= (row?.sent[place] ?? 0)) continue;
    throw new HaltError(`${lane}: ${place} holds number ${number} of ${sibling}, whose row does not know of it. The database is older than the log: run \`parley recover\`.`);
  }
}

/** Every partition the writer may have written to. */
export function reachesTo({ topics, log }: Pick<RequestWriter, 'topics' | 'log'>): Reach[] {
  return topics.flatMap((topic) => Array.from({ length: log.partitions(topic) }, (_, partition) => ({ topic, partition, place: placeOf(topic, partition) })));
}

/** When and because of what the outputs of a request were made. */
export interface RequestStamp {
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly cause: Cause | null;
  readonly catalogOffset: number;
}

/** Takes all outputs of a request into the outbox, or none: throws FrameError where one cannot be encoded. */
export function stageRequest(outputs: readonly Output[], outbox: Outbox, stamp: RequestStamp, newId: () => string): readonly AnyEvent[] {
  try {
    const staged = outputs.map((output) => outbox.stage(output, { eventId: newId(), ...stamp }));
    outbox.keep();
    return staged;
  } catch (error) {
    outbox.discard();
    throw error;
  }
}
