import type { Timer, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { decide, monthEndTimer, subjectOf } from './decide.js';
import type { InvoicingCommand, InvoicingEvent } from './events.js';
import { earliestOpen, evolve, initial, type InvoicingState } from './evolve.js';
import { invoiceTerms, invoicedFrom, type InvoiceTerms } from './month-end.js';
import { invoiceLineTable, invoiceTable, ledgerEntryTable, project } from './rows.js';

export const invoicingTopologyName = 'invoicing';

/** Per currency the end of the earliest month that is not billed: the next one's timer is set once that is. */
function timersOf(state: InvoicingState, terms: InvoiceTerms): readonly Timer[] {
  return Object.keys(state.currencies).flatMap((currency) => {
    const month = earliestOpen(state, currency);
    return month === null ? [] : [{ name: monthEndTimer, subject: subjectOf(currency, month), dueAt: invoicedFrom(month, terms) }];
  });
}

/**
 * Invoicing under given terms. They say when a month is billed and nothing else: states, rows and bills follow from the log alone, so terms may
 * change between two runs. A timer that was set keeps its instant.
 */
export function invoicingUnder(terms: InvoiceTerms): Topology<InvoicingState, InvoicingEvent, InvoicingCommand, Catalog> {
  return {
    name: invoicingTopologyName,
    source: 'parley.ledger.v1',
    folds: typesOf<InvoicingEvent>({ ChargePosted: true, AdjustmentPosted: true, TimerDue: true, InvoiceIssued: true, DecisionSkipped: true }),
    commands: typesOf<InvoicingCommand>({ TimerDue: true }),
    decisions: 'parley.ledger.v1',
    initial,
    evolve,
    accepts: ({ topology }) => topology === invoicingTopologyName,
    decide,
    derives: [],
    timers: (state) => timersOf(state, terms),
    tables: [ledgerEntryTable, invoiceTable, invoiceLineTable],
    project,
    // An owner's key spans all their businesses.
    businessOf: () => '*',
    waitingLimit: 100,
  };
}

export const invoicingTopology = invoicingUnder(invoiceTerms);
