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

/** Days on which a version is in force: from the first to before the second; null where none follows it yet. */
export interface Reign {
  readonly from: LocalDate;
  readonly until: LocalDate | null;
}

/**
 * When each version is in force, by the same rule as `inForce`, in the order of publication. Null for one that another has replaced from its
 * first day on.
 */
export function reignsOf<Version extends Effective>(published: readonly Version[]): readonly { readonly version: Version; readonly reign: Reign | null }[] {
  const days = [...new Set(published.map(({ effectiveFrom }) => effectiveFrom))].sort();
  return published.map((version) => {
    const from = version.effectiveFrom;
    if (inForce(published, from) !== version) return { version, reign: null };
    return { version, reign: { from, until: days.find((day) => day > from) ?? null } };
  });
}
