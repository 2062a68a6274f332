import type { Micros } from '@parley/money';
import type { CsvField } from '../csv.js';
import { oneLine } from './columns.js';
import type { Faults } from './fault.js';
import { marketIn } from './market-cell.js';
import { countIn, priceIn, type PriceForm } from './number-cell.js';
import type { SheetRow, SheetTable } from './table.js';

/** The categories whose price falls with volume. */
export const tieredCategories = ['utility', 'authentication'] as const;
export type TieredCategory = (typeof tieredCategories)[number];

/** The price of the messages of a month from number `from` to number `to`, both inclusive and counted from 1; `to` is null in the last band. */
export interface TierBand {
  readonly from: number;
  readonly to: number | null;
  /** Micros of the sheet's currency. */
  readonly price: Micros;
}

/** The bands of one market and category: they begin at 1, follow one another without a hole, and the last is open. */
export interface MarketTiers {
  readonly market: string;
  readonly category: TieredCategory;
  readonly bands: readonly TierBand[];
}

interface ReadBand extends TierBand {
  readonly at: CsvField;
}

/**
 * The tiers in a table. An empty market or category is that of the row above, as merged cells are written. Notes: bounds that are no counts, bands
 * that overlap, leave a hole, do not begin at 0 or 1, or have no open end, and categories without tiers.
 */
export function tiersIn(table: SheetTable, form: PriceForm, faults: Faults, remarks: Set<string>): readonly MarketTiers[] {
  const groups = new Map<string, { readonly market: string; readonly category: TieredCategory; readonly bands: ReadBand[] }>();
  const { priced, isWide } = pricedColumns(table, faults);
  let above: { readonly market?: CsvField; readonly category?: CsvField } = {};
  for (const row of table.rows) {
    above = { market: filledOr(row.market, above.market), ...(table.has.has('category') && { category: filledOr(row.category, above.category) }) };
    const market = marketIn(above.market!, faults, remarks);
    const bounds = boundsIn(row, table, faults, remarks);
    for (const column of priced) {
      const category = isWide ? (column as TieredCategory) : categoryIn(above.category!, faults);
      const price = priceIn(row[column], form, faults);
      if (market === undefined || bounds === undefined || category === undefined || price === undefined) continue;
      if (price === null) {
        if (!isWide) faults.add(row[column], 'a band without a price', 'write its price, or take the row out');
        else if (groups.has(`${market} ${category}`)) faults.add(row[column], `a band without a price, where ${market} has other bands of ${category}`, 'write its price');
        continue;
      }
      const key = `${market} ${category}`;
      const group = groups.get(key) ?? { market, category, bands: [] };
      group.bands.push({ ...bounds, price });
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ market, category, bands }) => ({ market, category, bands: checked(`${market}, ${category}`, bands, faults, remarks) }));
}

function filledOr(cell: CsvField, before: CsvField | undefined): CsvField {
  return cell.text.trim() === '' && before !== undefined ? before : cell;
}

/** Which columns hold prices: one of each category, or one of all with the category beside it. */
function pricedColumns(table: SheetTable, faults: Faults): { readonly priced: readonly (TieredCategory | 'rate')[]; readonly isWide: boolean } {
  const { has, at } = table;
  const wide = tieredCategories.filter((column) => has.has(column));
  const untiered = (['marketing', 'authenticationInternational', 'service'] as const).filter((column) => has.has(column));
  if (untiered.length > 0) faults.add(at, `${untiered.join(' and ')} has no tiers`, 'leave the column out of the table of tiers');
  if (has.has('rate') !== has.has('category')) faults.add(at, 'the prices and their category do not stand together', 'give the table both a column Category and a column Rate, or a column of prices for each category');
  if (!has.has('band') && !(has.has('from') && has.has('to'))) faults.add(at, 'the bands have no lower or no upper bound', 'give the table a column From and a column To, or one column Tier with 750001:MAX');
  if (has.has('rate') && wide.length > 0) faults.add(at, 'the table has a column Rate and columns of categories', 'leave one of the two out');
  faults.settle();
  return wide.length > 0 ? { priced: wide, isWide: true } : { priced: ['rate'], isWide: false };
}

function categoryIn(cell: CsvField, faults: Faults): TieredCategory | undefined {
  const name = oneLine(cell.text).toLowerCase();
  const found = tieredCategories.find((category) => category === name);
  return found ?? faults.add(cell, 'this is no category with tiers', `write ${tieredCategories.join(' or ')}`);
}

const openEnd = /^(max|maximum|∞|infinity|unlimited|and above|above|\+|-|–|—|)$/i;

const longestBand = 64;
const bandFix = 'write it as 250001:750000, the last one as 750001:MAX';

/** The bounds of a row's band: from and to in two cells, or "750001:1500000" and "750001:MAX" in one. */
function boundsIn(row: SheetRow, table: SheetTable, faults: Faults, remarks: Set<string>): Omit<ReadBand, 'price'> | undefined {
  const isOne = table.has.has('band');
  const at = isOne ? row.band : row.from;
  if (at.text.length > longestBand) return faults.add(at, 'this is no band of messages', bandFix);
  const [, lower = '', upper = ''] = isOne ? (/^\s*([\d.,\s’']+?)\s*(?::|-|–|—|to|(?=\+|and))\s*(\S.*|)$/iu.exec(at.text) ?? []) : [null, row.from.text, row.to.text];
  const from = countIn(lower);
  const to = openEnd.test(upper.trim()) ? null : countIn(upper);
  if (from === null) return faults.add(at, 'this is no band of messages', bandFix);
  if (to === null && !openEnd.test(upper.trim())) return faults.add(isOne ? at : row.to, 'this is no upper bound', 'write a whole number of messages, or MAX in the last band');
  if (to !== null && to < Math.max(from, 1)) return faults.add(isOne ? at : row.to, 'the band ends before it begins', 'exchange its bounds, or correct them');
  if (from === 0) remarks.add('Bands from 0 are read as from 1: the first message of a month has the number 1.');
  return { from: from === 0 ? 1 : from, to, at };
}

/** The bands in order, each beginning where the one before ends. */
function checked(whose: string, found: readonly ReadBand[], faults: Faults, remarks: Set<string>): readonly TierBand[] {
  const bands = found.toSorted((one, other) => one.from - other.from);
  bands.forEach(({ from, at, price }, index) => {
    const before = bands[index - 1];
    const next = before ? (before.to === null ? null : before.to + 1) : 1;
    if (next === null) faults.add(at, `${whose}: the band of line ${before!.at.line} has no end, and this one begins in it`, 'give that band its upper bound');
    else if (from > next && before === undefined) faults.add(at, `${whose}: the first band begins at ${from}`, 'add the band that begins at 1');
    else if (from > next) faults.add(at, `${whose}: no band holds the messages ${next} to ${from - 1}`, 'add the band that is missing, or correct the bounds');
    else if (from < next) faults.add(at, `${whose}: this band and that of line ${before!.at.line} hold the same messages`, `let it begin at ${next}`);
    if (before && price > before.price) remarks.add(`${whose}: the price rises with the volume at ${from}.`);
  });
  const last = bands.at(-1);
  if (last && last.to !== null) faults.add(last.at, `${whose}: the last band ends at ${last.to}`, `let it be open: ${last.from}:MAX`);
  return bands.map(({ from, to, price }) => ({ from, to, price }));
}
