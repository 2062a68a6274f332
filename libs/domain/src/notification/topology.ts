import { partiesOf, type ConversationId, type Timer, type Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { notificationTallies } from '../conservation/tallies.js';
import { typesOf } from '../event-types.js';
import { decide } from './decide.js';
import type { NotificationCommand, NotificationEvent } from './events.js';
import { evolve, initial, notificationsTopologyName, sendTimer, type NotificationState } from './evolve.js';
import { notificationTable, project } from './rows.js';

/** One timer per message that waits for its time. */
export function timers({ scheduled }: NotificationState): readonly Timer[] {
  return scheduled
    .filter(({ accepted }) => accepted)
    .map(({ message, sendAt }) => ({ name: sendTimer, subject: message.messageId, dueAt: sendAt }));
}

export const notificationsTopology: Topology<NotificationState, NotificationEvent, NotificationCommand, Catalog> = {
  name: notificationsTopologyName,
  source: 'parley.conversations.v1',
  folds: typesOf<NotificationEvent>({
    NotificationRequested: true,
    TimerDue: true,
    NotificationScheduled: true,
    MessageRequested: true,
    MessageRefused: true,
    DecisionSkipped: true,
  }),
  commands: typesOf<NotificationCommand>({ NotificationRequested: true, TimerDue: true }),
  decisions: 'parley.conversations.v1',
  initial,
  evolve,
  accepts: (command) => command.type !== 'TimerDue' || command.topology === notificationsTopologyName,
  decide,
  derives: [],
  timers,
  tallies: notificationTallies,
  tables: [notificationTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 1000,
};
