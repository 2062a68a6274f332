import type { EventType, Meta, TopicName } from '@parley/contracts';
import type { Codec, FrameMeta } from '../codec/codec.js';
import type { Log, LogRecord } from '../port/log.js';
import { expectOffset, IncomingLinks } from '../runner/links.js';

const pageRecords = 2_000;

export interface Accepted {
  readonly record: LogRecord;
  readonly type: EventType;
  readonly meta: Meta;
  /** For the codec: what was read of the record need not be read again. */
  readonly read: FrameMeta;
}

/** Reads a partition once, up to the end it had when the cursor was made, and gives each accepted record: repeats dropped, holes refused. */
export class PartitionCursor {
  readonly links = new IncomingLinks({});
  #page: readonly LogRecord[] = [];
  #index = 0;
  #offset = 0;
  /** Records before the first were let go with age: a link is then met in the middle. */
  #trimmed = false;

  private constructor(
    private readonly log: Log,
    private readonly codec: Codec,
    private readonly topic: TopicName,
    private readonly partition: number,
    readonly end: number,
  ) {}

  static async open(log: Log, codec: Codec, topic: TopicName, partition: number): Promise<PartitionCursor> {
    const cursor = new PartitionCursor(log, codec, topic, partition, await log.end(topic, partition));
    cursor.#offset = await log.start(topic, partition);
    cursor.#trimmed = cursor.#offset > 0;
    return cursor;
  }

  async next(): Promise<Accepted | undefined> {
    for (;;) {
      const record = await this.#record();
      if (record === undefined) return undefined;
      const read = this.codec.readMeta(record.value);
      const { type, meta } = read;
      if (this.#trimmed) this.links.meet(meta);
      if (this.links.take(meta, `${this.topic}/${this.partition}`, record.offset) === 'take') return { record, type, meta, read };
    }
  }

  get offset(): number {
    return this.#offset;
  }

  async #record(): Promise<LogRecord | undefined> {
    if (this.#offset >= this.end) return undefined;
    if (this.#index === this.#page.length) {
      this.#page = await this.log.read(this.topic, this.partition, this.#offset, Math.min(pageRecords, this.end - this.#offset));
      this.#index = 0;
    }
    const record = this.#page[this.#index];
    if (record === undefined) return undefined;
    expectOffset(record, this.#offset, `${this.topic}/${this.partition}`);
    this.#index += 1;
    this.#offset = record.offset + 1;
    return record;
  }
}
