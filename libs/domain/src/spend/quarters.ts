import type { Instant } from '@parley/contracts';
import { micros, microsFromText, microsToText, zeroMicros, type Micros, type MicrosText } from '@parley/money';

const quarterMs = 15 * 60_000;
/** Quarter-hours of a day in UTC. Every zone's clock is a whole number of them off, so each local day and hour begins with one. */
export const quartersPerDay = 96;

/**
 * What happened on one day in UTC, by quarter-hour, as running sums: `messages[i]` and `micros[i]` are all up to the end of `quarters[i]`
 * (0..95, ascending; only those in which something happened). So any part of the day is a difference of two entries, wherever a zone cuts it.
 * `micros` is empty while no amount is anything but 0.
 */
export interface Quarters {
  readonly quarters: readonly number[];
  readonly messages: readonly number[];
  readonly micros: readonly MicrosText[];
}

export const noQuarters: Quarters = { quarters: [], messages: [], micros: [] };

/** Quarter-hours since 1970-01-01T00:00Z. */
export function quarterOf(at: Instant): number {
  return Math.floor(at / quarterMs);
}

/** Days in UTC since 1970-01-01. */
export function utcDayOf(at: Instant): number {
  return Math.floor(quarterOf(at) / quartersPerDay);
}

/** With so many more messages, of that amount, at that instant of the day. */
export function counted(known: Quarters, at: Instant, messages: number, amount: bigint): Quarters {
  const quarter = quarterOf(at) - utcDayOf(at) * quartersPerDay;
  const found = known.quarters.findIndex((one) => one >= quarter);
  const index = found < 0 ? known.quarters.length : found;
  const isNew = known.quarters[index] !== quarter;
  const sums = known.micros.length === 0 && amount !== 0n ? known.quarters.map(() => microsToText(zeroMicros)) : known.micros;
  return {
    quarters: isNew ? known.quarters.toSpliced(index, 0, quarter) : known.quarters,
    messages: raised(known.messages, index, isNew, 0, (sum) => sum + messages),
    micros: sums.length === 0 && amount === 0n ? [] : raised(sums, index, isNew, microsToText(zeroMicros), (sum) => plus(sum, micros(amount))),
  };
}

/** Running sums, raised from an index on; a new entry begins with the sum before it. */
function raised<Sum>(sums: readonly Sum[], index: number, isNew: boolean, zero: Sum, raise: (sum: Sum) => Sum): readonly Sum[] {
  const before = index === 0 ? zero : sums[index - 1]!;
  return (isNew ? sums.toSpliced(index, 0, before) : sums).map((sum, at) => (at < index ? sum : raise(sum)));
}

function plus(sum: MicrosText, amount: Micros): MicrosText {
  return amount === 0n ? sum : microsToText(micros(microsFromText(sum) + amount));
}
