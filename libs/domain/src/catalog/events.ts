import type { CatalogEvent } from '@parley/contracts';

/** What the catalog folds: all there is on its topic. */
export type { CatalogEvent };

export const catalogEvents = [
  'BusinessRegistered',
  'NumberRegistered',
  'BudgetPublished',
  'TemplatePublished',
  'PolicyPublished',
  'RateCardPublished',
  'MarketPrefixesPublished',
  'InternationalEligibilityPublished',
] as const satisfies readonly CatalogEvent['type'][];
