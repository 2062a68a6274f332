import { formatDecimal, micros } from '@parley/money';
import type { InvoiceWithLines } from '../projections/invoice.js';

/** The columns, in their order. New ones come at the end. */
export const invoiceColumns = [
  'invoice', 'owner', 'bill_month', 'currency', 'issued_at', 'line', 'business', 'kind', 'month', 'market', 'category', 'tier', 'cause', 'charges', 'amount', 'amount_micros', 'line_illustrative', 'invoice_illustrative',
] as const;

/**
 * The lines of an invoice as CSV (RFC 4180: commas, CRLF, quotes doubled). Amounts are exact, as decimals and as whole micros, and sum to the
 * total. Text that a spreadsheet would take for a formula is written after an apostrophe.
 */
export function invoiceCsv({ invoice, lines }: InvoiceWithLines): string {
  const head = [plain(invoice.invoiceId), plain(invoice.ownerId), invoice.month, invoice.currency, new Date(invoice.issuedAt).toISOString()];
  const rows = lines.map((line) => [
    ...head,
    `${line.line}`,
    plain(line.businessId),
    line.kind,
    line.month ?? '',
    plain(line.market ?? ''),
    plain(line.category ?? ''),
    plain(line.tier ?? ''),
    plain(line.cause),
    `${line.charges}`,
    formatDecimal(micros(line.amountMicros)),
    line.amountMicros.toString(),
    `${line.illustrative}`,
    `${invoice.illustrative}`,
  ]);
  return [invoiceColumns, ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

/** Others' text, harmless in a spreadsheet. Our own numbers are left alone: one that begins with a minus is a number. */
function plain(text: string): string {
  return /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
