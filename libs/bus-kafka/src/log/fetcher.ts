import { OffsetOutOfRangeError, type LogRecord } from '@parley/bus';
import { ClosedError, type Cluster } from '../client/cluster.js';
import { groupBy } from '../wire/group.js';
import { BrokerError, offsetOutOfRange } from '../wire/errors.js';
import { fetchRequest, type Fetched, type PartitionOf } from '../wire/requests.js';
import { Cursor } from './cursor.js';

export interface FetcherLimits {
  /** Bytes of an answer, over all its partitions. */
  readonly answerBytes: number;
  readonly partitionBytes: number;
  /** Bytes kept ahead of one reader: above, nothing more is fetched for it. */
  readonly cursorBytes: number;
  /** Bytes kept ahead of all readers: above, only those are fetched for who have nothing. */
  readonly keptBytes: number;
  /** How long the broker waits for records when there are none. */
  readonly pollMs: number;
  /** How long a read is tried before it fails. */
  readonly patienceMs: number;
  /** A cursor that nobody asked for so long is forgotten. */
  readonly idleMs: number;
  /** Nothing more is fetched for one that leaves unread what it has. */
  readonly unreadMs: number;
  readonly retryMs: number;
}

export const fetcherLimits: FetcherLimits = {
  answerBytes: 8 * 1_048_576, partitionBytes: 1_048_576, cursorBytes: 2 * 1_048_576, keptBytes: 32 * 1_048_576, pollMs: 100, patienceMs: 15_000, idleMs: 30_000, unreadMs: 2_000, retryMs: 100,
};

interface Wanted {
  readonly cursor: Cursor;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Reads partitions ahead of their readers. Two kinds of request per broker: polls, which wait at the broker until there is something and carry
 * every cursor that has room, and single fetches, which answer at once, for who has nothing and must know whether there is anything.
 */
export class Fetcher {
  readonly #cursors = new Map<string, Cursor[]>();
  readonly #wanted: Wanted[] = [];
  readonly #polls = new Set<string>();
  readonly #limits: FetcherLimits;
  #fetching = false;
  #closed = false;

  constructor(
    private readonly cluster: Cluster,
    /** Whose it is: readers do not wait for one another. */
    private readonly reader: string,
    limits: Partial<FetcherLimits> = {},
  ) {
    this.#limits = { ...fetcherLimits, ...limits };
  }

  /** Records from `offset` on; empty at the end. Throws OffsetOutOfRangeError where there is no such offset. */
  async read(topic: string, partition: number, offset: number, limit: number): Promise<LogRecord[]> {
    const givenUpAt = performance.now() + this.#limits.patienceMs;
    for (;;) {
      const cursor = this.#cursor(topic, partition, offset);
      // Ends of transactions and what was given up move the cursor but are nothing to read.
      for (let asked = false; !cursor.holds(offset) && (!asked || cursor.next < cursor.stableEnd); asked = true) {
        await this.#fetch(cursor);
        if (performance.now() > givenUpAt) break;
      }
      // Meanwhile another reader at the same place may have taken what was to be read here.
      if (!cursor.covers(offset)) continue;
      const records = cursor.take(offset, limit);
      this.#ahead(cursor);
      return records;
    }
  }

  /** Resolves when there may be records at `offset`, after `timeoutMs`, or when told to. */
  async wait(topic: string, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#closed) return;
    const cursor = this.#cursor(topic, partition, offset);
    if (cursor.holds(offset)) return;
    await new Promise<void>((resolve) => {
      const woken = (): void => {
        if (!cursor.holds(offset) && !cursor.dead) return;
        done();
      };
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        forget();
        resolve();
      };
      const forget = cursor.onWake(woken);
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done);
      // It joins the next poll; until then one look of its own, so that nobody waits for what is there.
      if (!cursor.polling) this.#fetch(cursor).catch(() => undefined);
      this.#poll(cursor);
    });
  }

  /** Bytes kept ahead of readers. */
  get keptBytes(): number {
    let bytes = 0;
    for (const cursors of this.#cursors.values()) for (const cursor of cursors) bytes += cursor.bytes;
    return bytes;
  }

  close(): void {
    this.#closed = true;
    for (const { reject } of this.#wanted.splice(0)) reject(new ClosedError('the log is closed'));
    for (const cursors of this.#cursors.values()) for (const cursor of cursors) cursor.end();
    this.#cursors.clear();
  }

  #cursor(topic: string, partition: number, offset: number): Cursor {
    if (this.#closed) throw new ClosedError('the log is closed');
    const place = `${topic}/${partition}`;
    const now = performance.now();
    const kept = (this.#cursors.get(place) ?? []).filter((cursor) => !cursor.dead && now - cursor.usedAt < this.#limits.idleMs);
    let cursor = kept.find((candidate) => candidate.covers(offset));
    if (!cursor) {
      cursor = new Cursor(topic, partition, offset);
      kept.push(cursor);
    }
    cursor.usedAt = now;
    this.#cursors.set(place, kept);
    return cursor;
  }

  /** Fetches on in the background while its reader is busy. */
  #ahead(cursor: Cursor): void {
    if (cursor.polling || cursor.next >= cursor.stableEnd || cursor.bytes > this.#limits.cursorBytes / 2) this.#poll(cursor);
    else this.#fetch(cursor).then(() => this.#poll(cursor), () => undefined);
  }

  /** One fetch that answers at once; shared with whoever else asks in this turn. */
  #fetch(cursor: Cursor): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ cursor, resolve, reject });
      if (this.#fetching) return;
      this.#fetching = true;
      setImmediate(() => void this.#serve());
    });
  }

  async #serve(): Promise<void> {
    while (this.#wanted.length > 0) {
      const all = this.#wanted.splice(0);
      const groups = groupBy(all, ({ cursor }) => this.cluster.leader(cursor.topic, cursor.partition));
      await Promise.all([...groups].map(([leader, group]) => this.#serveLeader(leader, group)));
    }
    this.#fetching = false;
  }

  /** A partition can stand in a request once; a second cursor of it has to wait for the next. */
  async #serveLeader(leader: number | undefined, group: readonly Wanted[]): Promise<void> {
    const now: Wanted[] = [];
    const places = new Map<string, Cursor>();
    for (const wanted of group) {
      const place = `${wanted.cursor.topic}/${wanted.cursor.partition}`;
      if ((places.get(place) ?? wanted.cursor) !== wanted.cursor) this.#wanted.push(wanted);
      else {
        places.set(place, wanted.cursor);
        now.push(wanted);
      }
    }
    try {
      await this.#request(leader, [...places.values()], 0, `${this.reader} fetch`, this.#limits.patienceMs);
      for (const { resolve } of now) resolve();
    } catch (error) {
      // One partition's refusal is not the others'.
      if (now.length > 1 && places.size > 1) await Promise.all([...places.values()].map((cursor) => this.#serveLeader(leader, now.filter((wanted) => wanted.cursor === cursor))));
      else for (const { reject } of now) reject(error);
    }
  }

  /** Sees to it that the cursor is part of a poll. Cursors of one partition poll apart, by their place among them. */
  #poll(cursor: Cursor): void {
    const rank = (this.#cursors.get(`${cursor.topic}/${cursor.partition}`) ?? []).indexOf(cursor);
    const leader = this.cluster.leader(cursor.topic, cursor.partition);
    if (rank < 0 || leader === undefined) return;
    const name = `${this.reader} poll ${rank} ${leader}`;
    if (this.#polls.has(name)) return;
    this.#polls.add(name);
    void this.#polling(name, rank, leader).finally(() => this.#polls.delete(name));
  }

  async #polling(name: string, rank: number, leader: number): Promise<void> {
    for (;;) {
      const cursors = this.#pollable(rank, leader);
      if (cursors.length === 0 || this.#closed) return;
      for (const cursor of cursors) cursor.polling = true;
      try {
        await this.#request(leader, cursors, this.#limits.pollMs, name, 0);
      } catch (error) {
        if (error instanceof OffsetOutOfRangeError) continue;
        // Readers meet the error by themselves; they are woken by their own time.
        await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMs));
        await this.cluster.refresh().catch(() => undefined);
        if (this.cluster.leader(cursors[0]!.topic, cursors[0]!.partition) !== leader) return;
      } finally {
        for (const cursor of cursors) cursor.polling = false;
      }
    }
  }

  /** Cursors that somebody reads and that have room. */
  #pollable(rank: number, leader: number): Cursor[] {
    const now = performance.now();
    const all = [...this.#cursors.values()];
    const room = this.keptBytes > this.#limits.keptBytes ? 1 : this.#limits.cursorBytes;
    return all.flatMap((cursors) => {
      const cursor = cursors[rank];
      if (!cursor || cursor.dead || cursor.bytes >= room) return [];
      // What was fetched ahead and is not read on may never be.
      if (now - cursor.usedAt > (cursor.bytes > 0 ? this.#limits.unreadMs : this.#limits.idleMs)) return [];
      return this.cluster.leader(cursor.topic, cursor.partition) === leader ? [cursor] : [];
    });
  }

  /** Sends one fetch and gives its answers out; where leaders have moved or a broker is away, again until `patienceMs` have passed. */
  async #request(leader: number | undefined, cursors: readonly Cursor[], waitMs: number, purpose: string, patienceMs: number): Promise<void> {
    const since = performance.now();
    for (let to = leader; ; to = this.cluster.leader(cursors[0]!.topic, cursors[0]!.partition)) {
      if (this.#closed) throw new ClosedError('the log is closed');
      try {
        if (to === undefined) throw new BrokerError(5, cursors[0]!.topic);
        const { answerBytes: maxBytes, partitionBytes } = this.#limits;
        const positions = cursors.map(({ topic, partition, next }) => ({ topic, partition, offset: next }));
        return handOut(cursors, await this.cluster.send(to, fetchRequest(positions, { waitMs, maxBytes, partitionBytes }), purpose));
      } catch (error) {
        const final = error instanceof OffsetOutOfRangeError || error instanceof ClosedError || (error instanceof BrokerError && !error.passing);
        if (final || performance.now() - since >= patienceMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMs));
        await this.cluster.refresh().catch(() => undefined);
      }
    }
  }
}

/** Gives each cursor its answer; then throws for the first that was refused. */
function handOut(cursors: readonly Cursor[], answers: readonly PartitionOf<Fetched>[]): void {
  let refusal: Error | undefined;
  for (const { topic, partition, value } of answers) {
    const cursor = cursors.find((candidate) => candidate.partition === partition && candidate.topic === topic);
    if (!cursor) continue;
    if (value.error === 0) cursor.give(value);
    else refusal ??= refused(cursor, value);
  }
  if (refusal) throw refusal;
}

function refused(cursor: Cursor, { error, start }: Fetched): Error {
  const place = `${cursor.topic}/${cursor.partition}`;
  if (error !== offsetOutOfRange) return new BrokerError(error, place);
  const message = `${place} has no offset ${cursor.next}${start >= 0 ? `, it begins at ${start}` : ''}`;
  cursor.end();
  return new OffsetOutOfRangeError(message);
}
