import nacl from 'tweetnacl';
import { agree, type DeviceKeys } from '../agreement.js';
import { concat, utf8 } from '../bytes.js';
import { SealError } from '../errors.js';
import { hkdfSha512, hmacSha512, sha256Hex, sha512 } from '../hash.js';
import { prefixed } from '../wire.js';
import { decodeHeader, readId, type EnvelopeHeader } from './header.js';
import { Reader } from '../reader.js';

// envelope = header | wrap count (1) | wraps | content | tag (32). ENVELOPE.md states it byte by byte.
export const maxEnvelopeBytes = 48 * 1024;
export const maxRecipients = 64;
export const nonceBytes = 24;
export const commitmentBytes = 32;
export const secretBytes = 32;
export const tagBytes = 32;

const boxOverhead = nacl.secretbox.overheadLength;
const wrappedBytes = boxOverhead + secretBytes + 64;
const wrapLabel = utf8('parley/envelope/v0/wrap');
const contentLabel = utf8('parley/envelope/v0/content');

/** One device's part: the content's secret and the hash of the content, for that device alone. */
export type Wrap = { readonly deviceId: string; readonly commitment: Uint8Array; readonly nonce: Uint8Array; readonly box: Uint8Array };

export type ParsedEnvelope = {
  readonly header: EnvelopeHeader;
  readonly headerBytes: Uint8Array;
  readonly wraps: readonly Wrap[];
  /** Nonce and secretbox. */
  readonly content: Uint8Array;
  /** All that the tag covers. */
  readonly tagged: Uint8Array;
  readonly tag: Uint8Array;
};

/** Takes an envelope apart without opening it. Throws SealError 'malformed', 'unsupported' or 'too_large'. */
export function parseEnvelope(received: Uint8Array): ParsedEnvelope {
  if (!(received instanceof Uint8Array)) throw new SealError('malformed', 'an envelope is a Uint8Array');
  checkSize(received.length);
  const envelope = Uint8Array.from(received); // A Node Buffer's slices are views; these must not change under us.
  const reader = new Reader(envelope, (why) => new SealError('malformed', why));
  const header = decodeHeader(reader);
  const headerBytes = envelope.slice(0, reader.position);
  const count = reader.byte();
  if (count === 0 || count > maxRecipients) throw new SealError('malformed', `an envelope has 1 to ${maxRecipients} wraps`);
  const wraps: Wrap[] = [];
  for (let i = 0; i < count; i++) wraps.push(readWrap(reader));
  if (new Set(wraps.map((wrap) => wrap.deviceId)).size !== count) throw new SealError('malformed', 'two wraps for one device');
  const content = reader.take(nonceBytes + boxOverhead + header.bucketBytes);
  const tagged = envelope.slice(0, reader.position);
  const tag = reader.take(tagBytes);
  reader.finish();
  return { header, headerBytes, wraps, content, tagged, tag };
}

export function checkSize(bytes: number): void {
  if (bytes > maxEnvelopeBytes) {
    throw new SealError('too_large', `an envelope is at most ${maxEnvelopeBytes} bytes (48 KiB); this one has ${bytes}`);
  }
}

function readWrap(reader: Reader): Wrap {
  const deviceId = readId(reader);
  return { deviceId, commitment: reader.take(commitmentBytes), nonce: reader.take(nonceBytes), box: reader.take(wrappedBytes) };
}

export function encodeWrap(wrap: Wrap): Uint8Array {
  return concat(prefixed(utf8(wrap.deviceId)), wrap.commitment, wrap.nonce, wrap.box);
}

/** The two agreements of one wrap: the sender's own key proves who sealed, the ephemeral key makes every wrap key new. */
export type WrapSecrets = { readonly fromSender: Uint8Array; readonly fromEphemeral: Uint8Array };

export function senderSecrets(sender: DeviceKeys, ephemeral: DeviceKeys, recipientKey: Uint8Array): WrapSecrets {
  return { fromSender: agree(sender.secretKey, recipientKey), fromEphemeral: agree(ephemeral.secretKey, recipientKey) };
}

export function recipientSecrets(recipient: DeviceKeys, header: EnvelopeHeader): WrapSecrets {
  return {
    fromSender: agree(recipient.secretKey, header.sender.publicKey),
    fromEphemeral: agree(recipient.secretKey, header.ephemeralKey),
  };
}

/** The wrap's box key and the commitment that shows which key it is. The header is the salt: another header, another key. */
export function wrapKeys(secrets: WrapSecrets, headerBytes: Uint8Array, deviceId: string, recipientKey: Uint8Array) {
  const info = concat(wrapLabel, prefixed(utf8(deviceId)), recipientKey);
  const okm = hkdfSha512(concat(secrets.fromSender, secrets.fromEphemeral), sha512(headerBytes), info, 64);
  return { boxKey: okm.slice(0, 32), commitment: okm.slice(32) };
}

/** The content's box key and the key of the tag, both from the secret that every wrap carries. */
export function contentKeys(contentSecret: Uint8Array, headerBytes: Uint8Array) {
  const okm = hkdfSha512(contentSecret, sha512(headerBytes), contentLabel, 64);
  return { boxKey: okm.slice(0, 32), tagKey: okm.slice(32) };
}

/** Covers every byte before it, other devices' wraps too; being keyed by a hash it also commits to the content's secret. */
export function tagOf(tagKey: Uint8Array, tagged: Uint8Array): Uint8Array {
  return hmacSha512(tagKey, tagged).slice(0, tagBytes);
}

/** What the log keeps of an envelope: hex SHA-256 of all its bytes. */
export function envelopeHash(envelope: Uint8Array): string {
  return sha256Hex(envelope);
}
