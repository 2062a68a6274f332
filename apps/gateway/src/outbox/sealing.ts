import type { Category } from '@parley/contracts';
import { fromUtf8, toBase64, utf8 } from '@parley/crypto';
import { decodeContent, encodeContent, type Content, type End, type LookedUpContact } from '@parley/sdk';
import type { Commit } from '../end/commits.js';
import type { Letter, Note } from '../state/fact.js';
import { shapesOf, type FilledTemplate } from '../wire/template.js';

/** What is kept of a message until the platform has it, to seal it for other devices if need be. */
export function letterOf(content: Content, category: Category, { conversationId, messageId }: Note, to: string): Letter {
  return { to, conversationId, messageId, category, content: fromUtf8(encodeContent(content))! };
}

/** Seals a letter for the contact's devices, as they are known here. Throws KeysNeeded, EndError, CryptoError. */
export function sealLetter(commit: Commit, end: End<Commit>, { to, conversationId, messageId, category, content }: Letter, businessId: string): Promise<Uint8Array> {
  return end.seal(commit, { to, businessId, conversationId, messageId, category, content: decodeContent(utf8(content)) });
}

/** The same request to the platform with another envelope. */
export function withEnvelope(body: string, envelope: Uint8Array): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), envelope: toBase64(envelope) });
}

/** What the platform gets: whom it is for, what kind of message it is, the shapes of a template's parameters, and ciphertext. */
export function ingestBody({ note, contact, filled, envelope }: {
  readonly note: Note; readonly contact: LookedUpContact; readonly filled: FilledTemplate | null; readonly envelope: Uint8Array;
}): string {
  const { messageId, numberId } = note;
  const common = { messageId, numberId, contactId: contact.contactId, envelope: toBase64(envelope) };
  if (filled === null) return JSON.stringify({ ...common, kind: 'free_form' });
  const { name, language, version } = filled.template;
  return JSON.stringify({ ...common, kind: 'template', template: { name, language, version, parameters: shapesOf(filled) } });
}
