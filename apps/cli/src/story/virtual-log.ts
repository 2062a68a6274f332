import { MemoryLog, type Append } from '@parley/bus';
import type { TopicName } from '@parley/contracts';
import type { VirtualTime } from './virtual-time.js';

/** The memory log under virtual time: who waits for a record is woken by it, or when the time is over that never really passes. */
export class VirtualLog extends MemoryLog {
  readonly #waiting = new Map<string, Set<AbortController>>();

  constructor(
    private readonly time: VirtualTime,
    partitions: (topic: TopicName) => number,
  ) {
    super(partitions);
  }

  override async append(request: Append): Promise<number> {
    const base = await super.append(request);
    const place = `${request.topic}/${request.partition}`;
    for (const waiter of this.#waiting.get(place) ?? []) waiter.abort();
    return base;
  }

  override async wait(topic: TopicName, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.records(topic, partition).length > offset) return;
    const place = `${topic}/${partition}`;
    const waiters = this.#waiting.get(place) ?? new Set();
    const arrival = new AbortController();
    this.#waiting.set(place, waiters.add(arrival));
    await this.time.sleep(timeoutMs, signal, arrival.signal);
    waiters.delete(arrival);
  }
}
