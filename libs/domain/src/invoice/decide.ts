import type { InvoiceId, OwnerId, PayloadOf } from '@parley/contracts';
import { skip } from '../decision.js';
import { settle } from './bill.js';
import type { InvoicingCommand } from './events.js';
import { earliestOpen, monthsOf, type InvoicingState } from './evolve.js';

export const monthEndTimer = 'month-end';

/** What a month's timer is about, and which month that is. */
export const subjectOf = (currency: string, month: string): string => `${currency}/${month}`;

/**
 * Makes the bill of a month that is over. Months are billed in their order: a timer of any but the earliest open one changes nothing, and is set
 * again when its turn comes. The same timer decided again changes nothing, so numbers have no holes.
 */
export function decide(timer: InvoicingCommand, state: InvoicingState): PayloadOf<'InvoiceIssued' | 'DecisionSkipped'> {
  const { key, name, subject } = timer;
  if (name !== monthEndTimer) return skip(key, `invoicing has no timer ${name}`);
  const [currency = '', month = ''] = subject.split('/');
  const bill = monthsOf(state, currency).open[month];
  if (bill === undefined) return skip(key, `nothing is open in ${subject}: it was billed before`);
  if (earliestOpen(state, currency) !== month) return skip(key, `an earlier month than ${subject} is to be billed first`);

  const number = state.lastNumber + 1;
  const { total, lines, charges, rounding, checksum, illustrative } = settle(currency, bill);
  return {
    type: 'InvoiceIssued',
    invoiceId: `${key}-${`${number}`.padStart(6, '0')}` as InvoiceId,
    ownerId: key as OwnerId,
    number,
    month,
    currency,
    total,
    lines: lines.length,
    charges,
    rounding,
    linesChecksum: checksum,
    illustrative,
  };
}
