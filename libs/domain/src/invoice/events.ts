import type { AdjustmentPosted, ChargePosted, DecisionSkipped, InvoiceIssued, TimerDue } from '@parley/contracts';

/** What invoicing has to decide: a month is over. */
export type InvoicingCommand = TimerDue;

/** All that invoicing reads: what is owed and why, months that end, and its own word on them. */
export type InvoicingEvent = ChargePosted | AdjustmentPosted | InvoicingCommand | InvoiceIssued | DecisionSkipped;
