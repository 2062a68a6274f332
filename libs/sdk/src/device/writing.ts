import { conversationIdOf, toId } from '@parley/contracts';
import { fromUtf8, newId, utf8, type Random } from '@parley/crypto';
import { decodeContent, encodeContent, type Content } from '../content/content.js';
import type { End } from '../end/end.js';
import { inboundCall, type StoredCall } from '../platform/client.js';
import type { EntryPoint } from '../platform/inbox.js';
import type { KnownNumber, Letter, Profile } from './records.js';
import type { Draft } from './shelf.js';

export type WriteOptions = {
  /** The advertisement the person came from. */
  readonly entryPoint?: EntryPoint;
  /** The message this one answers. */
  readonly replyTo?: string;
};

/** A text as it will be sealed, from this person to that number. Throws ContentError. */
export function letterOf(profile: Profile, { businessId, numberId }: KnownNumber, text: string, { entryPoint, replyTo }: WriteOptions, random: Random): Letter {
  const conversationId = conversationIdOf(toId('Business', businessId), toId('Contact', profile.contactId));
  const from = { phone: profile.phone, name: profile.name };
  const content: Content = { type: 'text', body: text, from, ...(replyTo === undefined ? {} : { replyTo }) };
  return { businessId, conversationId, messageId: newId('m', random), numberId, content: fromUtf8(encodeContent(content))!, entryPoint: entryPoint ?? null };
}

/** Seals a letter for the business's devices, as they are known here. Throws KeysNeeded, EndError, CryptoError. */
export async function sealLetter(draft: Draft, end: End<Draft>, letter: Letter, random: Random): Promise<StoredCall> {
  const { businessId, conversationId, messageId, numberId, entryPoint } = letter;
  const content = decodeContent(utf8(letter.content));
  const envelope = await end.seal(draft, { to: businessId, businessId, conversationId, messageId, category: null, content });
  return inboundCall({ numberId, messageId, envelope, ...(entryPoint === null ? {} : { entryPoint }) }, newId('k', random));
}
