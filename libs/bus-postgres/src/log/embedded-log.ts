import { OffsetOutOfRangeError, type Append, type Log, type LogRecord, type Place } from '@parley/bus';
import type { TopicName } from '@parley/contracts';
import { identifier, type Database, type Queryable } from '../database/database.js';
import { appendOneSql, appendSql, pack } from './append.js';
import { Arrivals } from './arrivals.js';
import { makeHeads } from './heads.js';
import { readBytes, readSql, recordsOf, type BatchRow } from './read.js';
import { Retention } from './retention.js';

/** A topic as this log keeps it. */
export interface TopicLayout {
  readonly name: TopicName;
  readonly partitions: number;
  /** How long records are kept, ms; null for ever. */
  readonly retentionMs: number | null;
}

export interface EmbeddedLogOptions {
  readonly topics: readonly TopicLayout[];
  /** Now, epoch ms. */
  readonly clock: () => number;
  readonly schema?: string;
}

/** Records appended within a transaction: nobody sees them until it commits. */
export interface Appended {
  /** Per append, in order, the offset of its first record. */
  readonly bases: readonly number[];
  /** Per partition, the offset behind the last record. */
  readonly ends: { readonly [place: Place]: number };
  /** To be called after the commit: wakes those who wait in this process. */
  announce(): void;
}

/** How long other processes' appends may stay unseen where their notice was lost. */
const pollMs = 200;

/** The event log as tables of a PostgreSQL database. One instance serves a whole process. */
export class EmbeddedLog implements Log {
  readonly #arrivals = new Arrivals(() => this.#poll());
  readonly #topics: ReadonlyMap<TopicName, TopicLayout>;
  readonly #retention: Retention;
  readonly #sql: { readonly append: string; readonly appendOne: string; readonly read: string; readonly head: string; readonly heads: string };
  #stopListening: (() => Promise<void>) | undefined;
  #closed = false;
  #polling = false;

  private constructor(
    private readonly database: Database,
    private readonly options: EmbeddedLogOptions,
  ) {
    const schema = options.schema ?? 'log';
    const log = identifier(schema);
    this.#topics = new Map(options.topics.map((topic) => [topic.name, topic]));
    this.#retention = new Retention(database, schema);
    const channel = database.kind === 'postgres' ? channelOf(schema) : undefined;
    this.#sql = {
      append: appendSql(schema, channel),
      appendOne: appendOneSql(schema, channel),
      read: readSql(schema),
      head: `select first, next from ${log}.head where topic = $1 and partition = $2`,
      heads: `select topic, partition, next from ${log}.head`,
    };
  }

  /** The log's tables exist already (`logTablesSql`). Rejects where a topic has another number of partitions than it was made with. */
  static async open(database: Database, options: EmbeddedLogOptions): Promise<EmbeddedLog> {
    const log = new EmbeddedLog(database, options);
    await makeHeads(database, options);
    if (database.kind === 'postgres') log.#stopListening = await database.listen(channelOf(options.schema ?? 'log'), (told) => log.#hear(told));
    return log;
  }

  partitions(topic: TopicName): number {
    return this.#topic(topic).partitions;
  }

  async append(request: Append): Promise<number> {
    if (request.records.length === 0) return this.end(request.topic, request.partition);
    const appended = await this.database.transaction((transaction) => this.appendWithin(transaction, [request]));
    appended.announce();
    return appended.bases[0]!;
  }

  /** Appends within a transaction of this log's database, one statement for all; call `announce` when it has committed. */
  async appendWithin(transaction: Queryable, appends: readonly Append[]): Promise<Appended> {
    for (const { topic, partition } of appends) this.#check(topic, partition);
    const { params, one, stretches, places } = pack(appends.filter(({ records }) => records.length > 0), this.options.clock());
    const { rows } = await transaction.query<{ n: number; base: number }>(one ? this.#sql.appendOne : this.#sql.append, one ?? params);
    if (rows.length !== places.length) throw new Error(`the log has no head for one of ${places.map(({ name }) => name).join(', ')}`);
    const firsts = new Map(rows.map(({ n, base }) => [n - 1, base]));
    const bases = stretches.map(({ place, skip }) => firsts.get(place)! + skip);
    const ends = Object.fromEntries(places.map(({ name, total }, index) => [name, firsts.get(index)! + total]));
    const announce = (): void => Object.entries(ends).forEach(([place, end]) => this.#arrivals.arrived(place, end));
    return { bases, ends, announce };
  }

  async read(topic: TopicName, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    this.#check(topic, partition);
    const { rows } = await this.database.query<BatchRow>(this.#sql.read, [topic, partition, offset, limit, readBytes]);
    const [head] = rows;
    if (head === undefined) throw new Error(`the log has no head for ${topic}/${partition}`);
    if (offset < head.first || offset > head.next) {
      throw new OffsetOutOfRangeError(`${topic}/${partition}: offset ${offset} was asked for, the log holds ${head.first} to ${head.next}`);
    }
    return recordsOf(rows, offset, limit);
  }

  async start(topic: TopicName, partition: number): Promise<number> {
    return (await this.#head(topic, partition)).first;
  }

  async end(topic: TopicName, partition: number): Promise<number> {
    return (await this.#head(topic, partition)).next;
  }

  wait(topic: TopicName, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#arrivals.wait(`${topic}/${partition}`, offset, timeoutMs, signal);
  }

  /** Removes batches that are past their topic's retention. Returns how many records went. */
  async trim(): Promise<number> {
    return this.#retention.trim(this.options.topics, this.options.clock());
  }

  /** Stops listening and polling; those who wait are woken. The database stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#arrivals.wakeAll();
    await this.#stopListening?.();
  }

  async #head(topic: TopicName, partition: number): Promise<{ first: number; next: number }> {
    this.#check(topic, partition);
    const { rows } = await this.database.query<{ first: number; next: number }>(this.#sql.head, [topic, partition]);
    if (rows[0] === undefined) throw new Error(`the log has no head for ${topic}/${partition}`);
    return rows[0];
  }

  #hear(told: string): void {
    const [place, end] = told.split(' ');
    this.#arrivals.arrived(place!, Number(end));
  }

  /** One query for all who wait, as long as somebody does. */
  #poll(): void {
    if (this.#polling || this.#closed || !this.#arrivals.waiting) return;
    this.#polling = true;
    const timer = setTimeout(() => {
      this.database
        .query<{ topic: string; partition: number; next: number }>(this.#sql.heads, [])
        .then(({ rows }) => rows.forEach(({ topic, partition, next }) => this.#arrivals.arrived(`${topic}/${partition}`, next)))
        .catch(() => this.#arrivals.wakeAll())
        .finally(() => {
          this.#polling = false;
          this.#poll();
        });
    }, pollMs);
    timer.unref();
  }

  #topic(topic: TopicName): TopicLayout {
    const layout = this.#topics.get(topic);
    if (layout === undefined) throw new RangeError(`${topic} is not a topic of this log`);
    return layout;
  }

  #check(topic: TopicName, partition: number): void {
    const { partitions } = this.#topic(topic);
    if (!(partition >= 0 && partition < partitions)) throw new RangeError(`${topic}/${partition}: the topic has ${partitions} partitions`);
  }
}

function channelOf(schema: string): string {
  return `parley_${schema}`;
}
