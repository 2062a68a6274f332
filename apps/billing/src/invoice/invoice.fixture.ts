// An invoice as it stands in the database, for the specs of its forms.
import type { InvoiceLine } from '../projections/invoice-line.js';
import type { Invoice, InvoiceWithLines } from '../projections/invoice.js';

export function aLine(change: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    invoiceId: 'acme-group-000003', line: 1, businessId: 'acme', kind: 'usage', month: '2018-08', market: 'Brazil', category: 'utility', tier: null, cause: '', charges: 2,
    amountMicros: 13_600n, currency: 'USD', illustrative: false, ...change,
  };
}

/** The invoice of these lines, numbered in their order. */
export function anInvoice(given: readonly Partial<InvoiceLine>[], change: Partial<Invoice> = {}): InvoiceWithLines {
  const lines = given.map((line, index) => aLine({ ...line, line: index + 1 }));
  const sumOf = (some: readonly InvoiceLine[]): bigint => some.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  const invoice: Invoice = {
    invoiceId: 'acme-group-000003', businessId: '*', ownerId: 'acme-group', number: 3, month: '2018-08', currency: 'USD', issuedAt: Date.parse('2018-09-03T12:00:00Z'),
    illustrative: lines.some(({ illustrative }) => illustrative), lines: lines.length, charges: lines.reduce((sum, { charges }) => sum + charges, 0),
    exactMicros: sumOf(lines.filter(({ kind }) => kind !== 'rounding')), roundingMicros: sumOf(lines.filter(({ kind }) => kind === 'rounding')), totalMicros: sumOf(lines),
    linesChecksum: '0123456789abcdef', eventId: '00000000-0000-4000-8000-000000000000', ledgerPartition: 1, ledgerOffset: 41, catalogOffset: 7, ...change,
  };
  return { invoice, lines };
}
