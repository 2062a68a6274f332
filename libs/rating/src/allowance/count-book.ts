import type { LocalMonth } from '../zone.js';
import { monthsKept, ordinal } from './counters.js';

/**
 * `Counters` for whoever folds a whole log in memory: one more is counted in place, where those, which states are made of, are written anew. It keeps
 * the same months and gives the same counts; a spec holds one against the other.
 */
export class CountBook {
  readonly #months = new Map<LocalMonth, Map<string, number>>();
  #newest = -Infinity;

  /** So many were counted before; null for a month that is forgotten, which is not the same as none. */
  of(month: LocalMonth, key: string): number | null {
    const counted = this.#months.get(month);
    if (counted !== undefined) return counted.get(key) ?? 0;
    return this.#isForgotten(month) ? null : 0;
  }

  /** Counts one more. Months that are forgotten by then are dropped. */
  count(month: LocalMonth, key: string): void {
    const known = this.#months.get(month);
    if (known !== undefined) known.set(key, (known.get(key) ?? 0) + 1);
    else this.#open(month, new Map([[key, 1]]));
  }

  /** What was counted, by month. */
  get months(): ReadonlyMap<LocalMonth, ReadonlyMap<string, number>> {
    return this.#months;
  }

  #open(month: LocalMonth, counted: Map<string, number>): void {
    this.#newest = Math.max(this.#newest, ordinal(month));
    this.#months.set(month, counted);
    for (const known of this.#months.keys()) if (this.#isForgotten(known)) this.#months.delete(known);
  }

  #isForgotten(month: LocalMonth): boolean {
    return this.#newest - ordinal(month) >= monthsKept;
  }
}
