import { partiesOf, type ConversationId, type Payload, type Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { decide, happenedAt } from './decide.js';
import type { DeliveryCommand, DeliveryEvent } from './events.js';
import { evolve, initial, type DeliveryState } from './evolve.js';
import { messageTable, project } from './rows.js';
import { derive } from './usage.js';

export const deliveryTopology: Topology<DeliveryState, DeliveryEvent, DeliveryCommand, Catalog> = {
  name: 'delivery',
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
    DecisionSkipped: true,
  }),
  commands: typesOf<DeliveryCommand>({ MessageAdmitted: true, ReceiptReported: true }),
  decisions: 'parley.conversations.v1',
  initial,
  evolve,
  decide,
  happenedAt: (command, decision) => happenedAt(command, decision as Payload<DeliveryEvent>),
  derives: ['parley.usage.v1'],
  derive,
  tables: [messageTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 1000,
};
