import type { AdjustmentPosted, ChargePosted } from '@parley/contracts';

/** What changes what a business has spent. */
export type SpendEvent = ChargePosted | AdjustmentPosted;
