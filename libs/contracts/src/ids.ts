import { ID_PATTERNS } from './generated/ids.js';
import type { BusinessId, ContactId, ConversationId, IdByKind } from './generated/ids.js';

export type IdKind = keyof IdByKind;

/** Whether the text has the form of an id of that kind. */
export function isId<Kind extends IdKind>(kind: Kind, text: string): text is IdByKind[Kind] {
  return ID_PATTERNS[kind].test(text);
}

/** The text as an id of that kind. Throws RangeError when it does not have the form; the text is not repeated in the message. */
export function toId<Kind extends IdKind>(kind: Kind, text: string): IdByKind[Kind] {
  if (!isId(kind, text)) throw new RangeError(`not an id of kind ${kind}: expected ${ID_PATTERNS[kind].source}`);
  return text;
}

/** One business and one contact have one conversation, for ever. */
export function conversationIdOf(businessId: BusinessId, contactId: ContactId): ConversationId {
  return `${businessId}.${contactId}` as ConversationId;
}

/** The two ends that `conversationIdOf` joined. Throws RangeError when it is no conversation id. */
export function partiesOf(conversationId: ConversationId): { readonly businessId: BusinessId; readonly contactId: ContactId } {
  const dot = toId('Conversation', conversationId).indexOf('.');
  return { businessId: toId('Business', conversationId.slice(0, dot)), contactId: toId('Contact', conversationId.slice(dot + 1)) };
}
