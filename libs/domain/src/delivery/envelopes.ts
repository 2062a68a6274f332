import { partiesOf, type ConversationId, type DecisionSkipped, type EnvelopeStored, type RowChange, type Table, type Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { typesOf } from '../event-types.js';
import { column, put } from '../row.js';
import { envelopeRetentionMs } from './envelope-retention.js';

/** Sealed content by message and the end that can open it. May be deleted from `expires_at` on. Instants are epoch ms. */
export const envelopeTable = {
  name: 'envelope',
  key: ['conversation_id', 'message_id', 'recipient'],
  columns: {
    conversation_id: column('text'),
    message_id: column('text'),
    recipient: column('text'),
    business_id: column('text'),
    contact_id: column('text'),
    bytes: column('bytea'),
    stored_at: column('bigint'),
    expires_at: column('bigint'),
  },
} as const satisfies Table;

/** The row of an envelope. */
export function project(event: EnvelopeStored): readonly RowChange[] {
  return [
    put(envelopeTable, {
      conversation_id: event.conversationId,
      message_id: event.messageId,
      recipient: event.to,
      business_id: event.businessId,
      contact_id: event.contactId,
      bytes: event.bytes,
      stored_at: event.meta.at,
      expires_at: event.meta.at + envelopeRetentionMs,
    }),
  ];
}

/** Keeps the ciphertext where delivery's HTTP finds it. Decides nothing. */
export const envelopesTopology: Topology<null, EnvelopeStored, never, Catalog> = {
  name: 'envelopes',
  source: 'parley.envelopes.v1',
  folds: typesOf<EnvelopeStored>({ EnvelopeStored: true }),
  commands: [],
  decisions: null,
  initial: null,
  evolve: (state) => state,
  decide: (command: never): Omit<DecisionSkipped, 'meta'> => command,
  derives: [],
  tables: [envelopeTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  // An inbox row without its envelope would be a message without content: this lane never lets a record wait.
  waitingLimit: 0,
};
