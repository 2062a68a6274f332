import type { Micros } from '@parley/money';
import type { Charge, ChargePage } from '../api/contract.js';
import type { Answer } from '../api/client.js';
import type { Fault } from '../api/fault.js';
import { readMicros, total } from '../amount/amount.js';
import type { DayRange } from '../calendar/day.js';

export type Paid = 'all' | 'paid' | 'free';

/** Which charges are meant; null asks for any. Days are those of delivery, in the business's zone; with `lateAt` those of sending. */
export interface Selection {
  readonly range: DayRange | null;
  readonly market: string | null;
  readonly paid: Paid;
  /** Late replies that cost something, sent in this hour of the week; weekday 1 is Monday. */
  readonly lateAt: { readonly weekday: number; readonly hour: number } | null;
}

/** What the platform is asked for: it filters, in the days and hours of the business's zone. */
export function queryOf({ range, market, paid, lateAt }: Selection): Readonly<Record<string, string | null | undefined>> {
  return { order: 'delivered', from: range?.from, to: range?.to, market, cost: paid === 'all' ? null : paid, lateHour: lateAt && `${lateAt.weekday}-${lateAt.hour}` };
}

export interface Found {
  /** Latest delivery first. */
  readonly charges: readonly Charge[];
  /** Where to go on; null when all were read. */
  readonly next: string | null;
}

export const nothingFound: Found = { charges: [], next: '' };

export interface Reading {
  ask(after: string): Promise<Answer<ChargePage>>;
  onProgress?(found: Found): void;
  /** Pages of 1,000 that are read before a person is asked whether to go on. */
  readonly mostPages?: number;
}

/** Reads on from where `found` stopped. */
export async function readOn(found: Found, { ask, onProgress, mostPages = 20 }: Reading): Promise<Found | { readonly fault: Fault }> {
  let read = found;
  for (let pages = 0; read.next !== null && pages < mostPages; pages += 1) {
    const answer = await ask(read.next);
    if ('fault' in answer) return answer;
    const page: ChargePage = answer.value;
    read = { charges: [...read.charges, ...page.data], next: page.more ? page.next : null };
    onProgress?.(read);
  }
  return read;
}

export function sumOf(charges: readonly Charge[]): Micros {
  return total(charges.map(({ amountMicros }) => readMicros(amountMicros)));
}
