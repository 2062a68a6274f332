import { constantTimeEqual, open, seal, type DeviceAddress, type ExpectedBinding, type OwnDevice, type Random } from '@parley/crypto';
import { decodeContent, encodeContent, senderOf, type Content } from './content.js';
import { ContentError } from './error.js';

/** A message and whom it is for. */
export type Sealing = {
  readonly content: Content;
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  /** Category of what a business sends; null for what a contact sends. */
  readonly category: string | null;
  readonly sender: OwnDevice;
  readonly recipients: readonly DeviceAddress[];
  readonly random: Random;
};

/** Seals a content for all devices of the other end. The template's hash goes into the header by itself. Throws SealError or ContentError. */
export function sealForDevices({ content, sender, recipients, random, ...address }: Sealing): Uint8Array {
  const { businessId, conversationId, messageId, category } = address;
  const binding = { businessId, conversationId, messageId, category, templateHash: templateHashOf(content) };
  return seal({ plaintext: encodeContent(content), binding, sender, recipients, random });
}

export type Opening = {
  readonly envelope: Uint8Array;
  readonly device: OwnDevice;
  /** What the platform said of the message. */
  readonly expected: ExpectedBinding;
};

export type OpenedContent = {
  readonly content: Content;
  readonly category: string | null;
  /** The device that sealed it: proven to hold this key; whose key it is only the directory says. */
  readonly sender: DeviceAddress;
};

/** Opens an envelope whoever sealed it: the caller has to look up `sender`. Throws SealError or ContentError. */
export function openFromDevice({ envelope, device, expected }: Opening): OpenedContent {
  const { plaintext, header } = open({ envelope, recipient: device, expected, sender: 'unverified' });
  const content = decodeContent(plaintext);
  if (templateHashOf(content) !== header.templateHash) {
    throw new ContentError('template_mismatch', 'the header names another template than the content');
  }
  return { content, category: header.category, sender: header.sender };
}

/** A contact as the directory knows it. */
export type DirectoryEntry = { readonly contactId: string; readonly devices: readonly DeviceAddress[] };

export type ContactOpening = Opening & {
  /** Asks the directory for a phone number's contact; null where it knows none. */
  readonly lookup: (phone: string) => Promise<DirectoryEntry | null>;
};

/**
 * The business's side: opens what a contact sent, and checks with the directory that the number it says inside is this
 * conversation's contact and lists the device that sealed it. Throws SealError, ContentError, and what `lookup` throws.
 */
export async function openFromContact({ lookup, ...opening }: ContactOpening): Promise<OpenedContent & { readonly phone: string; readonly name: string }> {
  const opened = openFromDevice(opening);
  const from = senderOf(opened.content);
  if (from === undefined) throw new ContentError('sender_unknown', 'the content does not say which contact wrote it');
  const entry = await lookup(from.phone);
  const contactId = opening.expected.conversationId.split('.')[1];
  if (entry === null || entry.contactId !== contactId || !lists(entry.devices, opened.sender)) {
    throw new ContentError('sender_unknown', 'the directory does not list this device for the contact it names');
  }
  return { ...opened, phone: from.phone, name: from.name };
}

/** Whether a list of devices holds exactly this one, with this key. */
export function lists(devices: readonly DeviceAddress[], sender: DeviceAddress): boolean {
  return devices.some(({ deviceId, publicKey }) => deviceId === sender.deviceId && constantTimeEqual(publicKey, sender.publicKey));
}

function templateHashOf(content: Content): string | null {
  return content.type === 'template' ? content.hash : null;
}
