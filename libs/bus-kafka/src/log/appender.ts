import type { NewRecord } from '@parley/bus';
import { ClosedError, type Cluster } from '../client/cluster.js';
import { groupBy } from '../wire/group.js';
import { BrokerError } from '../wire/errors.js';
import { encodeBatch, recordBytesAtMost, type Sequence } from '../wire/record-batch.js';
import { producerIdRequest, produceRequest } from '../wire/requests.js';

export interface AppenderLimits {
  /** Bytes of one record batch at most: what every broker takes by default. */
  readonly batchBytes: number;
  /** How long a batch is tried under its number before its appender is told that nobody knows what became of it. */
  readonly deliveryMs: number;
  /** How long the broker may wait for its replicas. */
  readonly replicasMs: number;
  readonly retryMs: number;
}

export const appenderLimits: AppenderLimits = { batchBytes: 960 * 1_024, deliveryMs: 15_000, replicasMs: 5_000, retryMs: 50 };

/** An append, cut into pieces that fit a batch. */
interface Waiting {
  readonly records: readonly NewRecord[];
  /** Records already on the log. */
  done: number;
  firstOffset: number | undefined;
  resolve(firstOffset: number): void;
  reject(error: unknown): void;
}

interface Batch {
  readonly bytes: Buffer;
  /** Appends with how many of their records are in it, in order. */
  readonly parts: readonly { readonly waiting: Waiting; readonly records: number }[];
  readonly since: number;
  readonly sequence: Sequence;
}

/** One partition: appends in the order they came, one batch under way. */
interface Lane {
  readonly topic: string;
  readonly partition: number;
  readonly queue: Waiting[];
  batch: Batch | undefined;
  sending: boolean;
  /** Where the next batch stands among ours; undefined until the first, and after a batch of unknown fate. */
  next: Sequence | undefined;
}

/**
 * Appends to partitions: all that waits for a partition goes into one batch, one batch of a partition is under way at a time, and batches of
 * several partitions share a request. A batch whose answer is lost is sent again under the same number, which the broker takes once.
 */
export class Appender {
  readonly #lanes = new Map<string, Lane>();
  readonly #limits: AppenderLimits;
  #scheduled = false;
  #identity: Promise<Sequence> | undefined;
  #closed = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly clock: () => number,
    limits: Partial<AppenderLimits> = {},
  ) {
    this.#limits = { ...appenderLimits, ...limits };
  }

  /** Resolves with the offset of the first record. A rejection says nothing of whether they arrived. */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<number> {
    if (this.#closed) return Promise.reject(new ClosedError('the log is closed'));
    return new Promise((resolve, reject) => {
      this.#lane(topic, partition).queue.push({ records, done: 0, firstOffset: undefined, resolve, reject });
      this.#schedule();
    });
  }

  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) this.#fail(lane, new ClosedError('the log is closed'));
  }

  #lane(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`;
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { topic, partition, queue: [], batch: undefined, sending: false, next: undefined };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  /** At the end of this turn, so that what is appended together is sent together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    const ready = [...this.#lanes.values()].filter((lane) => !lane.sending && (lane.batch !== undefined || lane.queue.length > 0));
    if (ready.length === 0 || this.#closed) return;
    for (const lane of ready) lane.sending = true;
    try {
      // All that can be numbered already; the identity is asked for once, not per partition.
      for (const lane of ready) {
        lane.next ??= await this.#producer();
        lane.batch ??= this.#cut(lane, lane.next);
      }
    } catch (error) {
      await this.#later(ready, error);
      return;
    }
    for (const [leader, lanes] of groupBy(ready, ({ topic, partition }) => this.cluster.leader(topic, partition))) void this.#send(leader, lanes);
  }

  async #send(leader: number | undefined, lanes: readonly Lane[]): Promise<void> {
    if (leader === undefined) return this.#later(lanes, new BrokerError(5, lanes[0]!.topic));
    const batches = lanes.map(({ topic, partition, batch }) => ({ topic, partition, bytes: batch!.bytes }));
    try {
      const answers = await this.cluster.send(leader, produceRequest(batches, this.#limits.replicasMs));
      const again: Lane[] = [];
      let reason: BrokerError | undefined;
      for (const lane of lanes) {
        const answer = answers.find(({ topic, partition }) => topic === lane.topic && partition === lane.partition)?.value ?? { error: -1, offset: -1 };
        if (answer.error === 0) this.#done(lane, answer.offset);
        else {
          const refused = new BrokerError(answer.error, `${lane.topic}/${lane.partition}`);
          if (!refused.passing) this.#fail(lane, refused);
          else {
            again.push(lane);
            reason = refused;
          }
        }
      }
      if (again.length > 0) await this.#later(again, reason);
      this.#schedule();
    } catch (error) {
      await this.#later(lanes, error);
    }
  }

  /** Tries again under the same numbers, until a batch has been tried for long enough. */
  async #later(lanes: readonly Lane[], error: unknown): Promise<void> {
    const left = lanes.filter((lane) => {
      const tried = lane.batch && performance.now() - lane.batch.since <= this.#limits.deliveryMs;
      if (!tried) this.#fail(lane, error);
      return tried;
    });
    await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMs));
    if (!this.#closed) await this.cluster.refresh().catch(() => undefined);
    for (const lane of left) lane.sending = false;
    this.#schedule();
  }

  #done(lane: Lane, offset: number): void {
    const { parts, sequence } = lane.batch!;
    let at = offset;
    let count = 0;
    for (const { waiting, records } of parts) {
      waiting.firstOffset ??= at;
      waiting.done += records;
      at += records;
      count += records;
      if (waiting.done === waiting.records.length) waiting.resolve(waiting.firstOffset);
    }
    lane.next = { ...sequence, first: (sequence.first + count) % 2 ** 31 };
    lane.batch = undefined;
    lane.sending = false;
  }

  /** Nobody knows whether the batch is on the log: whoever appended decides, and our numbers begin anew. */
  #fail(lane: Lane, error: unknown): void {
    const failed = new Set([...(lane.batch?.parts ?? []).map(({ waiting }) => waiting), ...lane.queue.splice(0)]);
    lane.batch = undefined;
    lane.next = undefined;
    lane.sending = false;
    this.#identity = undefined;
    for (const waiting of failed) waiting.reject(error);
  }

  async #producer(): Promise<Sequence> {
    this.#identity ??= this.#newProducer();
    try {
      return await this.#identity;
    } catch (error) {
      this.#identity = undefined;
      throw error;
    }
  }

  async #newProducer(): Promise<Sequence> {
    for (const since = performance.now(); ; ) {
      const { error, producerId, producerEpoch } = await this.cluster.ask(producerIdRequest());
      if (error === 0) return { producerId, producerEpoch, first: 0 };
      const refused = new BrokerError(error, 'a producer id');
      // A broker that has just started gives none yet.
      if (!refused.passing || this.#closed || performance.now() - since > this.#limits.deliveryMs) throw refused;
      await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMs));
    }
  }

  /** The next batch of a partition: whole appends and the beginning of one that is too large, up to the limit. */
  #cut(lane: Lane, sequence: Sequence): Batch {
    const records: NewRecord[] = [];
    const parts: { waiting: Waiting; records: number }[] = [];
    let bytes = 0;
    while (lane.queue.length > 0) {
      const waiting = lane.queue[0]!;
      let taken = 0;
      for (; waiting.done + taken < waiting.records.length; taken += 1) {
        const record = waiting.records[waiting.done + taken]!;
        bytes += recordBytesAtMost(record);
        if (bytes > this.#limits.batchBytes && records.length > 0) break;
        records.push(record);
      }
      if (taken > 0) parts.push({ waiting, records: taken });
      if (waiting.done + taken < waiting.records.length) break;
      lane.queue.shift();
    }
    return { bytes: encodeBatch(records, this.clock(), sequence), parts, since: performance.now(), sequence };
  }
}
