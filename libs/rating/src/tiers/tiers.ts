import { micros, type Micros } from '@parley/money';
import type { PolicyDocument, PricingCategory, TierTable } from '../policy/document.js';

/** One band of a tier table: the numbers of the messages it prices, both bounds inclusive. */
export interface Band {
  readonly bounds: string;
  readonly from: number;
  /** Null: no end. */
  readonly to: number | null;
  /** Whole percent of the card's price. */
  readonly percent: number;
}

/** The band of bounds such as "25000001:50000000" or "750001:MAX"; null for any other text. */
export function bandOf(bounds: string, percent: number): Band | null {
  const match = /^([1-9][0-9]{0,14}):([1-9][0-9]{0,14}|MAX)$/.exec(bounds);
  if (!match) return null;
  const from = parseInt(match[1] ?? '', 10);
  const to = match[2] === 'MAX' ? null : parseInt(match[2] ?? '', 10);
  return to !== null && to < from ? null : { bounds, from, to, percent };
}

/** Tables made ready for use: the bands of a category in a market. */
export type BandsOf = (category: PricingCategory, market: string) => readonly Band[] | null;

/** Reads the bands of a policy once. Of several tables the first that names category and market holds. */
export function bandsIn({ tiers }: PolicyDocument): BandsOf {
  if (tiers === null) return () => null;
  const tables = tiers.tables.map((table) => ({ table, bands: readyBands(table) }));
  return (category, market) => {
    for (const { table, bands } of tables) {
      if (table.categories.includes(category) && (table.markets === null || table.markets.includes(market))) return bands;
    }
    return null;
  };
}

function readyBands({ bands }: TierTable): readonly Band[] {
  return Object.entries(bands).flatMap(([bounds, percent]) => bandOf(bounds, percent) ?? []);
}

/** The band that the nth charged message of the month falls into; bands run from 1 to MAX, so there is one. */
export function bandAt(bands: readonly Band[], nth: number): Band {
  const found = bands.find(({ to }) => to === null || nth <= to);
  if (!found) throw new RangeError(`no band holds message ${nth}`);
  return found;
}

/**
 * So many percent of a price. A half of a micro and more is rounded up; a price of four decimals, as cards have them, is never rounded, since
 * a hundredth of it is whole micros.
 */
export function percentRoundedHalfUpToMicro(price: Micros, percent: number): Micros {
  return micros((price * BigInt(percent) + 50n) / 100n);
}
