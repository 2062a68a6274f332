import { conversationIdOf, toId } from '@parley/contracts';
import { fromUtf8, newId, utf8, type Random } from '@parley/crypto';
import { decodeContent, encodeContent, type Content } from '../content/content.js';
import type { InteractiveContent } from '../content/kinds/interactive.js';
import type { TemplateContent } from '../content/kinds/template.js';
import type { End } from '../end/end.js';
import { inboundCall, type StoredCall } from '../platform/client.js';
import type { EntryPoint } from '../platform/inbox.js';
import type { KnownNumber, Letter, Profile } from './records.js';
import type { Draft } from './shelf.js';

type Sendable = Exclude<Content, TemplateContent | InteractiveContent>;
type Unsigned<C> = C extends unknown ? Omit<C, 'from' | 'replyTo'> : never;

/** What a customer's device can send. Who it is from, and what it answers, the device says. */
export type DeviceContent = Unsigned<Sendable>;

export type WriteOptions = {
  /** The advertisement the person came from. */
  readonly entryPoint?: EntryPoint;
  /** The message this one answers. */
  readonly replyTo?: string;
};

/** What a person says, as it will be sealed, to that number. Throws ContentError. */
export function letterOf(profile: Profile, { businessId, numberId }: KnownNumber, said: DeviceContent, { entryPoint, replyTo }: WriteOptions, random: Random): Letter {
  const conversationId = conversationIdOf(toId('Business', businessId), toId('Contact', profile.contactId));
  const from = { phone: profile.phone, name: profile.name };
  const content: Sendable = { ...said, from, ...(replyTo === undefined ? {} : { replyTo }) };
  return { businessId, conversationId, messageId: newId('m', random), numberId, content: fromUtf8(encodeContent(content))!, entryPoint: entryPoint ?? null };
}

/** The content of a letter, as a message keeps it. */
export function saidIn({ content }: Letter): Sendable {
  return decodeContent(utf8(content)) as Sendable; // `letterOf` takes nothing else.
}

/** Seals a letter for the business's devices, as they are known here. Throws KeysNeeded, EndError, CryptoError. */
export async function sealLetter(draft: Draft, end: End<Draft>, letter: Letter, random: Random): Promise<StoredCall> {
  const { businessId, conversationId, messageId, numberId, entryPoint } = letter;
  const content = decodeContent(utf8(letter.content));
  const envelope = await end.seal(draft, { to: businessId, businessId, conversationId, messageId, category: null, content });
  return inboundCall({ numberId, messageId, envelope, ...(entryPoint === null ? {} : { entryPoint }) }, newId('k', random));
}
