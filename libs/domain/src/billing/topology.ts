import type { Topology } from '@parley/contracts';
import { needsSessions } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { findBusiness, policyInForce } from '../catalog/lookups.js';
import { billingTallies } from '../conservation/tallies.js';
import { typesOf } from '../event-types.js';
import { decide } from './decide.js';
import type { BillingCommand, BillingEvent } from './events.js';
import { evolve, initial, type BillingState } from './evolve.js';
import { chargeTable, project } from './rows.js';

/**
 * A conversation's sessions are asked for where the price list has any. Folded anew, a charge tells: one that says nothing of a session neither
 * read one nor opened one.
 */
function asideOf(event: BillingEvent, catalog: Catalog | null): string | null {
  switch (event.type) {
    case 'UsageRecorded': {
      if (catalog === null || !hasSessions(catalog.policies)) return null;
      const business = findBusiness(catalog, event.message.businessId);
      const policy = business && policyInForce(catalog, business, event.deliveredAt);
      return policy && needsSessions(policy.document) ? event.message.conversationId : null;
    }
    case 'ChargePosted':
      return event.session === null ? null : event.message.conversationId;
    case 'DecisionSkipped':
      return null;
    default:
      return event satisfies never;
  }
}

/** Whether any price list has sessions: asked with every message, answered once per list of policies. */
const withSessions = new WeakMap<Catalog['policies'], boolean>();

function hasSessions(policies: Catalog['policies']): boolean {
  let known = withSessions.get(policies);
  if (known === undefined) withSessions.set(policies, (known = policies.some(({ document }) => needsSessions(document))));
  return known;
}

export const billingTopology: Topology<BillingState, BillingEvent, BillingCommand, Catalog> = {
  name: 'billing',
  source: 'parley.usage.v1',
  folds: typesOf<BillingEvent>({ UsageRecorded: true, ChargePosted: true, DecisionSkipped: true }),
  commands: typesOf<BillingCommand>({ UsageRecorded: true }),
  decisions: 'parley.ledger.v1',
  initial,
  evolve,
  asideOf,
  decide,
  derives: [],
  tallies: billingTallies,
  tables: [chargeTable],
  project,
  // An owner's key spans all their businesses.
  businessOf: () => '*',
  waitingLimit: 100,
};
