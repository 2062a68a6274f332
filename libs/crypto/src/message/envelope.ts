import nacl from 'tweetnacl';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { hkdfPair, hashBytes, keyBytes, sha512 } from '../primitives/primitives.js';
import { draw, type Random } from '../random.js';
import { readerOf } from '../wire.js';
import { readMessageHeader, readWrapHeader, type MessageHeader, type WrapHeader } from './header.js';

// envelope = header | wrap count (1) | wraps | content. PROTOCOL.md states it byte by byte.
export const maxMessageBytes = 48 * 1024;
export const maxWraps = 64;
export const nonceBytes = 24;
const commitmentBytes = 32;
const sealedOverhead = commitmentBytes + nonceBytes + nacl.secretbox.overheadLength;
/** What a wrap holds: the content's key, and SHA-512 of the content. */
export const wrappedBytes = keyBytes + hashBytes;

export type Wrap = WrapHeader & { readonly headerBytes: Uint8Array; readonly sealed: Uint8Array };

export type ParsedMessage = {
  readonly header: MessageHeader;
  readonly headerBytes: Uint8Array;
  /** In ascending order of accounts and devices. */
  readonly wraps: readonly Wrap[];
  readonly content: Uint8Array;
};

/**
 * Commitment, nonce and box: the header is the salt of key and commitment, so that another header is another key, and the commitment shows which key it
 * is (secretbox alone opens to other texts under other keys). Draws 24 bytes.
 */
export function sealUnder(key: Uint8Array, header: Uint8Array, info: Uint8Array, text: Uint8Array, random: Random): Uint8Array {
  const [boxKey, commitment] = hkdfPair(key, sha512(header), info);
  const nonce = draw(random, nonceBytes);
  return concat(commitment, nonce, nacl.secretbox(text, nonce, boxKey));
}

/** The text, or null where anything was changed or the key is another. */
export function openUnder(key: Uint8Array, header: Uint8Array, info: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  const [boxKey, commitment] = hkdfPair(key, sha512(header), info);
  if (!constantTimeEqual(commitment, sealed.subarray(0, commitmentBytes))) return null;
  const boxAt = commitmentBytes + nonceBytes;
  return nacl.secretbox.open(sealed.subarray(boxAt), sealed.subarray(commitmentBytes, boxAt), boxKey);
}

const placeOf = ({ recipient }: WrapHeader) => `${recipient.accountId}\n${recipient.deviceId}`;

/** Wraps in their one order. Throws CryptoError 'invalid_argument'. */
export function ordered<W extends WrapHeader>(wraps: readonly W[]): readonly W[] {
  if (wraps.length === 0 || wraps.length > maxWraps) throw new CryptoError('invalid_argument', `a message is for 1 to ${maxWraps} devices, not ${wraps.length}`);
  if (new Set(wraps.map(placeOf)).size !== wraps.length) throw new CryptoError('invalid_argument', 'a device is among the recipients twice');
  return [...wraps].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

export function encodeMessage({ headerBytes, wraps, content }: Omit<ParsedMessage, 'header'>): Uint8Array {
  const envelope = concat(headerBytes, Uint8Array.of(wraps.length), ...wraps.flatMap((wrap) => [wrap.headerBytes, wrap.sealed]), content);
  if (envelope.length > maxMessageBytes) {
    throw new CryptoError('too_large', `an envelope is at most ${maxMessageBytes} bytes; this one has ${envelope.length}: send the text as an attachment, or for fewer devices`);
  }
  return envelope;
}

/** Takes an envelope apart without opening it. Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function parseMessage(received: Uint8Array): ParsedMessage {
  const reader = readerOf(received, 'an envelope', maxMessageBytes);
  const header = readMessageHeader(reader);
  const headerBytes = reader.between(0, reader.position);
  const count = reader.byte();
  if (count === 0 || count > maxWraps) throw new CryptoError('malformed', `an envelope has 1 to ${maxWraps} wraps`);
  const wraps = Array.from({ length: count }, () => {
    const start = reader.position;
    const wrap = readWrapHeader(reader);
    return { ...wrap, headerBytes: reader.between(start, reader.position), sealed: reader.take(sealedOverhead + wrappedBytes) };
  });
  if (wraps.some((wrap, at) => at > 0 && placeOf(wraps[at - 1]!) >= placeOf(wrap))) {
    throw new CryptoError('malformed', 'wraps are in ascending order of accounts and devices, none twice');
  }
  const content = reader.take(sealedOverhead + header.bucketBytes);
  reader.finish();
  return { header, headerBytes, wraps, content };
}

/**
 * The same message with the wrap of one device alone: what the platform may hand to that device. It opens as the whole one does.
 * Throws CryptoError 'not_a_recipient', and what reading an envelope throws.
 */
export function messageFor(envelope: Uint8Array, accountId: string, deviceId: string): Uint8Array {
  const parsed = parseMessage(envelope);
  const wraps = parsed.wraps.filter(({ recipient }) => recipient.accountId === accountId && recipient.deviceId === deviceId);
  if (wraps.length === 0) throw new CryptoError('not_a_recipient', 'the envelope holds nothing for this device');
  return encodeMessage({ ...parsed, wraps });
}

/** What an envelope says in clear, unproven: for routing, and for checks that need no key. Throws CryptoError. */
export function readMessage(envelope: Uint8Array): MessageHeader & { readonly wraps: readonly WrapHeader[] } {
  const { header, wraps } = parseMessage(envelope);
  return { ...header, wraps: wraps.map(({ recipient, listVersion, sessionId, position, opening }) => ({ recipient, listVersion, sessionId, position, opening })) };
}
