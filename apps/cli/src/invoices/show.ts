import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Bill, BillLine } from './bills.js';

const illustrativeNotice = 'ILLUSTRATIVE: made of example prices. Not a bill, not to be paid.';

/** The list, a line per invoice. */
export function invoicesTable(bills: readonly Bill[], { ink }: Terminal): readonly string[] {
  const lines = bills.map((bill): Line => [bill.invoiceId, whose(bill), bill.month, bill.issuedAt.slice(0, 10), `${bill.charges}`, `${bill.total} ${bill.currency}`, bill.illustrative ? { text: 'illustrative', ink: ink.warning } : '']);
  return drawTable([{ title: 'Number' }, { title: 'Of' }, { title: 'Month' }, { title: 'Issued' }, { title: 'Charges', align: 'right' }, { title: 'Total', align: 'right' }, { title: '' }], lines, ink.strong);
}

/** One invoice: its head, its lines, its sums. */
export function invoicePage(bill: Bill & { readonly lines: readonly BillLine[] }, { ink }: Terminal): readonly string[] {
  const head = [ink.strong(`Invoice ${bill.invoiceId}`), `${whose(bill)}, ${bill.month}, issued ${bill.issuedAt.slice(0, 10)} (UTC)`];
  const lines = bill.lines.map((line): Line => [`${line.line}`, line.businessId === '*' ? '' : line.businessId, line.market ?? '', line.category ?? '', line.tier ?? '', wordsOf(line), line.charges === 0 ? '' : `${line.charges}`, `${line.amount}${line.illustrative ? ' †' : ''}`]);
  const sums: Line[] = [
    ['', '', '', '', '', 'Sum before rounding', `${bill.charges}`, bill.exact],
    ['', '', '', '', '', 'Rounding', '', bill.rounding],
    ['', '', '', '', '', { text: 'Total', ink: ink.strong }, '', { text: `${bill.total} ${bill.currency}`, ink: ink.strong }],
  ];
  const columns = [{ title: '#', align: 'right' }, { title: 'Business', most: 24 }, { title: 'Market', most: 24 }, { title: 'Category', most: 28 }, { title: 'Tier' }, { title: 'Why', most: 36 }, { title: 'Charges', align: 'right' }, { title: 'Amount', align: 'right' }] as const;
  const table = drawTable(columns, [...lines, ...sums], ink.strong);
  return [...head, ...(bill.illustrative ? [ink.bad(illustrativeNotice)] : []), ...table, ...(bill.illustrative ? [ink.faint('† an example price')] : [])];
}

function whose({ ownerId, businessId }: Bill): string {
  return businessId === '*' ? ownerId : `${businessId} (of ${ownerId})`;
}

function wordsOf({ kind, cause, month }: BillLine): string {
  if (kind === 'usage') return '';
  return `${kind}${month === null ? '' : ` ${month}`}: ${cause}`;
}
