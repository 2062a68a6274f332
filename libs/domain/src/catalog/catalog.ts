import type { BusinessRegistered, NumberRegistered, Payload, TemplatePublished } from '@parley/contracts';
import { emptyRecord, type InternationalEligibility, type MarketPrefixes, type PersistentRecord, type Policy, type RateCard } from '@parley/rating';
import type { Budget } from '../budget/budget.js';

export type Business = Omit<Payload<BusinessRegistered>, 'type'>;
export type SenderNumber = Omit<Payload<NumberRegistered>, 'type'>;
/** One version of a template with its latest status. Text, shapes, category and hash are those of its first publication. */
export type Template = Omit<Payload<TemplatePublished>, 'type'>;

/** All versions of one template of a business in one language, by version number. */
export interface TemplateVersions {
  readonly newest: number;
  readonly versions: { readonly [version: number]: Template };
}

/** Templates of one business, by name and language: "shipping_update/en_US". */
export type TemplatesByName = { readonly [nameAndLanguage: string]: TemplateVersions };

/**
 * Everything that was published, every version of it, as plain JSON. Decisions read it through the lookups beside, at an instant: what is in
 * force then follows from the days in it and the zone of the business, so the same catalog answers for any past.
 */
export interface Catalog {
  readonly businesses: PersistentRecord<Business>;
  readonly numbers: PersistentRecord<SenderNumber>;
  /** Number ids by phone number, digits only. */
  readonly numberIdsByPhone: PersistentRecord<string>;
  /** By owner and currency, see `budgetKey`; null where one was taken back. */
  readonly budgets: PersistentRecord<Budget | null>;
  /** By business. */
  readonly templates: PersistentRecord<TemplatesByName>;
  /** In the order of publication, as the two that follow. */
  readonly policies: readonly Policy[];
  readonly rateCards: readonly RateCard[];
  readonly marketPrefixes: readonly MarketPrefixes[];
  /** By business, each in the order of publication. */
  readonly eligibilities: PersistentRecord<readonly InternationalEligibility[]>;
}

export const initialCatalog: Catalog = {
  businesses: emptyRecord,
  numbers: emptyRecord,
  numberIdsByPhone: emptyRecord,
  budgets: emptyRecord,
  templates: emptyRecord,
  policies: [],
  rateCards: [],
  marketPrefixes: [],
  eligibilities: emptyRecord,
};
