import { micros, parseDecimal, type Micros } from '@parley/money';
import type { PolicyDocument, PricingCategory, TierTable } from '../policy/document.js';

/** The numbers of the messages that a band prices, both bounds inclusive. */
export interface Bounds {
  readonly bounds: string;
  readonly from: number;
  /** Null: no end. */
  readonly to: number | null;
}

/** One band of a tier table: whole percent of the card's price, or a price of its own. */
export type Band = Bounds & ({ readonly percent: number; readonly price: null } | { readonly percent: null; readonly price: Micros });

/** The band of bounds such as "25000001:50000000" or "750001:MAX"; null for any other text. */
export function bandOf(bounds: string): Bounds | null {
  const match = /^([1-9][0-9]{0,14}):([1-9][0-9]{0,14}|MAX)$/.exec(bounds);
  if (!match) return null;
  const from = parseInt(match[1] ?? '', 10);
  const to = match[2] === 'MAX' ? null : parseInt(match[2] ?? '', 10);
  return to !== null && to < from ? null : { bounds, from, to };
}

/** Tables made ready for use: the bands of a category in a market, for a business of that currency. */
export type BandsOf = (category: PricingCategory, market: string, currency: string) => readonly Band[] | null;

/** Reads the bands of a policy once. Of several tables the first that names category and market holds; one of prices in its currency only. */
export function bandsIn({ tiers }: PolicyDocument): BandsOf {
  if (tiers === null) return () => null;
  const tables = tiers.tables.map((table) => ({ table, bands: readyBands(table) }));
  return (category, market, currency) => {
    for (const { table, bands } of tables) {
      if (table.prices !== null && table.prices.currency !== currency) continue;
      if (table.categories.includes(category) && (table.markets === null || table.markets.includes(market))) return bands;
    }
    return null;
  };
}

function readyBands({ bands, prices }: TierTable): readonly Band[] {
  const percentages = Object.entries(bands ?? {}).map(([bounds, percent]) => ({ ...boundsOf(bounds), percent, price: null }));
  return prices === null ? percentages : Object.entries(prices.bands).map(([bounds, price]) => ({ ...boundsOf(bounds), percent: null, price: parseDecimal(price) }));
}

function boundsOf(text: string): Bounds {
  const bounds = bandOf(text);
  if (bounds === null) throw new RangeError(`${text} are no bounds of a band`); // A parsed document has none such.
  return bounds;
}

/** What a message of the band costs, whose price on the card is given. */
export function bandPrice(band: Band, listPrice: Micros): Micros {
  return band.price ?? percentRoundedHalfUpToMicro(listPrice, band.percent);
}

const mostPercent = 1_000n;

/** The band's price in per cent of the card's, to the nearest whole where the band has a price of its own: for people, never to price by. */
export function shownPercent(band: Band, listPrice: Micros): number {
  if (band.percent !== null) return band.percent;
  if (listPrice === 0n) return 100;
  const nearest = (band.price * 200n + listPrice) / (2n * listPrice);
  return parseInt(`${nearest > mostPercent ? mostPercent : nearest}`, 10);
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
