import type { LocalDate } from './zone.js';

/** Something published ahead that holds from local midnight of a day on. */
export interface Effective {
  readonly effectiveFrom: LocalDate;
}

/**
 * The version in force on a day: of those already effective the one with the latest day, and of two with the same day the one published
 * later, which is how a correction replaces what it corrects. Null when none is effective yet.
 *
 * @param published in the order of publication.
 */
export function inForce<Version extends Effective>(published: readonly Version[], day: LocalDate): Version | null {
  let found: Version | null = null;
  for (const version of published) {
    if (version.effectiveFrom > day) continue;
    if (found === null || version.effectiveFrom >= found.effectiveFrom) found = version;
  }
  return found;
}
