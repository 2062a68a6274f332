import { currency, formatDecimal, isCurrency, micros, minorUnitDecimals } from '@parley/money';
import type { InvoiceWithLines } from '../projections/invoice.js';
import type { InvoiceLine } from '../projections/invoice-line.js';

/** What is said wherever an invoice is shown of which any price is an example. */
export const illustrativeNotice = 'ILLUSTRATIVE: made of example prices. Not a bill, not to be paid.';

/** An amount as decimal text with at least so many decimals: never rounded, only filled up. */
export function decimalText(amount: bigint, decimals: number): string {
  const [units = '0', fraction = ''] = formatDecimal(micros(amount)).split('.');
  const filled = fraction.padEnd(decimals, '0');
  return filled === '' ? units : `${units}.${filled}`;
}

/** Decimals that an invoice's amounts are shown with, so that they stand in line: those of the minor unit, or as many as any of them has. */
export function decimalsOf({ invoice, lines }: InvoiceWithLines): number {
  const own = isCurrency(invoice.currency) ? minorUnitDecimals(currency(invoice.currency)) : 0;
  const fractions = lines.map(({ amountMicros }) => formatDecimal(micros(amountMicros)).split('.')[1]?.length ?? 0);
  return fractions.reduce((most, digits) => Math.max(most, digits), own);
}

/** Why a line is there, in words. */
export function reasonOf({ kind, cause, month }: Pick<InvoiceLine, 'kind' | 'cause' | 'month'>): string {
  const of = month === null ? '' : ` of ${month}`;
  switch (kind) {
    case 'late':
      return `Charges${of} that came late: ${cause}`;
    case 'adjustment':
      return `Adjustment${month === null ? '' : ` for ${month}`}: ${cause}`;
    case 'rounding':
      return `Rounding: ${cause}`;
    default:
      return '';
  }
}
