import type { Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { decide } from './decide.js';
import type { BillingCommand, BillingEvent } from './events.js';
import { evolve, initial, type BillingState } from './evolve.js';
import { chargeTable, project } from './rows.js';

export const billingTopology: Topology<BillingState, BillingEvent, BillingCommand, Catalog> = {
  name: 'billing',
  source: 'parley.usage.v1',
  folds: typesOf<BillingEvent>({ UsageRecorded: true, ChargePosted: true, DecisionSkipped: true }),
  commands: typesOf<BillingCommand>({ UsageRecorded: true }),
  decisions: 'parley.ledger.v1',
  initial,
  evolve,
  decide,
  derives: [],
  tables: [chargeTable],
  project,
  // An owner's key spans all their businesses.
  businessOf: () => '*',
  waitingLimit: 100,
};
