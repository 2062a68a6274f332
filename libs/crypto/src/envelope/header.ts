import { keyBytes } from '../agreement.js';
import { concat, fromHex, toHex, utf8 } from '../bytes.js';
import { SealError } from '../errors.js';
import { bucketSizes } from '../padding.js';
import type { Reader } from '../reader.js';
import { idPattern, prefixed, wordPattern } from '../wire.js';

/** What an envelope is bound to: the facts that routing and billing read. A change of any of them makes it unopenable. */
export type Binding = {
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  /** Category of what a business sends; null for what a contact sends. */
  readonly category: string | null;
  /** Hash of the template the content fills in, 64 hex digits; null for free-form. */
  readonly templateHash: string | null;
};

/** A device as the directory lists it. */
export type DeviceAddress = { readonly deviceId: string; readonly publicKey: Uint8Array };

export type EnvelopeHeader = Binding & {
  readonly version: number;
  readonly suite: number;
  /** Who says to have sealed it; proven only once `open` has answered. */
  readonly sender: DeviceAddress;
  readonly ephemeralKey: Uint8Array;
  /** Length of the padded plaintext in bytes, one of `bucketSizes`. */
  readonly bucketBytes: number;
};

export const envelopeVersion = 0;
export const suiteX25519Secretbox = 1;

export function encodeHeader(header: EnvelopeHeader): Uint8Array {
  const bucket = bucketSizes.findIndex((size) => size === header.bucketBytes);
  return concat(
    Uint8Array.of(header.version, header.suite),
    prefixed(utf8(checkId(header.businessId, 'businessId'))),
    prefixed(utf8(checkId(header.conversationId, 'conversationId'))),
    prefixed(utf8(checkId(header.messageId, 'messageId'))),
    prefixed(utf8(header.category === null ? '' : checkWord(header.category))),
    prefixed(header.templateHash === null ? new Uint8Array(0) : hashBytes(header.templateHash)),
    prefixed(utf8(checkId(header.sender.deviceId, 'sender deviceId'))),
    header.sender.publicKey,
    header.ephemeralKey,
    Uint8Array.of(bucket),
  );
}

/** Reads the header at the start of the reader. Throws SealError 'malformed' or 'unsupported'. */
export function decodeHeader(reader: Reader): EnvelopeHeader {
  const version = reader.byte();
  if (version !== envelopeVersion) throw new SealError('unsupported', `envelope version ${version} is not known`);
  const suite = reader.byte();
  if (suite !== suiteX25519Secretbox) throw new SealError('unsupported', `suite ${suite} is not known`);
  const businessId = reader.text(idPattern);
  const conversationId = reader.text(idPattern);
  const messageId = reader.text(idPattern);
  const category = reader.prefixed();
  const template = reader.prefixed();
  if (template.length !== 0 && template.length !== 32) throw new SealError('malformed', 'a template hash is 32 bytes');
  const senderId = reader.text(idPattern);
  const publicKey = reader.take(keyBytes);
  const ephemeralKey = reader.take(keyBytes);
  const bucketBytes = bucketSizes[reader.byte()];
  if (bucketBytes === undefined) throw new SealError('malformed', 'no such size bucket');
  const words = { category: category.length === 0 ? null : wordOf(category), templateHash: template.length === 0 ? null : toHex(template) };
  const sender = { deviceId: senderId, publicKey };
  return { version, suite, businessId, conversationId, messageId, ...words, sender, ephemeralKey, bucketBytes };
}

export function checkId(id: string, name: string): string {
  if (typeof id !== 'string' || !idPattern.test(id)) {
    throw new SealError('invalid_argument', `${name} must be 1 to 160 letters, digits, "_", "-" or "."`);
  }
  return id;
}

export function readId(reader: Reader): string {
  return reader.text(idPattern);
}

function checkWord(category: string): string {
  if (!wordPattern.test(category)) throw new SealError('invalid_argument', 'a category is 1 to 32 lower-case letters or "_"');
  return category;
}

function wordOf(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  if (!wordPattern.test(text)) throw new SealError('malformed', 'a category is 1 to 32 lower-case letters or "_"');
  return text;
}

function hashBytes(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) throw new SealError('invalid_argument', 'a template hash is 64 lower-case hex digits');
  return bytes;
}
