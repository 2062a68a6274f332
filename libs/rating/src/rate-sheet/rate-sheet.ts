import type { RateRow } from '@parley/contracts';
import type { Currency, Micros } from '@parley/money';
import type { CsvField } from '../csv.js';
import { fallbackMarket, rateColumns, type RateColumn } from '../rate-card.js';
import { currencyFault, currencyNamed } from './currency-name.js';
import { Faults } from './fault.js';
import { decimalMarkOf, isNotAvailable, priceIn, type DecimalMark, type PriceForm } from './number-cell.js';
import { marketIn } from './market-cell.js';
import { sheetTable, type ReadColumn, type SheetTable, type SkippedLine } from './table.js';
import { tiersIn, type MarketTiers } from './tiers.js';

/** How a sheet was understood, for a person to check. */
export interface Understanding {
  readonly separator: ',' | ';' | '\t';
  /** Null: no price on the sheet has decimals. */
  readonly decimalMark: DecimalMark | null;
  readonly headerLine: number;
  readonly columns: readonly ReadColumn[];
  readonly preamble: readonly SkippedLine[];
  readonly footnotes: readonly SkippedLine[];
  /** Where the currency stands: in its column, above the table or in the header, or only with the caller. */
  readonly currencyFrom: 'column' | 'sheet' | 'caller';
  /** What was read as something else than it says, a sentence each. */
  readonly remarks: readonly string[];
}

/** A rate card as found on a sheet. Prices are micros of the currency; null where the sheet has none, which is not free. */
export interface RateSheet {
  readonly kind: 'rates';
  readonly currency: Currency;
  /** In the order of the sheet. */
  readonly rows: readonly RateRow[];
  /** Cells that say that there is no price. */
  readonly notAvailable: number;
  readonly understanding: Understanding;
}

/** A table of volume tiers as found on a sheet. */
export interface TierSheet {
  readonly kind: 'tiers';
  readonly currency: Currency;
  /** In the order of the sheet, one of each market and category. */
  readonly tiers: readonly MarketTiers[];
  readonly understanding: Understanding;
}

export interface SheetOptions {
  /** The currency of a sheet that names none. */
  readonly currency?: Currency;
  /** Names of columns that are left out on purpose. */
  readonly ignoredColumns?: readonly string[];
}

/**
 * Reads a rate card or a table of volume tiers as they are found: lines before the header and notes after the last market, quoted newlines, n/a,
 * `$US` for USD, decimal commas, semicolons or tabs. Only what can be read in one way is read. Throws RateSheetError with all faults.
 */
export function readRateSheet(text: string, options: SheetOptions = {}): RateSheet | TierSheet {
  const faults = new Faults();
  const table = sheetTable(text, options.ignoredColumns ?? [], faults);
  const currency = currencyOf(table, options.currency ?? null, faults);
  const remarks = new Set<string>();
  const cells = priceCells(table);
  const mark = decimalMarkOf(cells, { currency, separator: table.separator }, faults);
  faults.settle();
  const form: PriceForm = { currency, mark };
  const understanding = (): Understanding => ({
    separator: table.separator,
    decimalMark: cells.some(({ text: price }) => /[.,]/.test(price)) ? mark : null,
    headerLine: table.headerLine,
    columns: table.columns,
    preamble: table.preamble,
    footnotes: table.footnotes,
    currencyFrom: table.has.has('currency') ? 'column' : table.statedCurrency ? 'sheet' : 'caller',
    remarks: [...remarks],
  });
  if (tiered(table)) {
    const tiers = tiersIn(table, form, faults, remarks);
    faults.settle();
    return { kind: 'tiers', currency, tiers, understanding: understanding() };
  }
  const rows = ratesIn(table, form, faults, remarks);
  faults.settle();
  return { kind: 'rates', currency, rows, notAvailable: cells.filter(({ text: price }) => isNotAvailable(price)).length, understanding: understanding() };
}

function tiered({ has }: SheetTable): boolean {
  return has.has('band') || has.has('from') || has.has('to');
}

/** The one currency of the sheet; in a table of tiers an empty cell is that of the row above. Throws RateSheetError: what is in another currency cannot be read further. */
function currencyOf(table: SheetTable, given: Currency | null, faults: Faults): Currency {
  const stated = table.statedCurrency;
  const asked = given === null ? null : { text: given as string, named: given };
  let first: { readonly text: string; readonly named: Currency } | null = stated ? { text: stated.text, named: currencyNamed(stated.text)! } : asked;
  if (asked && first && asked.named !== first.named) faults.add(stated!, `the sheet is in ${first.named}, and ${asked.named} was asked for`, 'leave out --currency, or take another sheet');
  for (const cell of table.has.has('currency') ? table.rows.map((row) => row.currency) : []) {
    if (first !== null && cell.text.trim() === '' && tiered(table)) continue;
    const named = currencyNamed(cell.text);
    if (named === null) {
      const { problem, fix } = currencyFault(cell.text);
      faults.add(cell, problem, fix);
    } else if (first !== null && named !== first.named) {
      faults.add(cell, `the currency is ${first.named} elsewhere on the sheet`, 'put each currency into a file of its own');
    }
    if (named !== null) first ??= { text: cell.text, named };
  }
  if (first === null && !table.has.has('currency')) faults.add(table.at, 'nothing says which currency the prices are in', 'add a column Currency, or say it: --currency USD');
  faults.settle();
  return first!.named;
}

function priceCells(table: SheetTable): readonly CsvField[] {
  const columns = [...rateColumns, 'rate' as const].filter((column) => table.has.has(column));
  return table.rows.flatMap((row) => columns.map((column) => row[column]));
}

const mostMarkets = 512;

function ratesIn(table: SheetTable, form: PriceForm, faults: Faults, remarks: Set<string>): readonly RateRow[] {
  const seen = new Map<string, CsvField>();
  if (table.has.has('category') || table.has.has('rate')) faults.add(table.at, 'a rate card has a column for each category, and this one has one column of prices', 'give Marketing, Utility, Authentication, Authentication-International and Service a column each');
  const rows = table.rows.flatMap((row): readonly RateRow[] => {
    const market = marketIn(row.market, faults, remarks);
    const price = (column: RateColumn): Micros | null => (table.has.has(column) ? (priceIn(row[column], form, faults) ?? null) : null);
    const [marketing, utility, authentication, authenticationInternational, service] = rateColumns.map(price) as [Micros | null, Micros | null, Micros | null, Micros | null, Micros | null];
    if (market === undefined) return [];
    const before = seen.get(market.toLowerCase());
    if (before) faults.add(row.market, `this market stands in line ${before.line} too`, 'leave one of the two rows out');
    seen.set(market.toLowerCase(), row.market);
    return [{ market, marketing, utility, authentication, authenticationInternational, service }];
  });
  if (!seen.has(fallbackMarket.toLowerCase())) faults.add(table.at, `no row is ${fallbackMarket}, the market of all that the card does not name`, `add a row ${fallbackMarket}; n/a prices in it leave such messages unpriced`);
  if (rows.length > mostMarkets) faults.add(table.at, `the sheet has ${rows.length} markets, and a card at most ${mostMarkets}`, 'see that it is a rate card');
  return rows;
}
