import type { CatalogFold, TopicName } from '@parley/contracts';
import { expectOffset, IncomingLinks } from '../runner/links.js';
import { HaltError, messageOf, StoppedError, type RunnerPorts } from '../runner/ports.js';

const topic: TopicName = 'parley.catalog.v1';
const pageRecords = 1_000;

interface Waiter {
  readonly offset: number;
  wake(): void;
}

/**
 * The catalog as this process knows it: a fold over its one partition. A record that cannot be read or folded halts the view for good, and
 * with it every lane that needs more than it holds: deciding on half a catalog would be wrong for ever.
 */
export class CatalogView<Catalog> {
  readonly #links = new IncomingLinks({});
  #state: Catalog;
  #offset = 0;
  #failure: HaltError | undefined;
  #waiters: Waiter[] = [];

  constructor(
    private readonly ports: RunnerPorts,
    private readonly fold: CatalogFold<Catalog>,
    /** The longest wait for new records before looking again. */
    private readonly idleMs = 5_000,
  ) {
    this.#state = fold.initial;
  }

  /** The state and the number of records it holds, taken together. */
  view(): { readonly state: Catalog; readonly offset: number } {
    return { state: this.#state, offset: this.#offset };
  }

  /** Why it halted, if it did. */
  get failure(): string | undefined {
    return this.#failure?.message;
  }

  /** Reads what is there, then follows until `signal` aborts. The promise resolves at the end of following. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log } = this.ports;
    while (!signal.aborted && !this.#failure) {
      try {
        const more = await this.catchUp();
        if (!more) await log.wait(topic, 0, this.#offset, this.idleMs, signal);
      } catch (error) {
        if (error instanceof HaltError) this.#fail(error);
        else await this.ports.sleep(200, signal);
      }
    }
    this.#wake(Infinity);
  }

  /** Folds one page. Returns whether there was any. */
  async catchUp(): Promise<boolean> {
    const records = await this.ports.log.read(topic, 0, this.#offset, pageRecords);
    for (const record of records) {
      const where = `catalog, offset ${record.offset}`;
      expectOffset(record, this.#offset, where);
      try {
        const { meta } = this.ports.codec.readMeta(record.value);
        if (this.#links.take(meta, 'catalog', record.offset) === 'take') this.#state = this.fold.evolve(this.#state, this.ports.codec.decode(record.value));
      } catch (error) {
        if (error instanceof HaltError) throw error;
        throw new HaltError(`${where}: ${messageOf(error)}. The catalog cannot be skipped: deploy a version that reads it, or restore the topic.`);
      }
      this.#offset = record.offset + 1;
    }
    this.#wake(this.#offset);
    return records.length > 0;
  }

  /** Resolves once `offset` records are folded. Reports every `lateMs` while it waits; holds nothing meanwhile. */
  async reach(offset: number, lane: string, lateMs: number, signal: AbortSignal): Promise<void> {
    const since = this.ports.clock();
    while (this.#offset < offset) {
      if (this.#failure) throw this.#failure;
      if (signal.aborted) throw new StoppedError(lane);
      await this.#woken(offset, lateMs, signal);
      const waitedMs = this.ports.clock() - since;
      if (this.#offset < offset && waitedMs >= lateMs) this.ports.report({ kind: 'catalog-late', lane, offset, waitedMs });
    }
  }

  async #woken(offset: number, lateMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => this.#waiters.push({ offset, wake: resolve }));
    await Promise.race([woken, this.ports.sleep(lateMs, AbortSignal.any([signal, done.signal]))]);
    done.abort();
  }

  #fail(error: HaltError): void {
    this.#failure = error;
    this.ports.report({ kind: 'halted', lane: 'catalog', error: error.message });
  }

  #wake(offset: number): void {
    const ready = this.#waiters.filter((waiter) => waiter.offset <= offset);
    this.#waiters = this.#waiters.filter((waiter) => waiter.offset > offset);
    for (const waiter of ready) waiter.wake();
  }
}
