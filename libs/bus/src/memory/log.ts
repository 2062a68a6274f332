import type { TopicName } from '@parley/contracts';
import { OffsetOutOfRangeError, type Append, type Log, type LogRecord } from '../port/log.js';

/** The log in memory: for tests and the simulation, and the shortest statement of what a log is. */
export class MemoryLog implements Log {
  readonly #partitions = new Map<string, LogRecord[]>();
  readonly #waiters = new Map<string, Set<() => void>>();

  constructor(private readonly counts: (topic: TopicName) => number) {}

  partitions(topic: TopicName): number {
    return this.counts(topic);
  }

  async append({ topic, partition, records }: Append): Promise<number> {
    const list = this.#list(topic, partition);
    const base = list.length;
    records.forEach((record, index) => list.push({ ...record, offset: base + index }));
    for (const wake of this.#waiters.get(`${topic}/${partition}`) ?? []) wake();
    return base;
  }

  async read(topic: TopicName, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    const list = this.#list(topic, partition);
    if (offset < 0 || offset > list.length) throw new OffsetOutOfRangeError(`${topic}/${partition}: offset ${offset} of ${list.length}`);
    return list.slice(offset, offset + limit);
  }

  async start(): Promise<number> {
    return 0;
  }

  async end(topic: TopicName, partition: number): Promise<number> {
    return this.#list(topic, partition).length;
  }

  wait(topic: TopicName, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#list(topic, partition).length > offset) return Promise.resolve();
    const place = `${topic}/${partition}`;
    const waiters = this.#waiters.get(place) ?? new Set();
    this.#waiters.set(place, waiters);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      waiters.add(wake);
    });
  }

  /** All records of a partition, for checks. */
  records(topic: TopicName, partition: number): readonly LogRecord[] {
    return this.#list(topic, partition);
  }

  #list(topic: TopicName, partition: number): LogRecord[] {
    const place = `${topic}/${partition}`;
    const list = this.#partitions.get(place) ?? [];
    if (!this.#partitions.has(place)) {
      if (!(partition >= 0 && partition < this.counts(topic))) throw new RangeError(`${place}: the topic has ${this.counts(topic)} partitions`);
      this.#partitions.set(place, list);
    }
    return list;
  }
}
