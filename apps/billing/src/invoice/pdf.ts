import PDFDocument from 'pdfkit';
import type { InvoiceWithLines } from '../projections/invoice.js';
import type { InvoiceLine } from '../projections/invoice-line.js';
import { decimalsOf, decimalText, illustrativeNotice, reasonOf } from './document.js';

/** Points of 1/72 inch, from the left edge of an A4 page (595 × 842). */
interface Column {
  readonly title: string;
  readonly left: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

const page = { left: 40, right: 555, top: 40, bottom: 780, footer: 800 } as const;
const columns = {
  line: { title: '#', left: 40, width: 22, align: 'left' },
  business: { title: 'Business', left: 64, width: 86, align: 'left' },
  market: { title: 'Market', left: 154, width: 98, align: 'left' },
  category: { title: 'Category', left: 256, width: 100, align: 'left' },
  tier: { title: 'Tier', left: 360, width: 82, align: 'left' },
  charges: { title: 'Count', left: 444, width: 38, align: 'right' },
  amount: { title: 'Amount', left: 484, width: 64, align: 'right' },
} as const satisfies Readonly<Record<string, Column>>;
type ColumnName = keyof typeof columns;
const names = Object.keys(columns) as ColumnName[];

const [rowSize, smallSize] = [8.5, 8];
const [plainFont, boldFont] = ['Helvetica', 'Helvetica-Bold'];
const [ink, grey, red] = ['#1a1a1a', '#666666', '#b00020'];

/**
 * An invoice on A4 pages: head, lines with the table's head on every page, sums, page numbers; on every page a notice where any price is an example.
 * The same invoice gives the same bytes. What Latin-1 cannot show is a question mark here; CSV and JSON have it as it is.
 */
export function invoicePdf(bill: InvoiceWithLines): Promise<Buffer> {
  const { invoice } = bill;
  const info = { Title: `Invoice ${invoice.invoiceId}`, Producer: 'Parley', Creator: 'Parley', CreationDate: new Date(invoice.issuedAt) };
  // A bottom margin of zero: where a page ends is decided here, not by the library.
  const document = new PDFDocument({ size: 'A4', margins: { top: page.top, bottom: 0, left: page.left, right: 40 }, bufferPages: true, info, lang: 'en' });
  const written = collected(document);
  new Sheet(document, bill).write();
  document.end();
  return written;
}

function collected(document: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.on('error', reject);
  });
}

class Sheet {
  private y: number = page.top;
  private readonly decimals: number;

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly bill: InvoiceWithLines,
  ) {
    this.decimals = decimalsOf(bill);
  }

  write(): void {
    this.head();
    this.tableHead();
    for (const line of this.bill.lines) this.line(line);
    this.sums();
    this.everyPage();
  }

  private head(): void {
    const { invoice } = this.bill;
    this.text(`Invoice ${invoice.invoiceId}`, { left: page.left, width: 515, size: 18, font: boldFont });
    this.y += 30;
    const whose = invoice.businessId === '*' ? 'all businesses of the owner' : invoice.businessId;
    const facts = [
      ['Owner', invoice.ownerId],
      ['Business', whose],
      ['Month', invoice.month],
      ['Currency', invoice.currency],
      ['Issued', `${new Date(invoice.issuedAt).toISOString().slice(0, 10)} (UTC)`],
    ] as const;
    for (const [name, value] of facts) {
      this.text(name, { left: page.left, width: 80, color: grey });
      const height = this.text(value, { left: 110, width: 445 });
      this.y += height + 3;
    }
    if (invoice.illustrative) {
      this.y += 6;
      this.y += this.text(illustrativeNotice, { left: page.left, width: 515, size: 11, font: boldFont, color: red });
    }
    this.y += 16;
  }

  private tableHead(): void {
    for (const name of names) this.text(columns[name].title, { ...columns[name], font: boldFont, size: smallSize, color: grey });
    this.y += 12;
    this.rule(0.8);
    this.y += 4;
  }

  private line(line: InvoiceLine): void {
    const cells = this.cells(line);
    const reason = reasonOf(line);
    // What has no market has the row to itself.
    const place = line.market === null ? { left: columns.market.left, width: 288 } : { left: columns.business.left, width: 418 };
    const rowHeight = Math.max(...names.map((name) => this.heightOf(cells[name], columns[name].width, rowSize)));
    const reasonTop = line.market === null || reason === '' ? 0 : rowHeight + 1;
    const height = Math.max(rowHeight, reasonTop + (reason === '' ? 0 : this.heightOf(reason, place.width, smallSize)));
    if (this.y + height + 4 > page.bottom) this.nextPage();
    for (const name of names) this.text(cells[name], { ...columns[name], size: rowSize });
    if (line.illustrative) this.text('*', { left: 549, width: 8, size: rowSize });
    this.y += reasonTop;
    this.text(reason, { ...place, size: smallSize, color: grey });
    this.y += height - reasonTop + 4;
  }

  private cells(line: InvoiceLine): Readonly<Record<ColumnName, string>> {
    return {
      line: `${line.line}`,
      business: line.businessId === '*' ? '' : line.businessId,
      market: line.market ?? '',
      category: (line.category ?? '').replaceAll('_', ' '),
      tier: line.tier ?? '',
      charges: line.charges === 0 ? '' : `${line.charges}`,
      amount: decimalText(line.amountMicros, this.decimals),
    };
  }

  private sums(): void {
    const { invoice } = this.bill;
    if (this.y + 60 > page.bottom) this.nextPage();
    this.rule(0.8);
    this.y += 6;
    const rows = [
      [`Sum of ${invoice.charges} charges and adjustments`, invoice.exactMicros, plainFont],
      ['Rounding, half up to the minor unit', invoice.roundingMicros, plainFont],
      [invoice.businessId === '*' ? 'Total' : `Total of ${invoice.businessId}`, invoice.totalMicros, boldFont],
    ] as const;
    for (const [title, amount, font] of rows) {
      this.text(title, { left: 172, width: 270, font, align: 'right' });
      this.text(`${decimalText(amount, this.decimals)} ${invoice.currency}`, { left: 444, width: 104, font, align: 'right' });
      this.y += 14;
    }
    if (invoice.illustrative) this.text('* an example price', { left: page.left, width: 200, size: smallSize, color: grey });
  }

  private everyPage(): void {
    const { invoice } = this.bill;
    const { count } = this.document.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.document.switchToPage(index);
      this.y = page.footer;
      this.text(`Invoice ${invoice.invoiceId}`, { left: page.left, width: 200, size: smallSize, color: grey });
      this.text(`Page ${index + 1} of ${count}`, { left: 455, width: 100, size: smallSize, color: grey, align: 'right' });
      if (invoice.illustrative) this.text('ILLUSTRATIVE: NOT TO BE PAID', { left: 220, width: 200, size: smallSize, color: red, font: boldFont });
    }
  }

  private nextPage(): void {
    this.document.addPage();
    this.y = page.top;
    this.tableHead();
  }

  private rule(width: number): void {
    this.document.moveTo(page.left, this.y).lineTo(page.right, this.y).lineWidth(width).strokeColor(grey).stroke();
  }

  /** Writes at the current height and returns the height it took. */
  private text(content: string, place: { left: number; width: number; align?: 'left' | 'right'; size?: number; font?: string; color?: string }): number {
    const { left, width, align = 'left', size = 10, font = plainFont, color = ink } = place;
    const shown = shownInLatin(content);
    this.document.font(font).fontSize(size).fillColor(color).text(shown, left, this.y, { width, align });
    return this.document.heightOfString(shown === '' ? ' ' : shown, { width });
  }

  private heightOf(content: string, width: number, size: number): number {
    return this.document.font(plainFont).fontSize(size).heightOfString(shownInLatin(content) || ' ', { width });
  }
}

/** The built-in fonts have the characters of Windows-1252. */
function shownInLatin(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, '?');
}
