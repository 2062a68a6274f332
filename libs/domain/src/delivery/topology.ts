import { partiesOf, type ConversationId, type Payload, type Timer, type Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { deliveryTallies } from '../conservation/tallies.js';
import { typesOf } from '../event-types.js';
import { decide, happenedAt } from './decide.js';
import type { DeliveryCommand, DeliveryEvent } from './events.js';
import { deliveryTopologyName, evolve, expiryTimer, initial, type DeliveryState } from './evolve.js';
import { messageTable, project } from './rows.js';
import { derive } from './usage.js';

/** One for the message that has waited longest: a timer for each would be a row written and removed with each. */
export function timers({ expiry }: DeliveryState): readonly Timer[] {
  return expiry === null ? [] : [{ name: expiryTimer, subject: expiry.messageId, dueAt: expiry.at }];
}

export const deliveryTopology: Topology<DeliveryState, DeliveryEvent, DeliveryCommand, Catalog> = {
  name: deliveryTopologyName,
  source: 'parley.conversations.v1',
  folds: typesOf<DeliveryEvent>({
    MessageReceived: true,
    ConsentGranted: true,
    ConsentRevoked: true,
    MessageAdmitted: true,
    ReceiptReported: true,
    MessageSent: true,
    MessageDelivered: true,
    MessageRead: true,
    MessageFailed: true,
    TimerDue: true,
    DecisionSkipped: true,
  }),
  commands: typesOf<DeliveryCommand>({ MessageAdmitted: true, ReceiptReported: true, TimerDue: true }),
  decisions: 'parley.conversations.v1',
  initial,
  evolve,
  accepts: (command) => command.type !== 'TimerDue' || command.topology === deliveryTopologyName,
  decide,
  happenedAt: (command, decision) => happenedAt(command, decision as Payload<DeliveryEvent>),
  derives: ['parley.usage.v1'],
  derive,
  timers,
  tallies: deliveryTallies,
  tables: [messageTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 1000,
};
