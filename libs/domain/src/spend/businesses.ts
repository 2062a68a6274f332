import type { BusinessRegistered, DecisionSkipped, RowChange, Table, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';

/** Businesses as last registered, for those who ask in SQL: whose days, in which zone, of which owner. */
export const businessTable = {
  name: 'business',
  key: ['business_id'],
  columns: { business_id: column('text'), owner_id: column('text'), name: column('text'), zone: column('text'), currency: column('text') },
} as const satisfies Table;

function project({ businessId, ownerId, name, zone, currency }: BusinessRegistered): readonly RowChange[] {
  return [put(businessTable, { business_id: businessId, owner_id: ownerId, name, zone, currency })];
}

/** The catalog's businesses as rows. Programs ask the catalog itself; a dashboard has nothing but SQL. */
export const businessesTopology: Topology<null, BusinessRegistered, never, Catalog> = {
  name: 'businesses',
  source: 'parley.catalog.v1',
  folds: typesOf<BusinessRegistered>({ BusinessRegistered: true }),
  commands: [],
  decisions: null,
  initial: null,
  evolve: (state) => state,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [businessTable],
  project,
  // Its records are keyed by their businesses.
  businessOf: (key) => key,
  waitingLimit: 0,
};
