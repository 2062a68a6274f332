import type { AnyTopology, TopicName } from '@parley/contracts';
import { billingTopology, budgetsTopology, businessesTopology, deliveryTopology, envelopesTopology, feedTopology, invoicingUnder, lateRepliesTopology, notificationsTopology, repliesTopology, spendTopology, windowsTopology } from '@parley/domain';
import { witnessTopology } from './witness.js';
import type { ServiceSlots } from './world.js';

/** The platform's real topologies, by the service that runs them, and one that notices every event it folds too often, too late or not at all. */
export const platformTopologies: readonly { readonly service: string; readonly topology: AnyTopology }[] = [
  { service: 'notifications', topology: notificationsTopology as AnyTopology },
  { service: 'windows', topology: windowsTopology as AnyTopology },
  { service: 'windows', topology: repliesTopology as AnyTopology },
  { service: 'windows', topology: budgetsTopology as AnyTopology },
  { service: 'delivery', topology: deliveryTopology as AnyTopology },
  { service: 'delivery', topology: feedTopology as AnyTopology },
  { service: 'delivery', topology: envelopesTopology as AnyTopology },
  { service: 'billing', topology: billingTopology as AnyTopology },
  // Lives last a few days from August 3 on: a month that is billed from its fourth day on is billed in the middle of them, and what comes then is late.
  { service: 'billing', topology: invoicingUnder({ graceMs: -28 * 24 * 3_600_000 }) as AnyTopology },
  { service: 'billing', topology: spendTopology as AnyTopology },
  { service: 'billing', topology: lateRepliesTopology as AnyTopology },
  { service: 'billing', topology: businessesTopology as AnyTopology },
  { service: 'witness', topology: witnessTopology },
];

const catalog: TopicName = 'parley.catalog.v1';

export const platformSlots: readonly ServiceSlots[] = [
  { service: 'ingest', slots: 2, topics: ['parley.envelopes.v1', 'parley.conversations.v1', catalog] },
  { service: 'delivery', slots: 2, topics: ['parley.envelopes.v1', 'parley.conversations.v1'] },
  { service: 'notifications', slots: 1, topics: [catalog] },
  { service: 'billing', slots: 1, topics: ['parley.ledger.v1', catalog] },
];
