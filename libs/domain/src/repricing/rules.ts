import type { Instant } from '@parley/contracts';
import { bundledPriceLists, inForce, localDate, policyOf, rateCardOf, type Policy, type RateCard } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { policyInForce, rateCardInForce } from '../catalog/lookups.js';

/** Under what usage is priced again, the same for a whole day of the business's zone: each null where there is none, which only matters to a message that needs it. */
export interface RepricingRules {
  policyAt(business: Business, instant: Instant): Policy | null;
  cardAt(business: Business, instant: Instant): RateCard | null;
}

/** The rules that were published: priced by them, every message costs what it was charged. */
export function publishedRules(catalog: Catalog): RepricingRules {
  return {
    policyAt: (business, instant) => policyInForce(catalog, business, instant),
    cardAt: (business, instant) => rateCardInForce(catalog, business, instant),
  };
}

/**
 * Other rules in place of those published. Of several policies or cards each holds from its day; one alone holds for all time, since the question
 * is what it would have cost. Cards are taken in the business's currency. Where none is given, the published ones hold.
 */
export function otherRules(published: RepricingRules, { policies, cards }: { readonly policies: readonly Policy[]; readonly cards: readonly RateCard[] }): RepricingRules {
  return {
    policyAt: policies.length === 0 ? published.policyAt : (business, instant) => chosen(policies, business, instant),
    cardAt: cards.length === 0 ? published.cardAt : (business, instant) => chosen(cards.filter(({ currency }) => currency === business.currency), business, instant),
  };
}

/** Rules that are known by a name. */
export interface KnownRules {
  readonly policies: readonly Policy[];
  readonly cards: readonly RateCard[];
  /** In words. */
  readonly title: string;
}

/** The names of `knownRules`. */
export function namesOfRules(): readonly string[] {
  return [...bundledPriceLists().policies.map(({ policyId }) => policyId), 'history', 'published'];
}

/**
 * A price list that comes with Parley (S0, P1 to P6), for all time; `history`: all of them with their cards, each from its day; `published`: what holds
 * anyway. Null for any other name.
 */
export function knownRules(name: string): KnownRules | null {
  const { policies, rateCards } = bundledPriceLists();
  if (name === 'published') return { policies: [], cards: [], title: 'as published' };
  if (name === 'history') return { policies: policies.map(policyOf), cards: rateCards.map(rateCardOf), title: 'the price lists of the years, each from its day' };
  const known = policies.find(({ policyId }) => policyId === name);
  if (known === undefined) return null;
  const policy = policyOf(known);
  return { policies: [policy], cards: [], title: policy.document.title };
}

function chosen<Version extends Policy | RateCard>(versions: readonly Version[], { zone }: Business, instant: Instant): Version | null {
  const [only] = versions;
  return versions.length > 1 ? inForce(versions, localDate(instant, zone)) : (only ?? null);
}
