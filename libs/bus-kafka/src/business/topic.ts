import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { KafkaSettings } from '../client/settings.js';
import { clientOf, reasonOf } from './client.js';
import { Places } from './places.js';
import { Waits } from './waits.js';

/** A record as its publisher wrote it. */
export interface BusinessRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Epoch ms UTC, by the publisher's or the broker's clock. */
  readonly at: number;
}

/** `taken`: it is safe with whoever took it. `later`: not now, nothing has happened; it is handed over again. */
export type Taken = 'taken' | 'later';

export interface BusinessTopicOptions {
  readonly settings: KafkaSettings;
  readonly topic: string;
  readonly group: string;
  /** Where to go on in a partition, as the taker has it written down; null where it never took anything from it. */
  position(partition: number): number | null;
  /** One record of a partition at a time, in order. What it rejects with ends the reading: see `halted`. */
  take(record: BusinessRecord): Promise<Taken>;
  /** How long a partition rests after `later`, ms. */
  readonly restMs?: number;
  /** Records that are gone before they were taken: a halt, or go on with the oldest that is there. */
  readonly whenGone?: 'halt' | 'go on';
  /** What a person is to do about the halt, as a sentence. */
  readonly advice?: string;
  /** The wait after n failures in a row, ms. */
  readonly waitAfter?: (failures: number) => number;
  /** Told of what a person may want to know. Never content. */
  report(message: string): void;
  /** The reading has ended and does not begin again by itself. */
  halted(error: Error): void;
}

/** A member that was killed is missed so much later; Kafka allows no less. */
const sessionMs = 6_000;
const heartbeatMs = 1_500;
/** How long a fetch may wait at the broker; what is stopped waits as long. */
const fetchMs = 1_000;
/** A broker that does not answer does not keep a reader from stopping. */
const farewellMs = 4_000;
const defaults = { restMs: 1_000, whenGone: 'halt', advice: '', waitAfter: (failures: number) => Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10)) } as const;

/**
 * Reads a topic of a foreign broker for ever: in order per partition, at least once. Where to go on is the taker's word; the group's offsets follow
 * what was taken, for others to see. Records that are gone before they were taken are an error, never a jump.
 */
export class BusinessTopic {
  readonly #options: BusinessTopicOptions & typeof defaults;
  readonly #places: Places;
  readonly #waits = new Waits();
  /** By partition: what a member before us in this process still does with it comes first. */
  readonly #turns = new Map<number, Promise<void>>();
  /** Records that are with the taker now: stopping waits for these, and for nothing that is asked of the broker. */
  readonly #taking = new Set<Promise<Taken>>();
  #running: Promise<void> | undefined;
  #stopping = false;
  /** Ends the session that is under way. */
  #endSession: (error: Error | null) => void = () => undefined;

  constructor(options: BusinessTopicOptions) {
    this.#options = { ...defaults, ...options } as BusinessTopicOptions & typeof defaults;
    this.#places = new Places(this.#options.topic, this.#options.advice);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Lets the record that is being taken end, and leaves the group; without goodbye where the broker does not answer. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#waits.end();
    this.#endSession(null);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, farewellMs)));
    await Promise.race([this.#running, patience]);
    clearTimeout(timer);
    await Promise.allSettled(this.#taking);
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping; ) {
      const error = await this.#session(() => (failures = 0)).catch((reason: unknown) => reason);
      if (this.#stopping) return;
      if (error instanceof Halt) return this.#options.halted(error.reason);
      failures += 1;
      const waitMs = this.#options.waitAfter(failures);
      // Once when it begins, then ever more rarely: 1, 2, 4, 8, …
      if (Number.isInteger(Math.log2(failures))) this.#options.report(`${this.#options.topic} cannot be read (${reasonOf(error)}), attempt ${failures}; next in ${waitMs} ms.`);
      await this.#waits.rest(waitMs);
    }
  }

  /** Reads until something goes wrong; resolves to what, or rejects with it. `reads`: called once records could come. */
  async #session(reads: () => void): Promise<unknown> {
    const { settings, topic, group } = this.#options;
    const client = clientOf(settings);
    const consumer = client.consumer({ groupId: group, sessionTimeout: sessionMs, rebalanceTimeout: 2 * sessionMs, heartbeatInterval: heartbeatMs, maxWaitTimeInMs: fetchMs, allowAutoTopicCreation: false });
    const ended = new Promise<unknown>((resolve) => (this.#endSession = resolve));
    try {
      if (this.#stopping) return null;
      await this.#places.open(client.admin(), group, (partition) => this.#options.position(partition));
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      consumer.on('consumer.crash', ({ payload }) => this.#endSession(payload.error));
      consumer.on('consumer.group_join', ({ payload }) => {
        this.#goOn(consumer, payload.memberAssignment[topic] ?? []);
        reads();
      });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 8, eachBatch: (batch) => this.#inTurn(batch) });
      return await ended;
    } finally {
      await Promise.allSettled([consumer.disconnect(), this.#places.close()]);
    }
  }

  #goOn(consumer: Consumer, partitions: readonly number[]): void {
    for (const partition of partitions) {
      const next = this.#places.next(partition);
      if (next !== null) consumer.seek({ topic: this.#options.topic, partition, offset: String(next) });
    }
  }

  async #inTurn(payload: EachBatchPayload): Promise<void> {
    const { partition } = payload.batch;
    const turn = (this.#turns.get(partition) ?? Promise.resolve()).then(() => this.#takeBatch(payload));
    this.#turns.set(partition, turn.catch(() => undefined));
    await turn;
  }

  async #takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, resolveOffset, pause } = payload;
    const { topic, partition, messages } = batch;
    const beating = setInterval(() => void heartbeat().catch(() => undefined), heartbeatMs);
    try {
      await this.#look(partition, Number(messages[0]?.offset));
      for (const message of messages) {
        if (this.#stopping || !isRunning() || isStale()) return;
        const taken = await this.#take(partition, message);
        if (taken === 'later') {
          this.#waits.after(this.#options.restMs, pause());
          break;
        }
        resolveOffset(message.offset);
      }
      if (this.#places.next(partition) === Number(messages.at(-1)?.offset) + 1) this.#places.moved(partition, Number(batch.lastOffset()) + 1);
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(this.#places.next(partition) ?? 0) }] }] });
    } catch (error) {
      if (!(error instanceof Halt)) throw error;
      this.#endSession(error);
    } finally {
      clearInterval(beating);
    }
  }

  async #take(partition: number, message: KafkaMessage): Promise<Taken> {
    const offset = Number(message.offset);
    if (offset < (this.#places.next(partition) ?? 0)) return 'taken'; // Fetched twice: a member of ours had it before a rebalance.
    const { key, value, timestamp } = message;
    const taking = this.#options.take({ partition, offset, key, value, at: Number(timestamp) });
    this.#taking.add(taking);
    const taken = await taking.catch((error: unknown) => {
      throw new Halt(error instanceof Error ? error : new Error(String(error)));
    }).finally(() => this.#taking.delete(taking)); // prettier-ignore
    if (taken === 'taken') this.#places.moved(partition, offset + 1);
    return taken;
  }

  /** kafkajs goes to another offset by itself where the one it wants is not on the topic. That is looked for here, before anything is taken. */
  async #look(partition: number, first: number): Promise<void> {
    const gone = await this.#places.goneBefore(partition, first);
    if (gone === null) return;
    if (this.#options.whenGone === 'halt') throw new Halt(new Error(gone));
    this.#options.report(`${gone} It goes on with offset ${first}, as it was told to.`);
    this.#places.moved(partition, first);
  }
}

/** Ends the reading for good. */
class Halt extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}
