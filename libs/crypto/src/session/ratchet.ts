// The Double Ratchet (Signal, revision 1) on X25519, HKDF-SHA512 and HMAC-SHA512. A new ratchet key is made when the next message is sealed, not when
// one is opened (its section on deferring new ratchet key generation): opening needs no randomness.
import { constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { hkdfPair, hmacSha512, infos, newAgreementKeys, x25519, type AgreementKeys } from '../primitives/primitives.js';
import type { Random } from '../random.js';
import { maxU32 } from '../wire.js';
import type { AcceptedSession } from './agreement.js';
import { maxSkipped, maxSkippedOfChain, type Session, type SkippedChain, type SkippedKey } from './session.js';

const forMessage = Uint8Array.of(1);
const forChain = Uint8Array.of(2);

const messageKeyOf = (chainKey: Uint8Array) => hmacSha512(chainKey, forMessage).slice(0, 32);
const nextChainKeyOf = (chainKey: Uint8Array) => hmacSha512(chainKey, forChain).slice(0, 32);

/** A turn of the ratchet: the next root key, and the key of the chain that begins. */
function turn(root: Uint8Array, pair: AgreementKeys, peerKey: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return hkdfPair(x25519(pair.secretKey, peerKey), root, infos.root);
}

/** Where a message stands in the ratchet. */
export type Position = { readonly ratchetKey: Uint8Array; readonly previous: number; readonly n: number };

/** The next message's place and key, and the session after it. Draws 32 bytes where the ratchet turns. Throws CryptoError 'exhausted'. */
export function advance(session: Session, random: Random): { readonly session: Session; readonly position: Position; readonly messageKey: Uint8Array } {
  const ready = session.sendingKey === null ? turnToSend(session, random) : { ...session, sendingKey: session.sendingKey, pair: session.pair! };
  if (ready.sent >= maxU32) throw new CryptoError('exhausted', 'the chain has no number left: begin a new session');
  const position = { ratchetKey: ready.pair.publicKey, previous: ready.previous, n: ready.sent };
  const after = { ...ready, sendingKey: nextChainKeyOf(ready.sendingKey), sent: ready.sent + 1 };
  return { session: after, position, messageKey: messageKeyOf(ready.sendingKey) };
}

function turnToSend(session: Session, random: Random) {
  const pair = newAgreementKeys(random);
  const [root, sendingKey] = turn(session.root, pair, session.peerKey);
  return { ...session, root, pair, sendingKey, previous: session.sent, sent: 0 };
}

/**
 * The key of the message at a position, and the session after it; which is to be kept only once the message has opened.
 * Throws CryptoError 'duplicate', 'too_far_ahead', 'weak_key', 'refused'.
 */
export function keyAt(session: Session | AcceptedSession, position: Position): { readonly session: Session; readonly messageKey: Uint8Array; readonly isLate: boolean } {
  const chain = session.skipped.find(({ peerKey }) => constantTimeEqual(peerKey, position.ratchetKey));
  const late = chain?.keys.find(({ n }) => n === position.n);
  if (late !== undefined) return { session: withoutSkipped(session as Session, chain!, late), messageKey: late.key, isLate: true };
  const isCurrent = session.peerKey !== null && constantTimeEqual(session.peerKey, position.ratchetKey);
  if (chain !== undefined && !isCurrent) throw duplicate(position);
  const turned = isCurrent ? (session as Session) : turnToReceive(session, position);
  // Our own opening: we have sent, and nothing has been received that the peer's first key could be of.
  if (turned.receivingKey === null) throw new CryptoError('refused', 'no message of the peer can be under its prekey');
  if (position.n < turned.received) throw duplicate(position);
  const { chainKey, keys } = skip(turned.receivingKey, turned.received, position.n);
  const skipped = withSkipped(turned.skipped, turned.peerKey, keys);
  const after = { ...turned, receivingKey: nextChainKeyOf(chainKey), received: position.n + 1, skipped, opening: null };
  return { session: after, messageKey: messageKeyOf(chainKey), isLate: false };
}

function duplicate({ n }: Position): CryptoError {
  return new CryptoError('duplicate', `message number ${n} was opened before, or its key was dropped`);
}

/** The keys of a chain from one number up to another, and the chain's key there. */
function skip(chainKey: Uint8Array, from: number, to: number): { readonly chainKey: Uint8Array; readonly keys: readonly SkippedKey[] } {
  if (to - from > maxSkippedOfChain) throw new CryptoError('too_far_ahead', `${to - from} messages are missing before this one; at most ${maxSkippedOfChain} may be`);
  const keys: SkippedKey[] = [];
  for (let n = from; n < to; n++) {
    keys.push({ n, key: messageKeyOf(chainKey) });
    chainKey = nextChainKeyOf(chainKey);
  }
  return { chainKey, keys };
}

function turnToReceive(session: Session | AcceptedSession, { ratchetKey, previous }: Position): Session {
  if (session.pair === null) throw new CryptoError('refused', 'the peer cannot have answered what was not sent');
  const left = session.receivingKey === null ? [] : skip(session.receivingKey, session.received, previous).keys;
  const skipped = session.peerKey === null ? session.skipped : withSkipped(session.skipped, session.peerKey, left);
  const [root, receivingKey] = turn(session.root, session.pair, ratchetKey);
  return { ...session, root, peerKey: ratchetKey, sendingKey: null, receivingKey, received: 0, skipped };
}

function withoutSkipped(session: Session, chain: SkippedChain, used: SkippedKey): Session {
  const keys = chain.keys.filter((skipped) => skipped !== used);
  const skipped = session.skipped.flatMap((held) => (held !== chain ? [held] : keys.length > 0 ? [{ ...chain, keys }] : []));
  return { ...session, skipped };
}

/** The skipped keys with those of one chain added; the oldest are dropped beyond the limits. */
function withSkipped(skipped: readonly SkippedChain[], peerKey: Uint8Array, added: readonly SkippedKey[]): readonly SkippedChain[] {
  if (added.length === 0) return skipped;
  const known = skipped.find((chain) => constantTimeEqual(chain.peerKey, peerKey));
  const keys = [...(known?.keys ?? []), ...added].slice(-maxSkippedOfChain);
  const chains = [...skipped.filter((chain) => chain !== known), { peerKey, keys }];
  let excess = chains.reduce((sum, chain) => sum + chain.keys.length, 0) - maxSkipped;
  return chains.flatMap((chain) => {
    const kept = excess > 0 ? chain.keys.slice(excess) : chain.keys;
    excess -= chain.keys.length - kept.length;
    return kept.length > 0 ? [{ ...chain, keys: kept }] : [];
  });
}
