import { protocolVersion, suite25519 } from '../account/device-list.js';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { keyBytes } from '../primitives/primitives.js';
import type { Reader } from '../reader.js';
import { idPattern, maxU32, prefixedText, readerOf, u16, u32 } from '../wire.js';
import { sessionIdBytes } from './agreement.js';
import { maxSkipped, maxSkippedOfChain, type Opening, type Session, type SkippedChain } from './session.js';

const has = { pair: 1, sending: 2, opening: 4, oneTime: 8 } as const;
/** The longest state: every skipped key in a chain of its own. */
export const maxSessionBytes = 2 + 1 + sessionIdBytes + 2 * 161 + 6 * keyBytes + 12 + openingBytes() + 2 + maxSkipped * (keyBytes + 2 + 4 + keyBytes);

function openingBytes(): number {
  return keyBytes + 4 * 4;
}

/** A session as bytes for a store, which has to keep them secret: they open what comes next. One session has one spelling. */
export function encodeSession(session: Session): Uint8Array {
  const { pair, opening } = session;
  const flags =
    (pair === null ? 0 : has.pair) | (session.sendingKey === null ? 0 : has.sending) | (opening === null ? 0 : has.opening) | ((opening?.oneTimePrekeyId ?? null) === null ? 0 : has.oneTime);
  return concat(
    Uint8Array.of(protocolVersion, suite25519, flags),
    session.id,
    prefixedText(session.peer.accountId),
    prefixedText(session.peer.deviceId),
    session.root,
    session.peerKey,
    ...(pair === null ? [] : [pair.secretKey, pair.publicKey]),
    ...(session.sendingKey === null ? [] : [session.sendingKey]),
    u32(session.sent),
    u32(session.previous),
    opening === null ? concat(session.receivingKey!, u32(session.received)) : encodeOpening(opening),
    u16(session.skipped.length),
    ...session.skipped.flatMap(({ peerKey, keys }) => [peerKey, u16(keys.length), ...keys.flatMap(({ n, key }) => [u32(n), key])]),
  );
}

/** As it stands in a session's state and in a message's header. */
export function encodeOpening(opening: Opening): Uint8Array {
  return concat(
    opening.ephemeralKey,
    u32(opening.initiatorListVersion),
    u32(opening.responderListVersion),
    u32(opening.signedPrekeyId),
    ...(opening.oneTimePrekeyId === null ? [] : [u32(opening.oneTimePrekeyId)]),
  );
}

export function readOpening(reader: Reader, withOneTime: boolean): Opening {
  return {
    ephemeralKey: reader.take(keyBytes),
    initiatorListVersion: reader.u32(),
    responderListVersion: reader.u32(),
    signedPrekeyId: reader.u32(),
    oneTimePrekeyId: withOneTime ? reader.u32() : null,
  };
}

/** The session that a store kept. Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodeSession(bytes: Uint8Array): Session {
  const reader = readerOf(bytes, 'a session', maxSessionBytes);
  const [version, suite] = [reader.byte(), reader.byte()];
  if (version !== protocolVersion || suite !== suite25519) throw new CryptoError('unsupported', `session version ${version}, suite ${suite} is not known`);
  const flags = reader.byte();
  const [hasPair, hasSending, hasOpening] = [has.pair, has.sending, has.opening].map((flag) => (flags & flag) !== 0);
  const known = hasOpening ? hasPair === hasSending && flags < 16 : hasPair && flags < has.opening;
  if (!known) throw malformed('no such flags');
  const id = reader.take(sessionIdBytes);
  const peer = { accountId: reader.text(idPattern), deviceId: reader.text(idPattern) };
  const [root, peerKey] = [reader.take(keyBytes), reader.take(keyBytes)];
  const pair = hasPair ? { secretKey: reader.take(keyBytes), publicKey: reader.take(keyBytes) } : null;
  const sendingKey = hasSending ? reader.take(keyBytes) : null;
  const [sent, previous] = [reader.u32(), reader.u32()];
  const opening = hasOpening ? readOpening(reader, (flags & has.oneTime) !== 0) : null;
  const receiving = hasOpening ? { receivingKey: null, received: 0 } : { receivingKey: reader.take(keyBytes), received: reader.u32() };
  const skipped = readSkipped(reader);
  reader.finish();
  if (hasOpening && (skipped.length > 0 || previous !== 0 || (sent > 0) !== hasSending)) throw malformed('what has not been answered holds no such numbers');
  return { id, peer, root, peerKey, pair, sendingKey, sent, previous, ...receiving, opening, skipped };
}

function readSkipped(reader: Reader): readonly SkippedChain[] {
  const chains: SkippedChain[] = [];
  let total = 0;
  for (let left = reader.u16(); left > 0; left--) {
    const peerKey = reader.take(keyBytes);
    const count = reader.u16();
    total += count;
    if (count === 0 || count > maxSkippedOfChain || total > maxSkipped) throw malformed('more skipped keys than may be held, or a chain without any');
    if (chains.some((chain) => constantTimeEqual(chain.peerKey, peerKey))) throw malformed('a chain is there twice');
    const keys = Array.from({ length: count }, () => ({ n: reader.u32(), key: reader.take(keyBytes) }));
    const ascending = keys.every(({ n }, at) => n < maxU32 && (at === 0 || keys[at - 1]!.n < n));
    if (!ascending) throw malformed('skipped keys are in ascending order of their numbers');
    chains.push({ peerKey, keys });
  }
  return chains;
}

function malformed(why: string): CryptoError {
  return new CryptoError('malformed', `a session: ${why}`);
}
