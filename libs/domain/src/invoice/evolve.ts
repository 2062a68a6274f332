import type { AdjustmentPosted, ChargePosted, Instant, InvoiceIssued } from '@parley/contracts';
import { localMonth, type LocalMonth } from '@parley/rating';
import { entriesOf } from '../ledger/entries.js';
import { LedgerFault } from '../ledger/fault.js';
import { booked, emptyBill, settle, type Booking, type LineOf, type OpenBill, type SettledBill } from './bill.js';
import type { InvoicingEvent } from './events.js';
import { monthAfter } from './month-end.js';

/** The months of one currency. */
export interface CurrencyMonths {
  /** The last month that was billed: it and all before are closed for ever. */
  readonly closed: LocalMonth | null;
  readonly open: { readonly [month: LocalMonth]: OpenBill };
}

/** What invoicing knows of one owner. */
export interface InvoicingState {
  /** Number of the last invoice; 0 before the first. */
  readonly lastNumber: number;
  readonly currencies: { readonly [currency: string]: CurrencyMonths };
  /** The bill that the event in hand has issued, for its rows; the next event drops it. */
  readonly issued: OpenBill | null;
}

export const initial: InvoicingState = { lastNumber: 0, currencies: {}, issued: null };

const noMonths: CurrencyMonths = { closed: null, open: {} };

/** What invoicing knows once this has happened. Throws a LedgerFault where the ledger would not add up. */
export function evolve(state: InvoicingState, event: InvoicingEvent): InvoicingState {
  switch (event.type) {
    case 'ChargePosted':
    case 'AdjustmentPosted':
      entriesOf(event, null);
      return bookedIn(state, event.currency, billMonthOf(state, event), lineOf(state, event), event);
    case 'InvoiceIssued':
      return issued(state, event);
    case 'TimerDue':
    case 'DecisionSkipped':
      return state.issued === null ? state : { ...state, issued: null };
    default:
      return event satisfies never;
  }
}

export function monthsOf({ currencies }: InvoicingState, currency: string): CurrencyMonths {
  return currencies[currency] ?? noMonths;
}

/** The earliest month of the currency that is not billed yet; null when there is none. */
export function earliestOpen(state: InvoicingState, currency: string): LocalMonth | null {
  return Object.keys(monthsOf(state, currency).open).reduce<LocalMonth | null>((first, month) => (first === null || month < first ? month : first), null);
}

/**
 * The month whose bill a charge or adjustment goes to: its own as long as that is not billed, else the month it was posted in. Folding an event
 * does not change the answer, so its rows may ask again.
 */
export function billMonthOf(state: InvoicingState, event: ChargePosted | AdjustmentPosted): LocalMonth {
  const { closed } = monthsOf(state, event.currency);
  const own = ownMonthOf(event);
  if (own !== null && (closed === null || own > closed)) return own;
  return postedMonth(closed, event.meta.at);
}

/** In UTC: of a bill that several businesses share there is no other zone. */
function postedMonth(closed: LocalMonth | null, at: Instant): LocalMonth {
  const month = localMonth(at, 'UTC');
  return closed === null || month > closed ? month : monthAfter(closed);
}

/** Charges of the first version do not say their month; the zone of their business is not on the ledger, so it is UTC's. */
function ownMonthOf(event: ChargePosted | AdjustmentPosted): LocalMonth | null {
  return event.type === 'AdjustmentPosted' ? event.month : (event.month ?? localMonth(event.deliveredAt, 'UTC'));
}

function lineOf(state: InvoicingState, event: ChargePosted | AdjustmentPosted): LineOf {
  const month = ownMonthOf(event);
  if (event.type === 'AdjustmentPosted') {
    const { businessId, market, pricingCategory, tier, reason, causedBy } = event;
    return { businessId, market, category: pricingCategory, tier, kind: 'adjustment', month, cause: reason === '' ? causedBy : `${reason} (${causedBy})` };
  }
  const { message, market, pricingCategory, tier } = event;
  const isLate = billMonthOf(state, event) !== month;
  const of = { businessId: message.businessId, market, category: pricingCategory ?? message.category, tier: tier?.bounds ?? null, month };
  return isLate ? { ...of, kind: 'late', cause: 'late receipt' } : { ...of, kind: 'usage', cause: '' };
}

function bookedIn(state: InvoicingState, currency: string, month: LocalMonth, line: LineOf, booking: Booking): InvoicingState {
  const months = monthsOf(state, currency);
  const bill = booked(months.open[month] ?? emptyBill, line, booking);
  return { ...state, issued: null, currencies: { ...state.currencies, [currency]: { ...months, open: { ...months.open, [month]: bill } } } };
}

function issued(state: InvoicingState, invoice: InvoiceIssued): InvoicingState {
  const { currency, month, number } = invoice;
  const months = monthsOf(state, currency);
  const { [month]: bill, ...open } = months.open;
  if (bill === undefined) throw new LedgerFault(`the invoice ${invoice.invoiceId} bills ${month} in ${currency}, of which nothing is open`);
  if (number !== state.lastNumber + 1) throw new LedgerFault(`the invoice ${invoice.invoiceId} has the number ${number} after ${state.lastNumber}`);
  entriesOf(invoice, held(settle(currency, bill), invoice));
  return { lastNumber: number, issued: bill, currencies: { ...state.currencies, [currency]: { closed: month, open } } };
}

/** The bill, which is the one that the invoice is of. */
function held(bill: SettledBill, { invoiceId, total, lines, linesChecksum }: InvoiceIssued): SettledBill {
  if (bill.total !== total || bill.lines.length !== lines || (linesChecksum !== null && bill.checksum !== linesChecksum)) {
    throw new LedgerFault(`the invoice ${invoiceId} says ${lines} lines, ${total} micros, checksum ${linesChecksum}; the ledger gives ${bill.lines.length}, ${bill.total}, ${bill.checksum}`);
  }
  return bill;
}
