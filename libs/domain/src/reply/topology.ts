import { partiesOf, type ConversationId, type DecisionSkipped, type Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import type { ReplyEvent } from './events.js';
import { evolve, initial, type ReplyState } from './evolve.js';
import { project, replyTable } from './rows.js';

/** How long contacts wait for an answer. Decides nothing. */
export const repliesTopology: Topology<ReplyState, ReplyEvent, never, Catalog> = {
  name: 'replies',
  source: 'parley.conversations.v1',
  folds: typesOf<ReplyEvent>({ MessageReceived: true, MessageSent: true }),
  commands: [],
  decisions: null,
  initial,
  evolve,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [replyTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 1000,
};
