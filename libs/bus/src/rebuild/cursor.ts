import type { EventType, LinkMeta, TopicName } from '@parley/contracts';
import type { Codec, FrameMeta } from '../codec/codec.js';
import type { Log, LogRecord } from '../port/log.js';
import { expectOffset, IncomingLinks } from '../runner/links.js';

const pageRecords = 2_000;

/** What has to be known of a record before it is taken. */
export interface Seen {
  readonly type: EventType;
  readonly meta: LinkMeta;
}

export interface Accepted<Read extends Seen = FrameMeta> {
  readonly record: LogRecord;
  readonly type: EventType;
  readonly meta: Read['meta'];
  /** For the codec: what was read of the record need not be read again. */
  readonly read: Read;
}

/** Reads a partition once, up to the end it had when the cursor was made, and gives each accepted record: repeats dropped, holes refused. */
export class PartitionCursor<Read extends Seen = FrameMeta> {
  readonly links = new IncomingLinks({});
  readonly #where: string;
  #record: LogRecord | undefined;
  #seen: Read | undefined;
  #page: readonly LogRecord[] = [];
  #index = 0;
  #offset = 0;
  /** Records before the first were let go with age: a link is then met in the middle. */
  #trimmed = false;

  private constructor(
    private readonly log: Log,
    private readonly read: (frame: Uint8Array) => Read,
    private readonly topic: TopicName,
    private readonly partition: number,
    readonly end: number,
  ) {
    this.#where = `${topic}/${partition}`;
  }

  static open(log: Log, codec: Pick<Codec, 'readMeta'>, topic: TopicName, partition: number): Promise<PartitionCursor> {
    return PartitionCursor.reading(log, (frame) => codec.readMeta(frame), topic, partition);
  }

  /** @param read what is read of each record, its metadata at least. */
  static async reading<Read extends Seen>(log: Log, read: (frame: Uint8Array) => Read, topic: TopicName, partition: number): Promise<PartitionCursor<Read>> {
    const cursor = new PartitionCursor<Read>(log, read, topic, partition, await log.end(topic, partition));
    cursor.#offset = await log.start(topic, partition);
    cursor.#trimmed = cursor.#offset > 0;
    return cursor;
  }

  /** The next accepted record; undefined at the end. */
  async next(): Promise<Accepted<Read> | undefined> {
    while (!this.advance()) if (!(await this.turn())) return undefined;
    const { record, seen: read } = this;
    return { record, type: read.type, meta: read.meta, read };
  }

  /** The record accepted last. */
  get record(): LogRecord {
    return this.#record!;
  }

  /** What was read of it. */
  get seen(): Read {
    return this.#seen!;
  }

  /** Goes on to the next accepted record of the page at hand; false where the page is done. A promise per record would cost more than the record. */
  advance(): boolean {
    while (this.#index < this.#page.length) {
      const record = this.#page[this.#index]!;
      expectOffset(record, this.#offset, this.#where);
      this.#index += 1;
      this.#offset = record.offset + 1;
      const seen = this.read(record.value);
      if (this.#trimmed) this.links.meet(seen.meta);
      if (this.links.take(seen.meta, this.#where, record.offset) === 'drop') continue;
      this.#record = record;
      this.#seen = seen;
      return true;
    }
    return false;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Reads the next page; false at the end. Only when the one at hand is done. */
  async turn(): Promise<boolean> {
    if (this.#offset >= this.end) return false;
    this.#page = await this.log.read(this.topic, this.partition, this.#offset, Math.min(pageRecords, this.end - this.#offset));
    this.#index = 0;
    return this.#page.length > 0;
  }
}
