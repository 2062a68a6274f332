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

/** For whom a version is; null for everybody. */
export interface Scoped {
  readonly scope: Scope | null;
}

/** Owners, for all of their businesses, and businesses by themselves. */
export interface Scope {
  readonly owners: readonly string[];
  readonly businesses: readonly string[];
}

/** A business and the owner who pays for it. */
export interface Payer {
  readonly businessId: string;
  readonly ownerId: string;
}

/** How closely a version is for the business: 2 by its own name, 1 by its owner's, 0 as for everybody; null where it is for others. */
function closeness({ scope }: Scoped, { businessId, ownerId }: Payer): 0 | 1 | 2 | null {
  if (scope === null) return 0;
  if (scope.businesses.includes(businessId)) return 2;
  return scope.owners.includes(ownerId) ? 1 : null;
}

/** Asked with every message, and changed with every publication: whether any version of a list is for somebody in particular. */
const scopedLists = new WeakMap<readonly Scoped[], boolean>();

function isScoped(published: readonly Scoped[]): boolean {
  let known = scopedLists.get(published);
  if (known === undefined) scopedLists.set(published, (known = published.some(({ scope }) => scope !== null)));
  return known;
}

/**
 * The version in force for a business on a day: of those effective the one that is for it by name, else for its owner, else for everybody; among
 * equals as `inForce` says. So a contract holds until another version for the same business or owner replaces it.
 */
export function inForceFor<Version extends Effective & Scoped>(published: readonly Version[], payer: Payer, day: LocalDate): Version | null {
  if (!isScoped(published)) return inForce(published, day);
  let found: Version | null = null;
  let closest = -1;
  for (const version of published) {
    const close = version.effectiveFrom > day ? null : closeness(version, payer);
    if (close === null || close < closest) continue;
    if (found === null || close > closest || version.effectiveFrom >= found.effectiveFrom) [found, closest] = [version, close];
  }
  return found;
}

/** The versions that are for the business, in the order of publication. */
export function versionsFor<Version extends Scoped>(published: readonly Version[], payer: Payer): readonly Version[] {
  return published.filter((version) => closeness(version, payer) !== null);
}

/** Those that are for the very same owners and businesses as the given one, so that one of them replaces another. */
export function rivalsOf<Version extends Scoped>(published: readonly Version[], { scope }: Scoped): readonly Version[] {
  const said = scopeKey(scope);
  return published.filter((version) => scopeKey(version.scope) === said);
}

function scopeKey(scope: Scope | null): string {
  return scope === null ? '' : JSON.stringify([[...scope.owners].sort(), [...scope.businesses].sort()]);
}

/** A scope as it was published. Throws a RangeError where it names nobody, or somebody twice. */
export function scopeOf(scope: Scope | null, where: string): Scope | null {
  if (scope === null) return null;
  const { owners, businesses } = scope;
  if (owners.length + businesses.length === 0) throw new RangeError(`${where} is for nobody: name an owner or a business, or leave its scope out`);
  const twice = [owners, businesses].flatMap((names) => names.filter((name, index) => names.indexOf(name) !== index))[0];
  if (twice !== undefined) throw new RangeError(`${where} names ${twice} twice`);
  return { owners, businesses };
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

/** When each version that is for the business is in force for it, in the order of publication; null for one that never is. */
export function reignsFor<Version extends Effective & Scoped>(published: readonly Version[], payer: Payer): readonly { readonly version: Version; readonly reign: Reign | null }[] {
  const own = versionsFor(published, payer);
  const days = [...new Set(own.map(({ effectiveFrom }) => effectiveFrom))].sort();
  return own.map((version) => {
    const from = days.find((day) => inForceFor(own, payer, day) === version);
    if (from === undefined) return { version, reign: null };
    return { version, reign: { from, until: days.find((day) => day > from && inForceFor(own, payer, day) !== version) ?? null } };
  });
}
