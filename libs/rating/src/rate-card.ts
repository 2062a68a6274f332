import type { PayloadOf, RateCardId, RateRow } from '@parley/contracts';
import { currency, microsToText, micros, parseDecimal, type Currency, type MicrosText } from '@parley/money';
import { CsvError, parseTable, type CsvField } from './csv.js';
import { scopeOf, type Scope } from './effective.js';
import type { LocalDate } from './zone.js';

/** The columns of a rate card. */
export const rateColumns = ['marketing', 'utility', 'authentication', 'authenticationInternational', 'service'] as const;
export type RateColumn = (typeof rateColumns)[number];

/** Prices of one market, micros of the card's currency. Null: the card has no such price, which is not the same as free. */
export type Prices = { readonly [Column in RateColumn]: MicrosText | null };

/** The market whose row holds for every market that a card does not name. */
export const fallbackMarket = 'Other';

/** A rate card, plain enough for JSON: a price becomes a bigint where it is used. */
export interface RateCard {
  readonly rateCardId: RateCardId;
  readonly version: number;
  readonly effectiveFrom: LocalDate;
  readonly currency: Currency;
  /** True when no bill may be made of it. */
  readonly illustrative: boolean;
  readonly prices: { readonly [market: string]: Prices };
  readonly scope: Scope | null;
}

/** The card of a catalog event. Throws a RangeError for an unknown currency, a market named twice, a card without the fallback market, or for nobody. */
export function rateCardOf(event: PayloadOf<'RateCardPublished'>): RateCard {
  const { rateCardId, version, effectiveFrom, illustrative } = event;
  const where = `rate card ${rateCardId} version ${version}`;
  const prices: Record<string, Prices> = {};
  for (const row of event.rows) {
    if (Object.hasOwn(prices, row.market)) throw new RangeError(`${where} names the market ${row.market} twice`);
    prices[row.market] = pricesOf(row);
  }
  if (!Object.hasOwn(prices, fallbackMarket)) throw new RangeError(`${where} has no row ${fallbackMarket} for the markets it does not name`);
  return { rateCardId, version, effectiveFrom, currency: currency(event.currency), illustrative, prices, scope: scopeOf(event.scope, where) };
}

function pricesOf(row: RateRow): Prices {
  const text = (price: bigint | null): MicrosText | null => (price === null ? null : microsToText(micros(price)));
  return {
    marketing: text(row.marketing),
    utility: text(row.utility),
    authentication: text(row.authentication),
    authenticationInternational: text(row.authenticationInternational),
    service: text(row.service),
  };
}

/** Where a card's price for a market stands: in the market's own row, or in the fallback's. */
export function rowFor(card: RateCard, market: string): { readonly market: string; readonly prices: Prices } | null {
  for (const name of [market, fallbackMarket]) {
    const prices = Object.hasOwn(card.prices, name) ? card.prices[name] : undefined;
    if (prices) return { market: name, prices };
  }
  return null;
}

const header = ['market', 'currency', 'marketing', 'utility', 'authentication', 'authentication_international', 'service'] as const;

/**
 * Rows of a rate card from CSV text under our own header; a cell is a decimal price or "n/a". Throws a CsvError that names line and column:
 * an unknown or second currency, a price that is not a decimal number of at most six decimals, a negative one.
 */
export function parseRateRows(text: string): { readonly currency: Currency; readonly rows: readonly RateRow[] } {
  const table = parseTable(text, header);
  const first = table[0];
  if (!first) throw new CsvError({ line: 2, column: 1 }, 'the table has no rows');
  const code = first.currency.text;
  const rows = table.map((row): RateRow => {
    if (row.currency.text !== code) throw new CsvError(row.currency, `expected the currency ${code} as above, got ${row.currency.text}`);
    return {
      market: row.market.text,
      marketing: price(row.marketing),
      utility: price(row.utility),
      authentication: price(row.authentication),
      authenticationInternational: price(row.authentication_international),
      service: price(row.service),
    };
  });
  return { currency: located(first.currency, () => currency(code)), rows };
}

function price(cell: CsvField): bigint | null {
  if (cell.text === 'n/a') return null;
  const amount = located(cell, () => parseDecimal(cell.text));
  if (amount < 0n) throw new CsvError(cell, `a price cannot be negative: ${cell.text}`);
  return amount;
}

function located<Value>(at: CsvField, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new CsvError(at, (error as Error).message);
  }
}
