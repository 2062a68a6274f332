import type { Micros } from '@parley/money';
import { micros } from '@parley/money';
import { drawnSize, readMicros } from '../amount/amount.js';
import type { RepricedBusiness, RepricedCurrency, WhatIfQuestion } from '../api/contract.js';
import type { Fault } from '../api/fault.js';
import type { DayRange } from '../calendar/day.js';

/** What a person has filled in. */
export interface Draft {
  /** A name of the platform's, `own`, or `catalog/<policyId>/<version>`. */
  readonly rules: string;
  /** The text of a policy of one's own. */
  readonly policy: string;
  /** A rate card as CSV, and what its file is called; null: the published prices. */
  readonly sheet: { readonly name: string; readonly text: string } | null;
}

export const ownRules = 'own';
export const firstDraft: Draft = { rules: 'published', policy: '', sheet: null };

/** Policies of the catalog, by what a draft calls them. */
export type Documents = ReadonlyMap<string, object>;

/** The question of a draft; a fault where it cannot be asked. Null days ask of all usage. */
export function questionOf({ rules, policy, sheet }: Draft, range: DayRange | null, documents: Documents): WhatIfQuestion | Fault {
  const days = range === null ? {} : { from: range.from, to: range.to };
  const prices = sheet === null ? {} : { sheet: { text: sheet.text } };
  if (rules !== ownRules) {
    const document = documents.get(rules);
    return { ...(document ? { document } : { policy: rules }), ...days, ...prices };
  }
  const document = objectIn(policy);
  return 'fix' in document ? document : { document: document.value, ...days, ...prices };
}

function objectIn(text: string): Fault | { readonly value: object } {
  const fix = 'Paste the whole document, from { to }, or open its file. parley-policy-2 is the form: libs/rating/data/policies has examples.';
  if (text.trim() === '') return { status: 0, title: 'There is no policy yet', detail: 'A policy of your own was chosen, and none is given.', fix };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value };
    return { status: 0, title: 'This is no policy', detail: 'It is JSON, but not an object.', fix };
  } catch (error) {
    return { status: 0, title: 'This is no policy', detail: `It is not JSON: ${(error as Error).message}.`, fix };
  }
}

export interface ChangeBar {
  readonly name: string;
  /** Lengths for drawing. */
  readonly was: number;
  readonly wouldBe: number;
}

/** The businesses that change most, as bars; the rest share one. */
export function barsOf({ businesses }: RepricedCurrency, most = 8): readonly ChangeBar[] {
  const byChange = businesses.toSorted((one, other) => compareSize(readMicros(other.changeMicros), readMicros(one.changeMicros)));
  const own = byChange.length > most + 1 ? byChange.slice(0, most) : byChange;
  const rest = byChange.slice(own.length);
  const bar = (name: string, some: readonly RepricedBusiness[]): ChangeBar => ({ name, was: drawnSize(sumOf(some.map(({ wasMicros }) => wasMicros))), wouldBe: drawnSize(sumOf(some.map(({ wouldBeMicros }) => wouldBeMicros))) });
  return [...own.map((one) => bar(one.businessId, [one])), ...(rest.length > 0 ? [bar(`${rest.length} others`, rest)] : [])];
}

function compareSize(one: Micros, other: Micros): number {
  const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
  return size(one) === size(other) ? 0 : size(one) < size(other) ? -1 : 1;
}

function sumOf(texts: readonly string[]): Micros {
  return texts.reduce((sum, text) => micros(sum + readMicros(text)), micros(0n));
}

/** What the businesses differ from the totals by; null where they add up. */
export function repricedResidual({ businesses, wasMicros, wouldBeMicros }: RepricedCurrency): Micros | null {
  const rests = [readMicros(wasMicros) - sumOf(businesses.map((one) => one.wasMicros)), readMicros(wouldBeMicros) - sumOf(businesses.map((one) => one.wouldBeMicros))];
  const rest = rests.find((one) => one !== 0n);
  return rest === undefined ? null : micros(rest);
}

/** "Waiting for earlier questions …", "Read 12,000 of 40,000 messages, 150,000 a second". */
export function writeProgress(progress: { readonly done: number; readonly total: number; readonly perSecond: number | null } | null, writeCount: (count: number) => string): string {
  if (progress === null) return 'Waiting for earlier questions …';
  const rate = progress.perSecond === null ? '' : `, ${writeCount(progress.perSecond)} a second`;
  return `Read ${writeCount(progress.done)} of ${writeCount(progress.total)} records of the log${rate}`;
}
