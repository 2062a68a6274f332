import type { ChargePosted, DecisionSkipped, UsageRecorded } from '@parley/contracts';

/** What billing has to decide: what a used message costs. */
export type BillingCommand = UsageRecorded;

/** All that billing reads: usage in its order, and its own word on it. */
export type BillingEvent = BillingCommand | ChargePosted | DecisionSkipped;
