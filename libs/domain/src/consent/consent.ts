import type { Category, Instant } from '@parley/contracts';
import type { ConsentFact } from './events.js';

/** All categories, in the one order that states and rows use. */
export const categories = ['service', 'utility', 'marketing', 'authentication'] as const satisfies readonly Category[];

type InstantByCategory = { readonly [Of in Category]: Instant | null };

/**
 * What a contact agreed to. Nothing but latest instants, by event time: so the same facts in any order, any number of times, make the same
 * consent. Epoch ms, UTC.
 */
export interface Consent {
  /** The contact's last message. */
  readonly wroteAt: Instant | null;
  readonly optedInAt: InstantByCategory;
  readonly revokedAt: InstantByCategory;
}

const atNoTime: InstantByCategory = { service: null, utility: null, marketing: null, authentication: null };

export const noConsent: Consent = { wroteAt: null, optedInAt: atNoTime, revokedAt: atNoTime };

/** What consent is once this has happened. */
export function evolveConsent(consent: Consent, fact: ConsentFact): Consent {
  switch (fact.type) {
    case 'MessageReceived':
      return { ...consent, wroteAt: latest(consent.wroteAt, fact.meta.at) };
    case 'ConsentGranted':
      return { ...consent, optedInAt: stamped(consent.optedInAt, fact.categories, fact.meta.at) };
    case 'ConsentRevoked': // STOP without a word of what means all.
      return { ...consent, revokedAt: stamped(consent.revokedAt, fact.categories.length > 0 ? fact.categories : categories, fact.meta.at) };
    default:
      return fact satisfies never;
  }
}

/**
 * How consent stands for a category: `wrote` and `opted_in` permit it, `revoked` and `none` do not.
 *
 * The rule. An opt-in permits its category until it is revoked, a newer opt-in permits it again. Who writes to a business may be answered and
 * told about what they do with it (service, utility, authentication), until revoked; marketing takes an opt-in. After STOP, a newer message of the
 * contact asks for an answer and re-opens service, and nothing else. A revocation of the same instant wins.
 */
export type Standing = 'wrote' | 'opted_in' | 'revoked' | 'none';

export const categoriesByWriting: readonly Category[] = ['service', 'utility', 'authentication'];
export const categoriesByWritingAgain: readonly Category[] = ['service'];

export function standing(consent: Consent, category: Category): Standing {
  const revokedAt = consent.revokedAt[category];
  if (isAfter(consent.optedInAt[category], revokedAt)) return 'opted_in';
  const byWriting = revokedAt === null ? categoriesByWriting : categoriesByWritingAgain;
  if (isAfter(consent.wroteAt, revokedAt) && byWriting.includes(category)) return 'wrote';
  return revokedAt === null ? 'none' : 'revoked';
}

export function permits(consent: Consent, category: Category): boolean {
  const stands = standing(consent, category);
  return stands === 'wrote' || stands === 'opted_in';
}

/** The later of two instants, null being before all. */
export function latest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function isAfter(instant: Instant | null, limit: Instant | null): boolean {
  return instant !== null && (limit === null || instant > limit);
}

function stamped(instants: InstantByCategory, which: readonly Category[], at: Instant): InstantByCategory {
  const next = (category: Category): Instant | null => (which.includes(category) ? latest(instants[category], at) : instants[category]);
  return { service: next('service'), utility: next('utility'), marketing: next('marketing'), authentication: next('authentication') };
}
