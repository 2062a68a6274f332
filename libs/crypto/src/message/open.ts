import type { DeviceIdentity } from '../account/device-list.js';
import type { Prekeys } from '../account/prekey.js';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { unpadded } from '../padding.js';
import { infos, keyBytes, sha512 } from '../primitives/primitives.js';
import { acceptSession, type OwnDevice } from '../session/agreement.js';
import { keyAt } from '../session/ratchet.js';
import { sessionIn, withActive, withUpdated, type PeerSessions } from '../session/sessions.js';
import { decodeContent, isBoundTo, type Content } from './content.js';
import { openUnder, parseMessage, type ParsedMessage, type Wrap } from './envelope.js';
import type { MessageBinding, MessageHeader } from './header.js';

export type OpenMessage = {
  readonly envelope: Uint8Array;
  readonly own: OwnDevice;
  /** Who is said to have sent it, out of a verified device list. */
  readonly sender: DeviceIdentity;
  /** All sessions with that device. */
  readonly sessions: PeerSessions;
  readonly prekeys: Prekeys;
  /** What the carrier said about the envelope; each field given must equal the header's. */
  readonly expected: Partial<MessageBinding>;
};

export type OpenedMessage = Content & {
  readonly header: MessageHeader;
  readonly contentHash: Uint8Array;
  /** The sessions after it: to be stored with the message in one commit. */
  readonly sessions: PeerSessions;
  /** The one-time prekey that this message used up, to be removed in the same commit; null for none. */
  readonly usedOneTimePrekey: number | null;
};

/**
 * Opens a message. Nothing changes by it: whoever keeps the answer's sessions has opened it, and a message that does not open leaves all as it was.
 * Throws CryptoError and nothing else, whatever the bytes: 'malformed', 'unsupported', 'too_large', 'binding_mismatch', 'sender_mismatch',
 * 'not_a_recipient', 'unknown_session', 'unknown_prekey', 'duplicate', 'too_far_ahead', 'weak_key', 'refused'.
 */
export function openMessage({ envelope, own, sender, sessions, prekeys, expected }: OpenMessage): OpenedMessage {
  const parsed = parseMessage(envelope);
  checkExpected(parsed.header, expected);
  if (parsed.header.sender.accountId !== sender.accountId || parsed.header.sender.deviceId !== sender.deviceId) {
    throw new CryptoError('sender_mismatch', 'the header names another sender than the one whose keys were given');
  }
  const wrap = wrapOf(parsed, own);
  const { session, isNew } = sessionOf(wrap, own, sender, sessions, prekeys);
  const { session: after, messageKey, isLate } = keyAt(session, wrap.position);
  const wrapped = openUnder(messageKey, concat(parsed.headerBytes, wrap.headerBytes), infos.wrap, wrap.sealed);
  if (wrapped === null) throw refused();
  const contentHash = sha512(parsed.content);
  if (!constantTimeEqual(contentHash, wrapped.subarray(keyBytes))) throw refused();
  const content = contentOf(parsed, wrapped.slice(0, keyBytes));
  return {
    ...content,
    header: parsed.header,
    contentHash,
    // A late message says nothing about which session the peer seals with now.
    sessions: isLate ? withUpdated(sessions, after) : withActive(sessions, after),
    usedOneTimePrekey: isNew ? wrap.opening!.oneTimePrekeyId : null,
  };
}

function checkExpected(header: MessageHeader, expected: Partial<MessageBinding>): void {
  const fields = ['businessId', 'conversationId', 'messageId', 'category', 'templateHash'] as const;
  for (const field of fields) {
    if (expected[field] !== undefined && expected[field] !== header[field]) {
      throw new CryptoError('binding_mismatch', `the header's ${field} is not the one it was delivered under`);
    }
  }
}

function wrapOf({ wraps }: ParsedMessage, { identity }: OwnDevice): Wrap {
  const wrap = wraps.find(({ recipient }) => recipient.accountId === identity.accountId && recipient.deviceId === identity.deviceId);
  if (wrap === undefined) throw new CryptoError('not_a_recipient', 'the envelope holds nothing for this device');
  return wrap;
}

function sessionOf({ sessionId, opening }: Wrap, own: OwnDevice, sender: DeviceIdentity, sessions: PeerSessions, prekeys: Prekeys) {
  const known = sessionIn(sessions, sessionId);
  if (known !== null) {
    if (known.peer.accountId !== sender.accountId || known.peer.deviceId !== sender.deviceId) throw new CryptoError('sender_mismatch', 'the session is with another device');
    return { session: known, isNew: false };
  }
  if (opening === null) throw new CryptoError('unknown_session', 'the session is not held, and the message does not begin one');
  return { session: acceptSession(own, sender, opening, sessionId, prekeys), isNew: true };
}

function contentOf(parsed: ParsedMessage, contentKey: Uint8Array): Content {
  const text = openUnder(contentKey, parsed.headerBytes, infos.content, parsed.content);
  if (text === null) throw refused();
  const bytes = unpadded(text);
  if (bytes === null) throw new CryptoError('malformed', 'the padding is not of this format');
  const content = decodeContent(bytes);
  if (!isBoundTo(content, parsed.header)) throw new CryptoError('binding_mismatch', 'the content is of another message, category or template than its header says');
  return content;
}

// One message for every way to fail: an attacker learns nothing from which check it was.
function refused(): CryptoError {
  return new CryptoError('refused', 'the envelope was changed, or sealed for another key');
}
