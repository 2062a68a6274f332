import type { LocalDate } from '@parley/rating';
import type { FieldError } from '@parley/service';

/** One version of a policy or rate card. */
export interface PublishedVersion {
  readonly id: string;
  readonly version: number;
}

export interface CorrectionQuestion {
  readonly kind: 'rate card' | 'policy';
  /** First day of what is to be published. */
  readonly effectiveFrom: LocalDate;
  /** What it is said to correct; null where it is said to be published ahead. */
  readonly correction: PublishedVersion | null;
  /** What is in force on that day. */
  readonly replaced: PublishedVersion | null;
  /** The latest day that has begun anywhere. */
  readonly latestDay: LocalDate;
}

/**
 * What is wrong with publishing this policy or card now; null where nothing is. They are published ahead: one that takes the place of another on a day
 * that has begun may change what was charged, so it has to say that it is a correction, of what, and why. One for days on which none was in force
 * takes nobody's place.
 */
export function correctionFault({ kind, effectiveFrom, correction, replaced, latestDay }: CorrectionQuestion): FieldError | null {
  const isAhead = effectiveFrom > latestDay;
  if (correction === null) {
    if (isAhead || replaced === null) return null;
    const named = JSON.stringify({ [kind === 'policy' ? 'policyId' : 'rateCardId']: replaced.id, version: replaced.version, reason: 'why' });
    return { path: 'effectiveFrom', hint: `${effectiveFrom} has begun, and ${replaced.id} version ${replaced.version} is in force that day: publish ahead, for a day after ${latestDay}, or send correction: ${named}` };
  }
  if (isAhead) return { path: 'correction', hint: `is for a day that has begun, and ${effectiveFrom} has not: leave it out` };
  if (replaced === null) return { path: 'correction', hint: `there is nothing to correct: no such ${kind} is in force on ${effectiveFrom}; leave it out` };
  const same = replaced.id === correction.id && replaced.version === correction.version;
  return same ? null : { path: 'correction', hint: `what is in force on ${effectiveFrom} is ${replaced.id} version ${replaced.version}: correct that one` };
}
