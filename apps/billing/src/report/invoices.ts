import { amountSql, instantSql } from '@parley/bus-postgres';
import type { ReportView } from '@parley/bus-postgres';

export const invoicesView: ReportView = {
  name: 'invoices',
  about: 'Invoices: a row for each business on one with its own part, and one for the whole, whose business_id is *. Add up the parts or the wholes, never both. Never changed once issued.',
  columns: {
    invoice_id: ['i.invoice_id', 'Identity of the invoice.'],
    business_id: ['i.business_id', 'Business whose part it is; * for the whole.'],
    owner_id: ['i.owner_id', 'Owner who pays.'],
    number: ['i.number', 'Number of the invoice, from 1 without holes for each owner.'],
    month: ['i.month', 'Month that is billed, YYYY-MM, of the zones of the businesses.'],
    issued_at: [instantSql('i.issued_at'), 'When it was issued.'],
    currency: ['i.currency', 'Currency of the amounts, ISO 4217: sum only what has the same.'],
    lines: ['i.lines', 'Lines of this part.'],
    charges: ['i.charges', 'Charges and corrections summed in them.'],
    exact: [amountSql('i.exact_micros'), 'Sum before rounding, in the currency’s main unit; exact.'],
    rounding: [amountSql('i.rounding_micros'), 'What rounding added; of an invoice that several businesses share, of the whole alone.'],
    total: [amountSql('i.total_micros'), 'What is to be paid: exact and rounding.'],
    total_micros: ['i.total_micros', 'The same in millionths.'],
    illustrative: ['i.illustrative', 'Whether a price on it is an example: then it is not to be paid.'],
  },
  from: 'from "billing"."invoice" i',
  business: 'i.business_id',
};

export const invoiceLinesView: ReportView = {
  name: 'invoice_lines',
  about: 'Lines of invoices: what each sums has business, kind, month, market, category and tier in common. The lines of an invoice add up to its total.',
  columns: {
    invoice_id: ['l.invoice_id', 'Invoice that the line is on.'],
    line: ['l.line', 'Its place there, from 1.'],
    business_id: ['l.business_id', 'Business that the line is about; * for the rounding of an invoice that several share.'],
    owner_id: ['i.owner_id', 'Owner who pays.'],
    number: ['i.number', 'Number of the invoice.'],
    bill_month: ['i.month', 'Month that the invoice bills, YYYY-MM.'],
    issued_at: [instantSql('i.issued_at'), 'When the invoice was issued.'],
    kind: ['l.kind', 'usage; late (charges of a month billed before); adjustment; rounding.'],
    month: ['l.month', 'Month of the charges summed, YYYY-MM; null where they are of none.'],
    market: ['l.market', 'Rate-card region; null where the line is about none.'],
    category: ['l.category', 'Category as the price list calls it; null where the line is about none.'],
    tier: ['l.tier', 'Band of the volume tier; null where the price has none.'],
    cause: ['l.cause', 'Why it is no plain usage; empty for usage.'],
    charges: ['l.charges', 'Charges or corrections summed.'],
    currency: ['l.currency', 'Currency of the amount, ISO 4217: sum only what has the same.'],
    amount: [amountSql('l.amount_micros'), 'Sum of the line, in the currency’s main unit; exact.'],
    amount_micros: ['l.amount_micros', 'The same in millionths.'],
    illustrative: ['l.illustrative', 'Whether a price in it is an example.'],
  },
  from: `from "billing"."invoice_line" l join "billing"."invoice" i on i.invoice_id = l.invoice_id and i.business_id = '*'`,
  business: 'l.business_id',
};
