import type { DecisionSkipped, DeviceListPublished, RowChange, Table, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';

/** The devices of each account, as its present list has them. */
export const accountDevicesTable = {
  name: 'account_devices',
  key: ['account_id', 'party'],
  columns: {
    account_id: column('text'),
    party: column('text'),
    business_id: column('text'),
    list_version: column('bigint'),
    devices: column('jsonb'),
  },
} as const satisfies Table;

/** The place in the key log of the newest list that is known; null before the first. Of a contact and a business of the same id each its own. */
export type DevicesState = { readonly contact: number | null; readonly business: number | null };

export function evolve(state: DevicesState, { party, logIndex }: DeviceListPublished): DevicesState {
  return { ...state, [party]: Math.max(logIndex, state[party] ?? 0) };
}

/** Several processes tell of lists: one that is told late changes nothing. */
export function project({ accountId, party, logIndex, listVersion, devices }: DeviceListPublished, state: DevicesState): readonly RowChange[] {
  if (state[party] !== logIndex) return [];
  return [put(accountDevicesTable, { account_id: accountId, party, business_id: party === 'business' ? accountId : '*', list_version: listVersion, devices })];
}

/** Which devices accounts have, for whoever holds messages against them. Decides nothing. */
export const devicesTopology: Topology<DevicesState, DeviceListPublished, never, Catalog> = {
  name: 'devices',
  source: 'parley.devices.v1',
  folds: typesOf<DeviceListPublished>({ DeviceListPublished: true }),
  commands: [],
  decisions: null,
  initial: { contact: null, business: null },
  evolve,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [accountDevicesTable],
  project,
  // An account's id does not say whose it is.
  businessOf: () => '*',
  waitingLimit: 1_000,
};
