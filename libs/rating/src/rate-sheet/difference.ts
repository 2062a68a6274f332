import type { RateRow } from '@parley/contracts';
import { micros, ratioHalfUpToBasisPoints, type Micros } from '@parley/money';
import { fallbackMarket, rateColumns, type RateColumn } from '../rate-card.js';

/**
 * What becomes of a price. `new`, `gone`: there was none, there is none any more. `unpriced`: there is none on either.
 */
export type PriceChange = 'same' | 'raised' | 'lowered' | 'new' | 'gone' | 'unpriced';

/** One price on the card before and on the card after; each is what a message to the market costs by it, be it by the fallback's row. */
export interface PriceDifference {
  readonly market: string;
  readonly column: RateColumn;
  readonly before: Micros | null;
  readonly after: Micros | null;
  readonly change: PriceChange;
  /** After against before in hundredths of a percent, rounded half up for display; null where there is nothing to compare, or it was free. */
  readonly basisPoints: bigint | null;
}

/** What a new card changes. */
export interface CardDifference {
  /** Each market that one of the cards names, in the order of the new card, then of the old. */
  readonly prices: readonly PriceDifference[];
  /** Markets with a row of their own from now on, and those that fall to the fallback's row. */
  readonly added: readonly string[];
  readonly dropped: readonly string[];
}

/** Compares cards of one currency, market by market and category by category, exactly. */
export function differenceOf(before: readonly RateRow[], after: readonly RateRow[]): CardDifference {
  const old = byMarket(before);
  const next = byMarket(after);
  const markets = new Set([...next.keys(), ...old.keys()]);
  return {
    prices: [...markets].flatMap((market) => rateColumns.map((column) => compared(market, column, priceOf(old, market, column), priceOf(next, market, column)))),
    added: [...next.keys()].filter((market) => !old.has(market)),
    dropped: [...old.keys()].filter((market) => !next.has(market)),
  };
}

function byMarket(rows: readonly RateRow[]): ReadonlyMap<string, RateRow> {
  return new Map(rows.map((row) => [row.market, row]));
}

function priceOf(rows: ReadonlyMap<string, RateRow>, market: string, column: RateColumn): Micros | null {
  const price = (rows.get(market) ?? rows.get(fallbackMarket))?.[column] ?? null;
  return price === null ? null : micros(price);
}

function compared(market: string, column: RateColumn, before: Micros | null, after: Micros | null): PriceDifference {
  const basisPoints = before === null || after === null || before === 0n ? null : ratioHalfUpToBasisPoints(after - before, before);
  return { market, column, before, after, change: changeOf(before, after), basisPoints };
}

function changeOf(before: Micros | null, after: Micros | null): PriceChange {
  if (before === null) return after === null ? 'unpriced' : 'new';
  if (after === null) return 'gone';
  if (after === before) return 'same';
  return after > before ? 'raised' : 'lowered';
}
