import type { LocalMonth } from '../zone.js';
import { emptyRecord, read, write, type PersistentRecord } from './persistent-record.js';

/** What an owner's months have used: messages or sessions under an allowance, charged messages of a market and category. Plain JSON. */
export interface Counters {
  readonly months: { readonly [month: LocalMonth]: PersistentRecord<number> };
}

export const noCounters: Counters = { months: {} };

/** The newest month that was counted in and the two before it: late facts of those are counted right, older months are forgotten. */
export const monthsKept = 3;

/** So many were counted before; null for a month that is forgotten, which is not the same as none. */
export function countOf({ months }: Counters, month: LocalMonth, key: string): number | null {
  const counted = months[month];
  if (counted !== undefined) return read(counted, key) ?? 0;
  return isForgotten(months, month) ? null : 0;
}

/** The counters once one more was counted. Months that are forgotten by then are dropped. */
export function countOne(counters: Counters, month: LocalMonth, key: string): Counters {
  const known = counters.months[month];
  const counted = write(known ?? emptyRecord, key, ((known && read(known, key)) ?? 0) + 1);
  const months = { ...counters.months, [month]: counted };
  return { months: known === undefined ? withoutForgotten(months) : months };
}

function withoutForgotten(months: Counters['months']): Counters['months'] {
  return Object.fromEntries(Object.entries(months).filter(([month]) => !isForgotten(months, month)));
}

function isForgotten(months: Counters['months'], month: LocalMonth): boolean {
  for (const newer in months) if (ordinal(newer) - ordinal(month) >= monthsKept) return true;
  return false;
}

/** Months since year 0. */
export function ordinal(month: LocalMonth): number {
  const dash = month.length - 3;
  return parseInt(month.slice(0, dash), 10) * 12 + parseInt(month.slice(dash + 1), 10);
}
