import { protocolVersion, suite25519 } from '../account/device-list.js';
import { concat, fromHex, toHex } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { bucketSizes } from '../padding.js';
import { keyBytes } from '../primitives/primitives.js';
import type { Reader } from '../reader.js';
import { sessionIdBytes } from '../session/agreement.js';
import type { Position } from '../session/ratchet.js';
import type { DeviceAddress, Opening } from '../session/session.js';
import { encodeOpening, readOpening } from '../session/state.js';
import { checkId, checkWhole, idPattern, maxU32, prefixed, prefixedText, u32, wordPattern } from '../wire.js';

/** What routing and billing read, and what every key of the message hangs on. */
export type MessageBinding = {
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  /** Category of what a business sends; null for what a contact sends. */
  readonly category: string | null;
  /** Hash of the template the content fills in, 64 hex digits; null for free-form. */
  readonly templateHash: string | null;
};

/** The part of the header that is said once for all devices. */
export type MessageHeader = MessageBinding & {
  readonly sender: DeviceAddress;
  /** Version of the sender's own device list. */
  readonly senderListVersion: number;
  /** Length of the padded text in bytes, one of `bucketSizes`. */
  readonly bucketBytes: number;
};

/** The part of the header that is said for each device. */
export type WrapHeader = {
  readonly recipient: DeviceAddress;
  /** Version of the recipient's device list that the sender sealed for. */
  readonly listVersion: number;
  readonly sessionId: Uint8Array;
  readonly position: Position;
  readonly opening: Opening | null;
};

/** Throws CryptoError 'invalid_argument'. */
export function encodeHeader(header: MessageHeader): Uint8Array {
  return concat(
    Uint8Array.of(protocolVersion, suite25519),
    prefixedText(checkId(header.businessId, 'businessId')),
    prefixedText(checkId(header.conversationId, 'conversationId')),
    prefixedText(checkId(header.messageId, 'messageId')),
    encodeKind(header),
    prefixedText(checkId(header.sender.accountId, 'sender accountId')),
    prefixedText(checkId(header.sender.deviceId, 'sender deviceId')),
    u32(checkWhole(header.senderListVersion, maxU32, 'senderListVersion')),
    Uint8Array.of(bucketSizes.findIndex((size) => size === header.bucketBytes)),
  );
}

/** Category and template hash, as they stand in the header and inside the ciphertext again. */
export function encodeKind({ category, templateHash }: Pick<MessageBinding, 'category' | 'templateHash'>): Uint8Array {
  if (category !== null && !wordPattern.test(category)) throw new CryptoError('invalid_argument', 'a category is 1 to 32 lower-case letters or "_"');
  const hash = templateHash === null ? new Uint8Array(0) : fromHex(templateHash);
  if (hash === null || (templateHash !== null && hash.length !== 32)) throw new CryptoError('invalid_argument', 'a template hash is 64 lower-case hex digits');
  return concat(prefixedText(category ?? ''), prefixed(hash));
}

export function readKind(reader: Reader): Pick<MessageBinding, 'category' | 'templateHash'> {
  const category = reader.text(/^[a-z_]{0,32}$/);
  const hash = reader.prefixed();
  if (hash.length !== 0 && hash.length !== 32) throw new CryptoError('malformed', 'a template hash is 32 bytes');
  return { category: category === '' ? null : category, templateHash: hash.length === 0 ? null : toHex(hash) };
}

/** Throws CryptoError 'malformed' or 'unsupported'. */
export function readMessageHeader(reader: Reader): MessageHeader {
  const [version, suite] = [reader.byte(), reader.byte()];
  if (version !== protocolVersion || suite !== suite25519) throw new CryptoError('unsupported', `envelope version ${version}, suite ${suite} is not known`);
  const [businessId, conversationId, messageId] = [reader.text(idPattern), reader.text(idPattern), reader.text(idPattern)];
  const kind = readKind(reader);
  const sender = { accountId: reader.text(idPattern), deviceId: reader.text(idPattern) };
  const senderListVersion = reader.u32();
  const bucketBytes = bucketSizes[reader.byte()];
  if (bucketBytes === undefined) throw new CryptoError('malformed', 'no such size bucket');
  return { businessId, conversationId, messageId, ...kind, sender, senderListVersion, bucketBytes };
}

/** What follows the ratchet's numbers: nothing, an opening, or one with a one-time prekey. */
const openings = { none: 0, signed: 1, oneTime: 2 } as const;

export function encodeWrapHeader({ recipient, listVersion, sessionId, position, opening }: WrapHeader): Uint8Array {
  const kind = opening === null ? openings.none : opening.oneTimePrekeyId === null ? openings.signed : openings.oneTime;
  return concat(
    prefixedText(checkId(recipient.accountId, 'recipient accountId')),
    prefixedText(checkId(recipient.deviceId, 'recipient deviceId')),
    u32(checkWhole(listVersion, maxU32, 'listVersion')),
    sessionId,
    position.ratchetKey,
    u32(position.previous),
    u32(position.n),
    Uint8Array.of(kind),
    ...(opening === null ? [] : [encodeOpening(opening)]),
  );
}

export function readWrapHeader(reader: Reader): WrapHeader {
  const recipient = { accountId: reader.text(idPattern), deviceId: reader.text(idPattern) };
  const listVersion = reader.u32();
  const sessionId = reader.take(sessionIdBytes);
  const position = { ratchetKey: reader.take(keyBytes), previous: reader.u32(), n: reader.u32() };
  if (position.n === maxU32) throw new CryptoError('malformed', 'no message has this number');
  const kind = reader.byte();
  if (kind > openings.oneTime) throw new CryptoError('malformed', 'no such opening');
  const opening = kind === openings.none ? null : readOpening(reader, kind === openings.oneTime);
  return { recipient, listVersion, sessionId, position, opening };
}
