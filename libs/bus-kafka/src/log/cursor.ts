import type { LogRecord } from '@parley/bus';
import { committedBatches, findBatches, readRecords, type FoundBatch } from '../wire/batches.js';
import type { Fetched } from '../wire/requests.js';

/**
 * One reader's place in a partition, and what was fetched ahead of it. It only moves forward: who reads elsewhere gets a cursor of his own.
 * Batches are kept as they came and read when they are asked for; what was read is dropped.
 */
export class Cursor {
  #batches: FoundBatch[] = [];
  /** From here to `next` there is nothing but what is kept. */
  #from: number;
  #next: number;
  #bytes = 0;
  readonly #waiters = new Set<() => void>();
  /** Offsets below it are settled, as of the last answer. */
  stableEnd = -1;
  /** When it was last asked, by performance.now(). */
  usedAt = 0;
  /** Whether it is part of a request that waits at the broker. */
  polling = false;
  /** Why it leads nowhere: its offset is not on the log. Whoever reads on gets a new cursor, and the reason. */
  dead = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
    offset: number,
  ) {
    this.#from = offset;
    this.#next = offset;
  }

  /** The offset to fetch from. */
  get next(): number {
    return this.#next;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether reading from `offset` goes on where this cursor is. */
  covers(offset: number): boolean {
    return !this.dead && offset >= this.#from && offset <= this.#next;
  }

  /** Whether records at or behind `offset` are kept. */
  holds(offset: number): boolean {
    return this.#batches.length > 0 && this.#batches.at(-1)!.lastOffset >= offset;
  }

  /** Takes records from `offset` on, at most `limit`; what lies before is dropped. Throws WireError where a batch cannot be read. */
  take(offset: number, limit: number): LogRecord[] {
    const records: LogRecord[] = [];
    for (const batch of this.#batches) {
      if (batch.lastOffset < offset) continue;
      for (const record of readRecords(batch, offset)) {
        if (records.length === limit) break;
        records.push(record);
      }
      if (records.length === limit) break;
    }
    this.#from = records.length === limit ? records.at(-1)!.offset + 1 : this.#next;
    while (this.#batches.length > 0 && this.#batches[0]!.lastOffset < this.#from) this.#bytes -= this.#batches.shift()!.bytes.length;
    return records;
  }

  /** Takes the answer to a fetch from this cursor's `next`, or from where that was when it was sent. Throws WireError where it is damaged. */
  give({ records, aborted, stableEnd }: Fetched): void {
    const found = findBatches(records);
    const committed = new Set(committedBatches(found, aborted));
    for (const batch of found) {
      if (batch.lastOffset < this.#next) continue;
      if (committed.has(batch)) {
        this.#batches.push(batch);
        this.#bytes += batch.bytes.length;
      }
      this.#next = batch.lastOffset + 1;
    }
    this.stableEnd = Math.max(stableEnd, this.#next);
    if (this.#batches.length > 0) this.wake();
  }

  end(): void {
    this.dead = true;
    this.wake();
  }

  wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** Calls `waiter` whenever something came. Returns how to stop. */
  onWake(waiter: () => void): () => void {
    this.#waiters.add(waiter);
    return () => void this.#waiters.delete(waiter);
  }
}
