import type { AnyTopology } from '@parley/contracts';
import { billingTopology, budgetsTopology, businessesTopology, deliveryTopology, devicesTopology, envelopesTopology, feedTopology, invoicingTopology, lateRepliesTopology, notificationsTopology, repliesTopology, spendTopology, windowsTopology } from '@parley/domain';

/** A service by its schema in the database, and what its lanes run. A spec holds this list against the services' own. */
export interface Service {
  readonly name: string;
  readonly topologies: readonly AnyTopology[];
}

export const services: readonly Service[] = [
  { name: 'ingest', topologies: [devicesTopology as AnyTopology] },
  { name: 'notifications', topologies: [notificationsTopology as AnyTopology] },
  { name: 'windows', topologies: [windowsTopology as AnyTopology, repliesTopology as AnyTopology, budgetsTopology as AnyTopology] },
  { name: 'delivery', topologies: [deliveryTopology as AnyTopology, feedTopology as AnyTopology, envelopesTopology as AnyTopology] },
  { name: 'billing', topologies: [billingTopology as AnyTopology, invoicingTopology as AnyTopology, spendTopology as AnyTopology, lateRepliesTopology as AnyTopology, businessesTopology as AnyTopology] },
];

/** All services by their schemas. */
export const serviceNames: readonly string[] = services.map(({ name }) => name);
