import { formatDecimal, parseDecimal, type Currency, type Micros } from '@parley/money';
import type { CsvDialect, CsvField } from '../csv.js';
import { mayStandFor } from './currency-name.js';
import type { Faults } from './fault.js';

/** What stands between the whole part and the decimals. */
export type DecimalMark = '.' | ',';

const blankCell = /^(|-|–|—|n\/?a\.?|n\.a\.|not available)$/i;

/** Whether a cell says that there is no price: empty, a dash, n/a. */
export function isNotAvailable(text: string): boolean {
  return blankCell.test(text.trim());
}

const longestPrice = 64;

/** A price cell without the currency's code or sign around it; null where something else stands around. */
function bare(text: string, currency: Currency): string | null {
  if (text.length > longestPrice) return null;
  const [, before = '', amount = '', after = ''] = /^\s*([^\d.,\s+-]*)\s*(.*?)\s*([^\d.,\s]*)\s*$/su.exec(text) ?? [];
  return [before, after].every((sign) => sign === '' || mayStandFor(sign, currency)) ? amount : null;
}

/** What each form of a number proves of the decimal mark. `null`: it could be either. */
function proofIn(amount: string): DecimalMark | 'none' | null {
  if (/^\d+$/.test(amount)) return 'none';
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(amount)) return '.';
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(amount)) return ',';
  if (/^[1-9]\d{0,2}(,\d{3}){2,}$/.test(amount)) return '.';
  if (/^[1-9]\d{0,2}(\.\d{3}){2,}$/.test(amount)) return ',';
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(amount)) return null;
  if (/^\d*\.\d+$/.test(amount)) return '.';
  if (/^\d*,\d+$/.test(amount)) return ',';
  return 'none';
}

/**
 * The decimal mark of a sheet, from all its prices together: `0,0618` has decimals, `1,234` alone may be a thousand. Notes the first price that
 * contradicts another. Null where nothing shows it; then only prices that need no mark can be read.
 */
export function decimalMarkOf(cells: readonly CsvField[], { currency, separator }: { readonly currency: Currency; readonly separator: CsvDialect['separator'] }, faults: Faults): DecimalMark | null {
  let proven: { readonly mark: DecimalMark; readonly by: CsvField } | null = null;
  for (const cell of cells) {
    const mark = proofIn(bare(cell.text, currency) ?? '');
    if (mark === null || mark === 'none') continue;
    if (proven !== null && proven.mark !== mark) {
      const names = { '.': 'a decimal point', ',': 'a decimal comma' };
      faults.add(cell, `this has ${names[mark]}, and ${JSON.stringify(proven.by.text)} in line ${proven.by.line} has ${names[proven.mark]}`, 'write all prices of the sheet in one way, such as 0.0618');
      return proven.mark;
    }
    proven ??= { mark, by: cell };
  }
  // Who separates cells by commas and leaves numbers without quotes does not write decimals with them.
  const allPoints = cells.every(({ text }) => !text.includes(','));
  return proven?.mark ?? (separator === ',' && allPoints ? '.' : null);
}

/** How the prices of one sheet are written. */
export interface PriceForm {
  readonly currency: Currency;
  readonly mark: DecimalMark | null;
}

/** The price in a cell in exact micros; null where it says that there is none. Undefined where it cannot be read, with the fault noted. */
export function priceIn(cell: CsvField, { currency, mark }: PriceForm, faults: Faults): Micros | null | undefined {
  if (isNotAvailable(cell.text)) return null;
  const amount = bare(cell.text, currency);
  if (amount === null) return faults.add(cell, 'this is not a price', wordFix(cell.text, currency));
  if (/^-\s*\d/.test(amount)) return faults.add(cell, 'a price cannot be negative', 'write the price, 0 where it is free, or n/a where there is none');
  if (/^\d*[.,]?\d+e[+-]?\d+$/i.test(amount)) return faults.add(cell, 'a number with an exponent may have lost digits', 'give the column a number format in the spreadsheet, and save it again');
  if (mark === null && proofIn(amount) === null) {
    return faults.add(cell, 'this could be a decimal number or thousands, and no other price on the sheet shows which', `write it as ${amount.replace(',', '.')}0, or as ${amount.replace(/[.,]/, '')}`);
  }
  const plain = plainDecimal(amount, mark ?? '.');
  if (plain === null) return faults.add(cell, 'this is not a price', `write a decimal number such as 0.0618, or n/a where there is none`);
  if (/\.\d{7,}$/.test(plain)) return faults.add(cell, 'a price has at most six decimals', 'see whether the sheet gives prices per message, and round the price there if it is meant so');
  try {
    return parseDecimal(plain);
  } catch {
    return faults.add(cell, 'this is more than an amount can be', 'write the price of one message');
  }
}

/** The number with a point and without thousands' separators, trailing zeros beyond six decimals left out. Null where it is none. */
function plainDecimal(amount: string, mark: DecimalMark): string | null {
  const grouping = mark === '.' ? ',' : '\\.';
  const decimals = mark === '.' ? '\\.' : ',';
  const match = new RegExp(`^(\\d*|[1-9]\\d{0,2}(?:${grouping}\\d{3})+)(?:${decimals}(\\d+))?$`).exec(amount);
  if (!match || amount === '') return null;
  const whole = (match[1] ?? '').replaceAll(/[.,]/g, '') || '0';
  if (/^0\d/.test(whole)) return null;
  const fraction = (match[2] ?? '').replace(/^(\d{6}\d*?)0+$/, '$1');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function wordFix(text: string, currency: Currency): string {
  if (/^free$/i.test(text.trim())) return 'write 0 where a message is free, and n/a where there is no price';
  if (/^#/.test(text.trim())) return 'this is an error of the spreadsheet: repair it there, or write n/a';
  return `write a number in ${currency} such as 0.0618, or n/a where there is no price`;
}

/** A whole number of messages, such as 25000001 or 25,000,001: a count has no decimals, so any mark in it is a thousands' separator. Null where it is none. */
export function countIn(text: string): number | null {
  const digits = /^(\d{1,3}([,.\u00a0\u202f ’'])\d{3}(\2\d{3})*|\d+)$/.test(text.trim()) ? text.replaceAll(/\D/g, '') : '';
  const count = digits === '' ? NaN : parseInt(digits, 10);
  return Number.isSafeInteger(count) ? count : null;
}

/** An amount as our own cards write it, with at least four decimals: 0.0008, 0.0550, 1.234567. */
export function priceText(amount: Micros): string {
  const [whole = '', decimals = ''] = formatDecimal(amount).split('.');
  return `${whole}.${decimals.padEnd(4, '0')}`;
}
