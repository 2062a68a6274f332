import type { InvoiceIssued, Position, RowChange, Table } from '@parley/contracts';
import { micros, microsToText } from '@parley/money';
import { entriesOf, type Entry } from '../ledger/entries.js';
import { column, nullable, put } from '../row.js';
import { settle, type Line, type SettledBill } from './bill.js';
import type { InvoicingEvent } from './events.js';
import { billMonthOf, type InvoicingState } from './evolve.js';

/**
 * One row per side of a transaction; a debit is positive. `ledger_*` is the place of the ledger's record, of an invoice the place of the month's
 * end that it answers; `usage_*` and `catalog_offset` are what a charge was priced from. `bill_month` is the month whose bill it is on.
 */
export const ledgerEntryTable = {
  name: 'ledger_entry',
  key: ['ledger_partition', 'ledger_offset', 'entry'],
  columns: {
    ledger_partition: column('integer'),
    ledger_offset: column('bigint'),
    entry: column('integer'),
    ledger_topic: column('text'),
    business_id: column('text'),
    owner_id: column('text'),
    account: column('text'),
    currency: column('text'),
    amount_micros: column('bigint'),
    market: nullable('text'),
    category: nullable('text'),
    tier: nullable('text'),
    event_type: column('text'),
    event_id: column('text'),
    reference: column('text'),
    bill_month: column('text'),
    illustrative: column('boolean'),
    usage_topic: nullable('text'),
    usage_partition: nullable('integer'),
    usage_offset: nullable('bigint'),
    catalog_offset: nullable('bigint'),
    posted_at: column('bigint'),
  },
} as const satisfies Table;

/**
 * An invoice as each of its businesses may see it: one row per business with what is its own, and one for the whole under the business `*`. Of an
 * owner with a single business both say the same.
 */
export const invoiceTable = {
  name: 'invoice',
  key: ['invoice_id', 'business_id'],
  columns: {
    invoice_id: column('text'),
    business_id: column('text'),
    owner_id: column('text'),
    number: column('bigint'),
    month: column('text'),
    currency: column('text'),
    issued_at: column('bigint'),
    illustrative: column('boolean'),
    lines: column('bigint'),
    charges: column('bigint'),
    exact_micros: column('bigint'),
    rounding_micros: column('bigint'),
    total_micros: column('bigint'),
    lines_checksum: column('text'),
    event_id: column('text'),
    ledger_partition: column('integer'),
    ledger_offset: column('bigint'),
    catalog_offset: column('bigint'),
  },
} as const satisfies Table;

/** One row per line. `cause` says why a line is not plain usage. */
export const invoiceLineTable = {
  name: 'invoice_line',
  key: ['invoice_id', 'line'],
  columns: {
    invoice_id: column('text'),
    line: column('integer'),
    business_id: column('text'),
    kind: column('text'),
    month: nullable('text'),
    market: nullable('text'),
    category: nullable('text'),
    tier: nullable('text'),
    cause: column('text'),
    charges: column('bigint'),
    amount_micros: column('bigint'),
    currency: column('text'),
    illustrative: column('boolean'),
  },
} as const satisfies Table;

/** The entries of an event; of an invoice also itself and its lines. */
export function project(event: InvoicingEvent, state: InvoicingState, position: Position): readonly RowChange[] {
  switch (event.type) {
    case 'ChargePosted': {
      const of = { ownerId: event.message.ownerId, reference: event.chargeId, billMonth: billMonthOf(state, event) };
      return entriesOf(event, null).map((entry, index) => entryRow(event, entry, index, of, position));
    }
    case 'AdjustmentPosted': {
      const of = { ownerId: event.ownerId, reference: event.adjustmentId, billMonth: billMonthOf(state, event) };
      return entriesOf(event, null).map((entry, index) => entryRow(event, entry, index, of, position));
    }
    case 'InvoiceIssued':
      return state.issued === null ? [] : invoiceRows(event, settle(event.currency, state.issued), position);
    case 'TimerDue':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

interface Transaction {
  readonly ownerId: string;
  readonly reference: string;
  readonly billMonth: string;
}

type Posting = Extract<InvoicingEvent, { readonly type: 'ChargePosted' | 'AdjustmentPosted' | 'InvoiceIssued' }>;

function entryRow(event: Posting, entry: Entry, index: number, { ownerId, reference, billMonth }: Transaction, position: Position): RowChange {
  const usage = event.type === 'ChargePosted' ? event.meta.cause : null;
  return put(ledgerEntryTable, {
    ledger_partition: position.partition,
    ledger_offset: position.offset,
    entry: index,
    ledger_topic: position.topic,
    business_id: entry.businessId,
    owner_id: ownerId,
    account: entry.account,
    currency: entry.currency,
    amount_micros: microsToText(entry.amount),
    market: entry.market,
    category: entry.category,
    tier: entry.tier,
    event_type: event.type,
    event_id: event.meta.eventId,
    reference,
    bill_month: billMonth,
    illustrative: event.illustrative,
    usage_topic: usage?.topic ?? null,
    usage_partition: usage?.partition ?? null,
    usage_offset: usage?.offset ?? null,
    catalog_offset: event.type === 'ChargePosted' ? event.meta.catalogOffset : null,
    posted_at: event.meta.at,
  });
}

function invoiceRows(invoice: InvoiceIssued, bill: SettledBill, position: Position): readonly RowChange[] {
  const of = { ownerId: invoice.ownerId, reference: invoice.invoiceId, billMonth: invoice.month };
  const whole = { businessId: '*', lines: bill.lines.length, charges: bill.charges, exact: bill.exact, rounding: bill.rounding } as const;
  const businesses = bill.shares.filter(({ businessId }) => businessId !== '*');
  return [
    ...entriesOf(invoice, bill).map((entry, index) => entryRow(invoice, entry, index, of, position)),
    ...[whole, ...businesses].map((share) => invoiceRow(invoice, bill, share, position)),
    ...bill.lines.map((line) => lineRow(invoice, line)),
  ];
}

function invoiceRow(invoice: InvoiceIssued, bill: SettledBill, share: SettledBill['shares'][number], position: Position): RowChange {
  return put(invoiceTable, {
    invoice_id: invoice.invoiceId,
    business_id: share.businessId,
    owner_id: invoice.ownerId,
    number: invoice.number,
    month: invoice.month,
    currency: invoice.currency,
    issued_at: invoice.meta.at,
    illustrative: bill.illustrative,
    lines: share.lines,
    charges: share.charges,
    exact_micros: microsToText(share.exact),
    rounding_micros: microsToText(share.rounding),
    total_micros: microsToText(micros(share.exact + share.rounding)),
    lines_checksum: bill.checksum,
    event_id: invoice.meta.eventId,
    ledger_partition: position.partition,
    ledger_offset: position.offset,
    catalog_offset: invoice.meta.catalogOffset,
  });
}

function lineRow({ invoiceId, currency }: InvoiceIssued, line: Line): RowChange {
  return put(invoiceLineTable, {
    invoice_id: invoiceId,
    line: line.line,
    business_id: line.businessId,
    kind: line.kind,
    month: line.month,
    market: line.market,
    category: line.category,
    tier: line.tier,
    cause: line.cause,
    charges: line.charges,
    amount_micros: microsToText(line.amount),
    currency,
    illustrative: line.illustrative,
  });
}
