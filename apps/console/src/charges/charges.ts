import type { Micros } from '@parley/money';
import type { Charge, ChargePage } from '../api/contract.js';
import type { Answer } from '../api/client.js';
import type { Fault } from '../api/fault.js';
import { readMicros, total } from '../amount/amount.js';
import { inZone } from '../calendar/clock.js';
import { weekdayOf } from '../calendar/day.js';
import type { DayRange } from '../calendar/day.js';

export type Paid = 'all' | 'paid' | 'free';

/** Which charges are meant; null asks for any. Days are those of delivery, in the business's zone. */
export interface Selection {
  readonly range: DayRange | null;
  readonly market: string | null;
  readonly paid: Paid;
  /** Late replies that cost something, sent in this hour of the week; weekday 1 is Monday. */
  readonly lateAt: { readonly weekday: number; readonly hour: number } | null;
}

/** Whether a charge is one of those that make up the number. */
export function belongs(charge: Charge, { range, market, paid, lateAt }: Selection, zone: string): boolean {
  if (lateAt !== null && !isLateAt(charge, lateAt, zone)) return false;
  if (market !== null && charge.market !== market) return false;
  if (paid !== 'all' && (readMicros(charge.amountMicros) === 0n) !== (paid === 'free')) return false;
  if (range === null) return true;
  const { day } = inZone(charge.deliveredAt, zone);
  return range.from <= day && day <= range.to;
}

function isLateAt({ rule, amountMicros, sentAt }: Charge, lateAt: NonNullable<Selection['lateAt']>, zone: string): boolean {
  if (!rule.endsWith('/late-free-form') || readMicros(amountMicros) === 0n) return false;
  const { day, time } = inZone(sentAt, zone);
  return weekdayOf(day) === lateAt.weekday && Number(time.slice(0, 2)) === lateAt.hour;
}

export interface Found {
  /** Latest delivery first. */
  readonly charges: readonly Charge[];
  readonly read: number;
  /** Where to go on; null when all were read. */
  readonly next: string | null;
}

export const nothingFound: Found = { charges: [], read: 0, next: '' };

export interface Reading {
  ask(after: string): Promise<Answer<ChargePage>>;
  onProgress?(read: number): void;
  readonly selection: Selection;
  readonly zone: string;
  /** Pages of 1,000 that are read before a person is asked whether to go on. */
  readonly mostPages?: number;
}

/** Reads on from where `found` stopped, and keeps what belongs to the selection. The list is in the order of the log, which is not that of delivery, so all of it has to be read. */
export async function readOn(found: Found, { ask, onProgress, selection, zone, mostPages = 20 }: Reading): Promise<Found | { readonly fault: Fault }> {
  let { charges, read, next } = found;
  for (let pages = 0; next !== null && pages < mostPages; pages += 1) {
    const answer = await ask(next);
    if ('fault' in answer) return answer;
    const page: ChargePage = answer.value;
    charges = [...charges, ...page.data.filter((charge) => belongs(charge, selection, zone))];
    read += page.data.length;
    next = page.more ? page.next : null;
    onProgress?.(read);
  }
  return { charges: charges.toSorted((one, other) => other.deliveredAt.localeCompare(one.deliveredAt, 'en') || other.chargeId.localeCompare(one.chargeId, 'en')), read, next };
}

export function sumOf(charges: readonly Charge[]): Micros {
  return total(charges.map(({ amountMicros }) => readMicros(amountMicros)));
}
