import type { BusinessId } from '@parley/contracts';
import { currency, micros, microsFromText, microsToText, money, roundHalfUpToMinorUnit, zeroMicros, type Micros, type MicrosText } from '@parley/money';
import { emptyRecord, entries, read, write, type PersistentRecord } from '@parley/rating';
import { checksumOf } from './checksum.js';

/**
 * `usage`: charges of the bill's month. `late`: charges of a month whose bill was made before they came. `adjustment`: corrections.
 * `rounding`: what the total differs from the exact sum of the others.
 */
export const lineKinds = ['usage', 'late', 'adjustment', 'rounding'] as const;
export type LineKind = (typeof lineKinds)[number];

/** What is summed in one line: all that has these in common. */
export interface LineOf {
  /** `*` for the rounding of a bill that several businesses share. */
  readonly businessId: BusinessId | '*';
  readonly market: string | null;
  /** As the price list calls it. */
  readonly category: string | null;
  readonly tier: string | null;
  readonly kind: LineKind;
  /** Month of the charges summed; null where they are of none. */
  readonly month: string | null;
  /** What made it necessary, for the owner to read; empty for usage. */
  readonly cause: string;
}

/** A line so far. */
interface LineSum {
  readonly charges: number;
  readonly micros: MicrosText;
  readonly illustrative: boolean;
}

/** A bill that is not made yet: its lines by what they sum. Plain JSON. */
export type OpenBill = PersistentRecord<LineSum>;

export const emptyBill: OpenBill = emptyRecord;

export interface Booking {
  readonly amount: bigint;
  readonly illustrative: boolean;
}

/** The bill with one more charge or adjustment in the line it belongs to. An amount of zero counts too. */
export function booked(bill: OpenBill, line: LineOf, { amount, illustrative }: Booking): OpenBill {
  const key = keyOf(line);
  const sum = read(bill, key) ?? { charges: 0, micros: microsToText(zeroMicros), illustrative: false };
  const after = microsToText(micros(microsFromText(sum.micros) + amount));
  return write(bill, key, { charges: sum.charges + 1, micros: after, illustrative: sum.illustrative || illustrative });
}

/** A line as it stands on the bill. */
export interface Line extends LineOf {
  /** From 1. */
  readonly line: number;
  /** Charges or adjustments that it sums. */
  readonly charges: number;
  readonly amount: Micros;
  readonly illustrative: boolean;
}

/** What one business has in a bill. */
export interface Share {
  readonly businessId: BusinessId | '*';
  readonly lines: number;
  readonly charges: number;
  /** Sum of its lines before rounding, and the rounding that is its own. */
  readonly exact: Micros;
  readonly rounding: Micros;
}

/** A bill that is made: what an invoice says, and all it says it of. */
export interface SettledBill {
  readonly lines: readonly Line[];
  readonly shares: readonly Share[];
  readonly charges: number;
  /** Sum of the lines before rounding. */
  readonly exact: Micros;
  readonly rounding: Micros;
  /** Sum of all lines: a whole number of the currency's minor unit. */
  readonly total: Micros;
  readonly illustrative: boolean;
  readonly checksum: string;
}

/**
 * The bill's lines in their order, and its total. Amounts are exact up to here; the total is rounded half up to the minor unit, once, and the
 * difference is a line of its own, so that lines sum to the total. It is the business's own where there is only one, else it belongs to none.
 * What was issued is held against this for ever: lines, order and checksum of a given bill must never change.
 */
export function settle(currencyCode: string, bill: OpenBill): SettledBill {
  const lines = linesOf(bill);
  const exact = micros(lines.reduce((sum, { amount }) => sum + amount, 0n));
  const total = roundHalfUpToMinorUnit(money(currency(currencyCode), exact)).micros;
  const rounding = micros(total - exact);
  const owners = [...new Set(lines.map(({ businessId }) => businessId))];
  const holder = owners.length === 1 ? owners[0]! : '*';
  if (rounding !== 0n) lines.push(roundingLine(lines.length + 1, holder, rounding));
  return {
    lines,
    shares: [...new Set(lines.map(({ businessId }) => businessId))].map((businessId) => shareOf(businessId, lines)),
    charges: lines.reduce((sum, { charges }) => sum + charges, 0),
    exact,
    rounding,
    total,
    illustrative: lines.some(({ illustrative }) => illustrative),
    checksum: checksumOf(lines.map((line) => `${keyOf(line)} ${line.charges} ${line.amount} ${line.illustrative}`)),
  };
}

function linesOf(bill: OpenBill): Line[] {
  const summed = [...entries(bill)].map(([key, { micros: text, ...sum }]) => ({ ...lineOf(key), ...sum, amount: microsFromText(text) }));
  const ranked = summed.map((line) => ({ line, ranks: ranksOf(line) })).sort((one, other) => inOrder(one.ranks, other.ranks));
  return ranked.map(({ line }, index): Line => ({ ...line, line: index + 1 }));
}

function shareOf(businessId: Share['businessId'], lines: readonly Line[]): Share {
  const own = lines.filter((line) => line.businessId === businessId);
  const sumOf = (some: readonly Line[]): Micros => micros(some.reduce((sum, { amount }) => sum + amount, 0n));
  const [roundings, others] = [own.filter(({ kind }) => kind === 'rounding'), own.filter(({ kind }) => kind !== 'rounding')];
  return { businessId, lines: own.length, charges: own.reduce((sum, { charges }) => sum + charges, 0), exact: sumOf(others), rounding: sumOf(roundings) };
}

function roundingLine(line: number, businessId: LineOf['businessId'], amount: Micros): Line {
  return { line, businessId, market: null, category: null, tier: null, kind: 'rounding', month: null, cause: 'rounded half up to the minor unit', charges: 0, amount, illustrative: false };
}

function keyOf({ businessId, market, category, tier, kind, month, cause }: LineOf): string {
  return JSON.stringify([businessId, market, category, tier, kind, month, cause]);
}

function lineOf(key: string): LineOf {
  const [businessId, market, category, tier, kind, month, cause] = JSON.parse(key) as [LineOf['businessId'], string | null, string | null, string | null, LineKind, string | null, string];
  return { businessId, market, category, tier, kind, month, cause };
}

function inOrder(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < one.length; index += 1) {
    if (one[index] !== other[index]) return one[index]! < other[index]! ? -1 : 1;
  }
  return 0;
}

/** By business, usage before what came late and corrections, then month, market, category, tier from the lowest; compared as code units, in no language. */
function ranksOf({ businessId, kind, month, market, category, tier, cause }: LineOf): readonly string[] {
  const lowest = (tier ?? '').split(':')[0]!.padStart(16, '0');
  return [businessId, `${lineKinds.indexOf(kind)}`, month ?? '', market ?? '', category ?? '', lowest, tier ?? '', cause];
}
