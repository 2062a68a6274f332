import type { AnyEvent, Meta, TopicName } from '@parley/contracts';
import type { LogRecord } from '../port/log.js';
import type { LaneRow, SlotRequest } from '../port/store.js';
import { appendPending } from '../runner/append.js';
import { placeOf } from '../runner/outbox.js';
import { laneLimits } from '../runner/ports.js';
import { firstTopics, reachesTo, type RequestWriter } from '../runner/requests.js';

/** What a recovery found of a slot or intake lane. */
export interface RecoveredLane {
  readonly lane: string;
  /** Records of its link on the log that its row did not know of. */
  readonly unknown: number;
  /** Requests whose idempotency keys were taken again; none for an HTTP slot, whose keys are backed up and not on the log. */
  readonly keys: number;
  /** The offset an intake lane goes on at. */
  readonly offset: number;
}

const pageRecords = 2_000;

/**
 * Sets a slot's row from what its link has on the log, where the row was lost or is older (a restored database). Offline. Answers already given
 * are not rebuilt: a client that repeats a request of the time that was lost is taken for a new one.
 */
export async function recoverSlot(lane: string, writer: RequestWriter): Promise<RecoveredLane> {
  const row = await claimed(lane, writer);
  let unknown = 0;
  const found = await scanLink(row, lane, writer, async (_, { number }, last) => void (unknown += number > last ? 1 : 0));
  await writer.store.commitRequests(lane, row.epoch, [], () => ({ ...row, ...found, offset: 0, taken: {}, pending: [] }));
  return { lane, unknown, keys: 0, offset: 0 };
}

export interface IntakeRecovery extends RequestWriter {
  readonly source: TopicName;
  /** The intake lanes over the source, all of the service: a request that was taken by one may be repeated to another. */
  readonly lanes: readonly { readonly lane: string; readonly partition: number }[];
  /** The key that a record was taken under, given the output that it led to. */
  keyOf(record: LogRecord, output: AnyEvent): Pick<SlotRequest, 'businessId' | 'idempotencyKey' | 'bodyHash' | 'answer'>;
}

/**
 * Recovers the intake lanes of a database that is older than the log. Offline. Every output names the record it came from, so the keys of all
 * requests that had their effect are taken again; then the lanes may read once more what they had read since the backup: what had its effect
 * is a repetition, and what was committed and never reached the log is taken at last. No row moves before the keys of all lanes are there.
 */
export async function recoverIntake(recovery: IntakeRecovery): Promise<readonly RecoveredLane[]> {
  const { store } = recovery;
  const opened = [];
  for (const { lane, partition } of recovery.lanes) {
    const row = await claimed(lane, recovery);
    // Below 0: no lane starts on it, and a recovery that was interrupted knows where it began.
    const from = row.offset >= 0 ? row.offset : -row.offset - 1;
    await store.commitRequests(lane, row.epoch, [], () => ({ ...row, offset: -from - 1, pending: [] }));
    opened.push({ lane, partition, from, row });
  }
  const recovered = [];
  for (const one of opened) recovered.push({ ...one, ...(await takeKeys(one, recovery)) });
  const done: RecoveredLane[] = [];
  for (const { lane, partition, from, row, found, unknown, keys } of recovered) {
    const offset = Math.max(from, await recovery.log.start(recovery.source, partition));
    await store.commitRequests(lane, row.epoch, [], () => ({ ...row, ...found, offset, taken: {}, pending: [] }));
    done.push({ lane, unknown, keys, offset });
  }
  return done;
}

/** The row, with what it left pending on the log: committed bytes are facts. */
async function claimed(lane: string, writer: RequestWriter): Promise<LaneRow> {
  const row = await writer.store.claim(lane);
  await appendPending(lane, row.pending, writer, laneLimits.retryMs, new AbortController().signal);
  return row;
}

type Found = Pick<LaneRow, 'sent' | 'acked' | 'catalogOffset'>;

/** Reads what the link has on the log since the row's last acknowledged records. `last`: the highest number before this record. */
async function scanLink(
  row: LaneRow,
  lane: string,
  writer: RequestWriter,
  each: (record: LogRecord, meta: Meta, last: number, topic: TopicName) => Promise<void>,
): Promise<Found> {
  const { log, codec } = writer;
  const sent: { [place: string]: number } = { ...row.sent };
  const acked: { [place: string]: number } = { ...row.acked };
  let { catalogOffset } = row;
  for (const { topic, partition } of reachesTo(writer)) {
    const place = placeOf(topic, partition);
    const end = await log.end(topic, partition);
    for (let offset = Math.max(row.acked[place] ?? 0, await log.start(topic, partition)); offset < end; ) {
      const records = await log.read(topic, partition, offset, pageRecords);
      if (records.length === 0) break;
      for (const record of records) {
        const { meta } = codec.readMeta(record.value);
        if (meta.link !== lane) continue;
        const last = sent[place] ?? 0;
        await each(record, meta, last, topic);
        if (meta.number > last) sent[place] = meta.number;
        catalogOffset = Math.max(catalogOffset, meta.catalogOffset);
      }
      offset = records.at(-1)!.offset + 1;
    }
    acked[place] = end;
  }
  return { sent, acked, catalogOffset };
}

interface Opened {
  readonly lane: string;
  readonly partition: number;
  readonly from: number;
  readonly row: LaneRow;
}

async function takeKeys({ lane, partition, from, row }: Opened, recovery: IntakeRecovery): Promise<{ found: Found; unknown: number; keys: number }> {
  const { store, codec, clock } = recovery;
  const source = new SourceReader(recovery, partition);
  const requests: SlotRequest[] = [];
  let [unknown, keys] = [0, 0];
  const flush = async (): Promise<void> => {
    const batch = requests.splice(0);
    await store.commitRequests(lane, row.epoch, batch, () => ({ ...row, offset: -from - 1, pending: [] }));
    keys += batch.length;
  };
  const found = await scanLink(row, lane, recovery, async ({ value }, { cause, number }, last, topic) => {
    unknown += number > last ? 1 : 0;
    // An envelope alone is no effect yet: its request may never have reached the log.
    if (cause === null || cause.offset < from || firstTopics.includes(topic)) return;
    const record = await source.at(cause.offset);
    if (record === undefined) return;
    requests.push({ ...recovery.keyOf(record, codec.decode(value)), at: clock() });
    if (requests.length >= pageRecords) await flush();
  });
  await flush();
  return { found, unknown, keys };
}

/** Records of the source by offset. A lane's outputs on a partition come in the order of their causes, so that a page serves many. */
class SourceReader {
  #page = new Map<number, LogRecord>();

  constructor(
    private readonly recovery: IntakeRecovery,
    private readonly partition: number,
  ) {}

  /** Undefined where the record was removed with age. */
  async at(offset: number): Promise<LogRecord | undefined> {
    const { log, source } = this.recovery;
    if (!this.#page.has(offset)) {
      if (offset < (await log.start(source, this.partition))) return undefined;
      const records = await log.read(source, this.partition, offset, pageRecords);
      this.#page = new Map(records.map((record) => [record.offset, record]));
    }
    return this.#page.get(offset);
  }
}
