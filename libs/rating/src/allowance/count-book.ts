import type { LocalMonth } from '../zone.js';
import { monthsKept, ordinal } from './counters.js';

/** One count: changed in place. */
interface Count {
  times: number;
}

/**
 * `Counters` for whoever folds a whole log in memory: one more is counted in place, where those, which states are made of, are written anew. It keeps
 * the same months and gives the same counts; a spec holds one against the other.
 */
export class CountBook {
  readonly #months = new Map<LocalMonth, Map<string, Count>>();
  #newest = -Infinity;
  /** What was asked for last is what is counted next. */
  #asked: { readonly month: LocalMonth; readonly key: string; readonly count: Count } | null = null;

  /** So many were counted before; null for a month that is forgotten, which is not the same as none. */
  of(month: LocalMonth, key: string): number | null {
    const counted = this.#months.get(month);
    if (counted === undefined) return this.#isForgotten(month) ? null : 0;
    const count = counted.get(key);
    if (count === undefined) return 0;
    this.#asked = { month, key, count };
    return count.times;
  }

  /** Counts one more. Months that are forgotten by then are dropped. */
  count(month: LocalMonth, key: string): void {
    const asked = this.#asked;
    if (asked !== null && asked.key === key && asked.month === month) return void (asked.count.times += 1);
    const counted = this.#months.get(month) ?? this.#opened(month);
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { times: 1 });
    else known.times += 1;
  }

  /** What was counted, by month. */
  *months(): Generator<readonly [LocalMonth, ReadonlyMap<string, Readonly<Count>>]> {
    yield* this.#months;
  }

  #opened(month: LocalMonth): Map<string, Count> {
    const counted = new Map<string, Count>();
    this.#newest = Math.max(this.#newest, ordinal(month));
    this.#months.set(month, counted);
    for (const known of this.#months.keys()) if (this.#isForgotten(known)) this.#months.delete(known);
    this.#asked = null;
    return counted;
  }

  #isForgotten(month: LocalMonth): boolean {
    return this.#newest - ordinal(month) >= monthsKept;
  }
}
