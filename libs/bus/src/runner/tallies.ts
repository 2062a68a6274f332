import type { Tally } from '@parley/contracts';
import type { TallyChange } from '../port/store.js';

/** What a batch has counted so far. */
export class Tallies {
  readonly #counts = new Map<string, { readonly businessId: string; readonly what: string; count: number }>();

  add(tallies: readonly Tally[]): void {
    for (const { businessId, what } of tallies) {
      const key = `${businessId} ${what}`;
      const known = this.#counts.get(key);
      if (known) known.count += 1;
      else this.#counts.set(key, { businessId, what, count: 1 });
    }
  }

  all(): readonly TallyChange[] {
    return [...this.#counts.values()];
  }

  clear(): void {
    this.#counts.clear();
  }
}
