import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { maxPlaintextBytes } from '../padding.js';
import { hashBytes } from '../primitives/primitives.js';
import { checkBytes, prefixed, prefixedText, readerOf } from '../wire.js';
import { encodeKind, readKind, type MessageBinding } from './header.js';

/** What is inside: what the header says once more, the last message that the sender saw, and the body. */
export type Content = {
  readonly binding: Pick<MessageBinding, 'messageId' | 'category' | 'templateHash'>;
  /** `contentHash` of the last message of this conversation that the sender had opened; null for none. */
  readonly lastSeen: Uint8Array | null;
  /** Bytes whose meaning the two ends agree on. */
  readonly body: Uint8Array;
};

const contentVersion = 1;
/** Whatever else a body may come to be, says so here. */
const agreedForm = 0;

/** Throws CryptoError 'invalid_argument' or 'too_large'. */
export function encodeContent({ binding, lastSeen, body }: Content): Uint8Array {
  if (!(body instanceof Uint8Array)) throw new CryptoError('invalid_argument', 'a body is a Uint8Array');
  const bytes = concat(
    Uint8Array.of(contentVersion),
    prefixedText(binding.messageId),
    encodeKind(binding),
    prefixed(lastSeen === null ? new Uint8Array(0) : checkBytes(lastSeen, hashBytes, 'lastSeen')),
    Uint8Array.of(agreedForm),
    body,
  );
  if (bytes.length > maxPlaintextBytes) {
    throw new CryptoError('too_large', `a message's text is at most ${maxPlaintextBytes} bytes with what goes along; this one has ${bytes.length}: send it as an attachment`);
  }
  return bytes;
}

/** Throws CryptoError 'malformed' or 'unsupported'. */
export function decodeContent(bytes: Uint8Array): Content {
  const reader = readerOf(bytes, 'a message\'s content', maxPlaintextBytes);
  const version = reader.byte();
  if (version !== contentVersion) throw new CryptoError('unsupported', `content version ${version} is not known`);
  const messageId = reader.text(/^[A-Za-z0-9_.-]{1,160}$/);
  const kind = readKind(reader);
  const lastSeen = reader.prefixed();
  if (lastSeen.length !== 0 && lastSeen.length !== hashBytes) throw new CryptoError('malformed', 'a hash of the last message is 64 bytes');
  const form = reader.byte();
  if (form !== agreedForm) throw new CryptoError('unsupported', `a body of form ${form} is not known`);
  const body = reader.take(reader.left);
  return { binding: { messageId, ...kind }, lastSeen: lastSeen.length === 0 ? null : lastSeen, body };
}

/** Whether the content says of itself what the header says of it. */
export function isBoundTo({ binding }: Content, header: MessageBinding): boolean {
  return binding.messageId === header.messageId && binding.category === header.category && binding.templateHash === header.templateHash;
}

/** Whether the sender had seen a message of ours, or none yet where we sent none: else the bus dropped or reordered, or they crossed on the way. */
export function hasSeen({ lastSeen }: Content, contentHashes: readonly Uint8Array[]): boolean {
  return lastSeen === null ? contentHashes.length === 0 : contentHashes.some((hash) => constantTimeEqual(hash, lastSeen));
}
