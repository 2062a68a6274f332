import type { BusinessId, Instant, NumberId } from '@parley/contracts';
import { inForce, inForceFor, internationalFacts, localDate, read, type BusinessFacts, type InternationalEligibility, type MarketPrefixes, type Policy, type RateCard } from '@parley/rating';
import type { Business, Catalog, SenderNumber, Template, TemplateVersions } from './catalog.js';

export function findBusiness(catalog: Catalog, businessId: BusinessId): Business | null {
  return read(catalog.businesses, businessId);
}

export function findNumber(catalog: Catalog, numberId: NumberId): SenderNumber | null {
  return read(catalog.numbers, numberId);
}

/** The number that was last registered with this phone number (digits with country code). */
export function findNumberByPhone(catalog: Catalog, phone: string): SenderNumber | null {
  const numberId = read(catalog.numberIdsByPhone, phone);
  const number = numberId === null ? null : read(catalog.numbers, numberId);
  return number?.phone === phone ? number : null;
}

export function templateKey(name: string, language: string): string {
  return `${name}/${language}`;
}

/** All versions of a template of the business; null when it has none of that name and language. */
export function findTemplate(catalog: Catalog, businessId: BusinessId, name: string, language: string): TemplateVersions | null {
  return read(catalog.templates, businessId)?.[templateKey(name, language)] ?? null;
}

/** The newest version of a template, whatever its status: the one that a request by name means. Null when there is none. */
export function findNewestTemplate(catalog: Catalog, businessId: BusinessId, name: string, language: string): Template | null {
  const known = findTemplate(catalog, businessId, name, language);
  return known?.versions[known.newest] ?? null;
}

/** All templates of a business, each with its versions. */
export function templatesOf(catalog: Catalog, businessId: BusinessId): readonly TemplateVersions[] {
  return Object.values(read(catalog.templates, businessId) ?? {});
}

/** The policy in force for the business at that instant: the closest to it, effective since local midnight in its zone. Null when there is none yet. */
export function policyInForce(catalog: Catalog, business: Business, instant: Instant): Policy | null {
  return inForceFor(catalog.policies, business, localDate(instant, business.zone));
}

/** The rate card in force at that instant in the currency of the business, the closest to it. Null when there is none yet. */
export function rateCardInForce(catalog: Catalog, business: Business, instant: Instant): RateCard | null {
  return inForceFor(cardsIn(catalog.rateCards, business.currency), business, localDate(instant, business.zone));
}

/** Every card in the currency of the business, in the order of publication. */
export function rateCardsOf(catalog: Catalog, business: Business): readonly RateCard[] {
  return cardsIn(catalog.rateCards, business.currency);
}

/** Asked with every message, and changed with every card: a list of cards is sorted out once. */
const cardsByCurrency = new WeakMap<readonly RateCard[], Map<string, readonly RateCard[]>>();

function cardsIn(cards: readonly RateCard[], currency: string): readonly RateCard[] {
  let known = cardsByCurrency.get(cards);
  if (known === undefined) cardsByCurrency.set(cards, (known = new Map()));
  let found = known.get(currency);
  if (found === undefined) known.set(currency, (found = cards.filter((card) => card.currency === currency)));
  return found;
}

/** The prefixes in force for the business at that instant. Null when there are none yet. */
export function marketPrefixesInForce(catalog: Catalog, business: Business, instant: Instant): MarketPrefixes | null {
  return inForce(catalog.marketPrefixes, localDate(instant, business.zone));
}

/** What was published of the business's eligibility for international authentication prices, in the order of publication. */
export function eligibilitiesOf(catalog: Catalog, businessId: BusinessId): readonly InternationalEligibility[] {
  return read(catalog.eligibilities, businessId) ?? [];
}

/** What rating has to know of the business, as it stands at that instant. */
export function factsOf(catalog: Catalog, { businessId, zone, currency }: Business, instant: Instant): BusinessFacts {
  const published = eligibilitiesOf(catalog, businessId);
  const international = published.length === 0 ? null : internationalFacts(inForce(published, localDate(instant, zone)));
  return { zone, currency, international };
}
