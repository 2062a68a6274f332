import type { Account } from '../state/fact.js';
import type { State } from '../state/state.js';
import { wamidOf } from '../wire/wamid.js';
import type { KeptMessage } from './kept.js';

/** A message as the inbox shows it. */
export function messageShown({ notes }: State, message: KeptMessage): object {
  const { wireId, messageId, direction, at, text, template, replyTo, status, problem } = message;
  return {
    id: wamidOf(wireId), messageId, direction, at: new Date(at).toISOString(), text, template, replyTo: replyTo === null ? null : wamidOf(replyTo), status, problem,
    isRead: direction === 'in' ? (notes.get(wireId)?.isRead ?? false) : null,
  }; // prettier-ignore
}

/** Who the business is, and the conversations with the latest message first. */
export function conversationsShown(state: State, account: Account, limit: number): object {
  const latest = state.conversations.latest();
  return {
    business: { id: account.businessId, wabaId: account.wabaId, name: account.name },
    numbers: [...state.numbers.values()].map(({ phoneNumberId, displayPhoneNumber, verifiedName }) => ({ phoneNumberId, phone: displayPhoneNumber.replace(/\D/g, ''), name: verifiedName })),
    data: latest.slice(0, limit).map((last) => conversationShown(state, last)),
    more: latest.length > limit,
  };
}

function conversationShown(state: State, last: KeptMessage): object {
  const { contactId, conversationId, phone, phoneNumberId } = last;
  const unread = state.conversations.of(contactId).filter(({ direction, wireId }) => direction === 'in' && state.notes.get(wireId)?.isRead === false).length;
  return { contactId, conversationId, phone, name: state.contacts.get(contactId)?.name ?? '', phoneNumberId, unread, last: messageShown(state, last) };
}

/** The latest messages of a contact, oldest first; those before one where it is named. */
export function messagesShown(state: State, contactId: string, { limit, before }: { readonly limit: number; readonly before: string | null }): object {
  const all = state.conversations.of(contactId);
  const end = before === null ? all.length : Math.max(0, all.findIndex(({ wireId }) => wamidOf(wireId) === before));
  const start = Math.max(0, end - limit);
  return { data: all.slice(start, end).map((message) => messageShown(state, message)), more: start > 0 };
}
