import { conversationIdOf } from '@parley/contracts';
import type { BusinessId, Category, ConsentAction, ContactId, ConversationId, Output } from '@parley/contracts';
import { rejected, type Rejection } from './reject-codes.js';

/** What a business says of a contact's consent. */
export interface AskedConsent {
  readonly contactId: ContactId;
  readonly action: ConsentAction;
  readonly categories: readonly Category[];
  readonly source: string;
  /** Empty where there is none; a grant needs one. */
  readonly proof: string;
}

export interface TakenConsent {
  readonly kind: 'taken';
  readonly conversationId: ConversationId;
  readonly outputs: readonly Output[];
}

/** What it becomes. */
export function takeConsent({ contactId, action, categories, source, proof }: AskedConsent, businessId: BusinessId): TakenConsent | Rejection {
  if (source === '') return rejected('invalid-field', 'source', 'is required: where the contact said so');
  const conversationId = conversationIdOf(businessId, contactId);
  const consent = { businessId, contactId, conversationId, categories, source };
  const taken = (event: Output['event']): TakenConsent => ({ kind: 'taken', conversationId, outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }] });
  switch (action) {
    case 'grant':
      if (categories.length === 0) return rejected('invalid-field', 'categories', 'names at least one category that the contact opted in to');
      if (proof === '') return rejected('invalid-field', 'proof', 'is required for a grant: what proves it, such as the address and time of a form');
      return taken({ type: 'ConsentGranted', ...consent, proof });
    case 'revoke':
      return taken({ type: 'ConsentRevoked', ...consent });
    default:
      return action satisfies never;
  }
}
