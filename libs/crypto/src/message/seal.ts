import { concat } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { padded } from '../padding.js';
import { infos, keyBytes, sha512 } from '../primitives/primitives.js';
import { draw, drawnFrom, type Random } from '../random.js';
import type { OwnDevice } from '../session/agreement.js';
import { advance } from '../session/ratchet.js';
import type { Session } from '../session/session.js';
import { encodeContent } from './content.js';
import { encodeMessage, nonceBytes, ordered, sealUnder, type Wrap } from './envelope.js';
import { encodeHeader, encodeWrapHeader, type MessageBinding } from './header.js';

/** A device to seal for: the session with it, and the version of its account's list that says it is one. */
export type Recipient = { readonly session: Session; readonly listVersion: number };

export type SealMessage = {
  readonly binding: MessageBinding;
  readonly body: Uint8Array;
  /** `contentHash` of the last message of this conversation that this end opened; null for none. */
  readonly lastSeen: Uint8Array | null;
  readonly sender: OwnDevice;
  readonly recipients: readonly Recipient[];
  readonly random: Random;
};

export type SealedMessage = {
  readonly envelope: Uint8Array;
  /** SHA-512 of the content: by it the other end says what it has seen. */
  readonly contentHash: Uint8Array;
  /** The sessions after it, in the order of the recipients: to be stored with the envelope, in one commit, before the first byte leaves. */
  readonly sessions: readonly Session[];
};

/**
 * Seals a message for a list of devices: one ciphertext, and per device one ratcheted wrap of its key and hash. Draws once: 32 bytes for
 * the content's key, 24 for its nonce, then per recipient, in their order, 32 where its ratchet turns and 24 for a nonce.
 * Throws CryptoError 'too_large', 'weak_key', 'exhausted', 'invalid_argument'.
 */
export function sealMessage({ binding, body, lastSeen, sender, recipients, random }: SealMessage): SealedMessage {
  const text = padded(encodeContent({ binding, lastSeen, body }));
  if (text === null) throw new CryptoError('too_large', 'no bucket holds this text: send it as an attachment');
  const { accountId, deviceId, listVersion } = sender.identity;
  const headerBytes = encodeHeader({ ...binding, sender: { accountId, deviceId }, senderListVersion: listVersion, bucketBytes: text.length });
  const drawn = drawnFrom(draw(random, recipients.reduce((sum, { session }) => sum + nonceBytes + (session.sendingKey === null ? keyBytes : 0), keyBytes + nonceBytes)));
  const contentKey = drawn(keyBytes);
  const content = sealUnder(contentKey, headerBytes, infos.content, text, drawn);
  const contentHash = sha512(content);
  const wrapped = concat(contentKey, contentHash);
  const sealed = recipients.map((recipient) => wrapFor(recipient, headerBytes, wrapped, drawn));
  const wraps = ordered(sealed.map(({ wrap }) => wrap));
  return { envelope: encodeMessage({ headerBytes, wraps, content }), contentHash, sessions: sealed.map(({ session }) => session) };
}

function wrapFor({ session, listVersion }: Recipient, headerBytes: Uint8Array, wrapped: Uint8Array, random: Random): { readonly wrap: Wrap; readonly session: Session } {
  const { session: after, position, messageKey } = advance(session, random);
  const header = { recipient: session.peer, listVersion, sessionId: session.id, position, opening: session.opening };
  const wrapHeader = encodeWrapHeader(header);
  const sealed = sealUnder(messageKey, concat(headerBytes, wrapHeader), infos.wrap, wrapped, random);
  return { wrap: { ...header, headerBytes: wrapHeader, sealed }, session: after };
}
