import type { Currency } from '@parley/money';
import type { CsvField } from '../csv.js';
import type { RateColumn } from '../rate-card.js';
import { currencyNamed } from './currency-name.js';

/** What a column of a sheet can be. `rate`: the price where the category stands in a column of its own; `band`: from and to in one cell. */
export type SheetColumn = RateColumn | 'market' | 'currency' | 'category' | 'from' | 'to' | 'band' | 'rate';

/** Names by what is left of them once case, spaces, hyphens and newlines are gone, and words such as "price" at their end. */
const names: Readonly<Record<SheetColumn, string>> = {
  market: 'market country markets countries countryregion countryorregion marketcountry region destination',
  currency: 'currency currencycode',
  marketing: 'marketing',
  utility: 'utility',
  authentication: 'authentication auth',
  authenticationInternational: 'authenticationinternational authinternational internationalauthentication authenticationintl authintl',
  service: 'service',
  category: 'category messagecategory pricingcategory messagetype',
  from: 'from tierfrom volumefrom volumetierfrom lowerbound start min',
  to: 'to tierto volumeto volumetierto upperbound end max',
  band: 'band tier volumetier volumeband volume range messages messagevolume',
  rate: 'rate price rates ratepermessage pricepermessage listrate',
};

const columnsByName: ReadonlyMap<string, SheetColumn> = new Map(
  Object.entries(names).flatMap(([column, words]) => words.split(' ').map((word) => [word, column as SheetColumn] as const)),
);

/** One column of a sheet, as its header names it. */
export interface NamedColumn {
  readonly index: number;
  readonly field: CsvField;
  /** Null: the name is none that we know. */
  readonly column: SheetColumn | null;
  /** A currency in the name: "Marketing (USD)". */
  readonly currency: Currency | null;
}

/** The name as a person reads it: in one line. */
export function oneLine(text: string): string {
  return text.replace(/-\s*\n\s*/g, '-').replace(/\s+/g, ' ').trim();
}

/** A longer text is no name. */
const longestName = 100;

/** What the cells of a line would be as a header. */
export function namedColumns(fields: readonly CsvField[]): readonly NamedColumn[] {
  return fields.map((field, index) => {
    if (field.text.length > longestName) return { index, field, column: null, currency: null };
    const [, name = '', note = ''] = /^(.*?)(?:[([]([^)\]]*)[)\]])?[\s*†‡]*$/s.exec(field.text) ?? [];
    // In capitals only: "(all)" is a word, and ALL the Albanian lek.
    const code = note.replace(/^in\s+/i, '');
    const currency = code === code.toUpperCase() ? currencyNamed(code) : null;
    const known = note === '' || currency !== null || /^(per|price|rate|net)\b/i.test(note);
    return { index, field, column: known ? columnNamed(name) : null, currency };
  });
}

function columnNamed(name: string): SheetColumn | null {
  const letters = name.toLowerCase().replace(/[^\p{L}\d]/gu, '');
  return columnsByName.get(letters) ?? columnsByName.get(letters.replace(/(rates?|prices?|messages?|templates?|fees?)$/, '')) ?? null;
}

/** Whether a line is a header: it names the market and at least one column of prices. */
export function isHeader(columns: readonly NamedColumn[]): boolean {
  const has = (...wanted: readonly SheetColumn[]): boolean => columns.some(({ column }) => column !== null && wanted.includes(column));
  return has('market') && has('marketing', 'utility', 'authentication', 'authenticationInternational', 'service', 'rate');
}
