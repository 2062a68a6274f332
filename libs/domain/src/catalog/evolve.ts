import type { AnyEvent, BudgetPublished, CatalogEvent, CatalogFold, TemplatePublished } from '@parley/contracts';
import { micros, microsToText } from '@parley/money';
import { eligibilityOf, marketPrefixesOf, policyOf, rateCardOf, read, write } from '@parley/rating';
import { budgetKey } from '../budget/budget.js';
import { initialCatalog, type Business, type Catalog, type SenderNumber, type Template, type TemplateVersions } from './catalog.js';
import { templateKey } from './lookups.js';

/**
 * The catalog once this was published. A business or number is as its last record says. A policy, rate card, prefix list or eligibility is what the
 * first record of its id and version said: what may already have priced a message is never changed, a correction is a new version. Throws when a
 * policy, card or list cannot be used; no such record should have been accepted.
 */
export function evolve(catalog: Catalog, event: CatalogEvent): Catalog {
  switch (event.type) {
    case 'BusinessRegistered': {
      const { businessId, ownerId, name, zone, currency, windowNoticeMs } = event;
      const business: Business = { businessId, ownerId, name, zone, currency, windowNoticeMs };
      return { ...catalog, businesses: write(catalog.businesses, businessId, business) };
    }
    case 'NumberRegistered': {
      const { numberId, businessId, displayName, phone } = event;
      const number: SenderNumber = { numberId, businessId, displayName, phone };
      const numberIdsByPhone = write(catalog.numberIdsByPhone, phone, numberId);
      return { ...catalog, numbers: write(catalog.numbers, numberId, number), numberIdsByPhone };
    }
    case 'BudgetPublished':
      return { ...catalog, budgets: withBudget(catalog, event) };
    case 'TemplatePublished':
      return { ...catalog, templates: withTemplate(catalog, event) };
    case 'PolicyPublished':
      if (catalog.policies.some(({ policyId, version }) => policyId === event.policyId && version === event.version)) return catalog;
      return { ...catalog, policies: [...catalog.policies, policyOf(event)] };
    case 'RateCardPublished':
      if (catalog.rateCards.some(({ rateCardId, version }) => rateCardId === event.rateCardId && version === event.version)) return catalog;
      return { ...catalog, rateCards: [...catalog.rateCards, rateCardOf(event)] };
    case 'MarketPrefixesPublished':
      if (catalog.marketPrefixes.some(({ prefixesId, version }) => prefixesId === event.prefixesId && version === event.version)) return catalog;
      return { ...catalog, marketPrefixes: [...catalog.marketPrefixes, marketPrefixesOf(event)] };
    case 'InternationalEligibilityPublished': {
      const known = read(catalog.eligibilities, event.businessId) ?? [];
      if (known.some(({ version }) => version === event.version)) return catalog;
      return { ...catalog, eligibilities: write(catalog.eligibilities, event.businessId, [...known, eligibilityOf(event)]) };
    }
    default:
      return event satisfies never;
  }
}

function withBudget({ budgets }: Catalog, { ownerId, currency, zone, cap, hard }: BudgetPublished): Catalog['budgets'] {
  return write(budgets, budgetKey(ownerId, currency), cap === null ? null : { ownerId, currency, zone, cap: microsToText(micros(cap)), hard });
}

function withTemplate(catalog: Catalog, event: TemplatePublished): Catalog['templates'] {
  const { businessId, name, language, version, category, status, body, parameters, hash } = event;
  const ofBusiness = read(catalog.templates, businessId) ?? {};
  const key = templateKey(name, language);
  const known: TemplateVersions | undefined = ofBusiness[key];
  const first: Template = known?.versions[version] ?? { businessId, name, language, version, category, status, body, parameters, hash };
  const versions: TemplateVersions = {
    newest: Math.max(known?.newest ?? version, version),
    versions: { ...known?.versions, [version]: { ...first, status } },
  };
  return write(catalog.templates, businessId, { ...ofBusiness, [key]: versions });
}

/** The fold that every process keeps beside its lanes. */
export const catalogFold: CatalogFold<Catalog> = {
  initial: initialCatalog,
  evolve: (catalog: Catalog, event: AnyEvent) => evolve(catalog, event as CatalogEvent),
};
