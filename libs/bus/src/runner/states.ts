import type { LaneStore } from '../port/store.js';
import { readState } from './state-text.js';

/**
 * The states a lane has in memory: the most recently used keys, at most as many between batches as `keep` was told. Only the lane's owner writes its
 * states, and its commits are guarded by the epoch, so what is here is what is stored, or the next commit fails.
 */
export class StateCache {
  readonly #states = new Map<string, unknown>();

  constructor(
    private readonly lane: string,
    private readonly store: Pick<LaneStore, 'states'>,
    private readonly initial: unknown,
  ) {}

  /** Brings the keys' states into memory, in one query for those that are missing. */
  async load(keys: Iterable<string>): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.#states.has(key));
    if (missing.length === 0) return;
    const stored = await this.store.states(this.lane, missing);
    for (const key of missing) {
      const text = stored.get(key);
      this.#states.set(key, text === undefined ? this.initial : readState(text, this.initial));
    }
  }

  get(key: string): unknown {
    const state = this.#states.get(key);
    if (state === undefined) throw new Error(`state of ${key} was not loaded`);
    return state;
  }

  /** Takes over committed states and lets the least recently used ones go, until so many are left. */
  keep(changed: ReadonlyMap<string, unknown>, limit: number): void {
    for (const [key, state] of changed) {
      this.#states.delete(key);
      this.#states.set(key, state);
    }
    for (const key of this.#states.keys()) {
      if (this.#states.size <= limit) break;
      this.#states.delete(key);
    }
  }

  get size(): number {
    return this.#states.size;
  }
}
