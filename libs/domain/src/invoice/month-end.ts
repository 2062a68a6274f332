import type { Instant } from '@parley/contracts';
import { localMonth, type LocalMonth } from '@parley/rating';

/** When a month is billed. */
export interface InvoiceTerms {
  /** How long after a month's end receipts of it are waited for, ms. */
  readonly graceMs: number;
}

/** Two days: a phone that was off over a weekend has then said what it received. */
export const invoiceTerms: InvoiceTerms = { graceMs: 48 * 3_600_000 };

/**
 * First instant at which the month has ended in every zone: noon UTC of the next month's first day, since no zone is further behind than UTC-12.
 * An owner's businesses may be in many zones and a fold knows none of them; this holds for all, whatever their clocks do.
 */
export function endedEverywhere(month: LocalMonth): Instant {
  const { year, index } = partsOf(month);
  return Date.UTC(year, index + 1, 1, 12);
}

/** When the month's bill is due to be made. */
export function invoicedFrom(month: LocalMonth, { graceMs }: InvoiceTerms): Instant {
  return endedEverywhere(month) + graceMs;
}

export function monthAfter(month: LocalMonth): LocalMonth {
  const { year, index } = partsOf(month);
  return localMonth(Date.UTC(year, index + 1, 15), 'UTC');
}

function partsOf(month: LocalMonth): { readonly year: number; readonly index: number } {
  const [year, ordinal] = month.split('-').map((part) => parseInt(part, 10));
  return { year: year!, index: ordinal! - 1 };
}
