import type { Category } from '@parley/contracts';
import { toBase64, type OwnDevice, type Random } from '@parley/crypto';
import { sealForDevices, type Content, type LookedUpContact } from '@parley/sdk';
import type { Note } from '../state/fact.js';
import { shapesOf, type FilledTemplate } from '../wire/template.js';

export interface Sealed {
  readonly content: Content;
  readonly category: Category;
  readonly note: Note;
  readonly businessId: string;
  readonly sender: OwnDevice;
  readonly recipients: LookedUpContact['devices'];
  readonly random: Random;
}

/** Throws SealError. */
export function sealMessage({ note: { conversationId, messageId }, ...rest }: Sealed): Uint8Array {
  return sealForDevices({ ...rest, conversationId, messageId });
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
