import { protocolVersion } from '../account/device-list.js';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { readerOf, u32 } from '../wire.js';
import type { Session } from './session.js';
import { decodeSession, encodeSession, maxSessionBytes } from './state.js';

/**
 * All sessions with one device, the one to seal with first: two ends may begin at once, and an end that was restored begins anew while messages of the
 * older session are still under way (the Sesame paper's order).
 */
export type PeerSessions = readonly Session[];

export const maxSessions = 5;

export function sessionIn(sessions: PeerSessions, id: Uint8Array): Session | null {
  return sessions.find((session) => constantTimeEqual(session.id, id)) ?? null;
}

/** With the session as the one to seal with; beyond five the one that was used longest ago is dropped. */
export function withActive(sessions: PeerSessions, session: Session): PeerSessions {
  return [session, ...sessions.filter((other) => !constantTimeEqual(other.id, session.id))].slice(0, maxSessions);
}

/** With the session's newer state in its place. */
export function withUpdated(sessions: PeerSessions, session: Session): PeerSessions {
  return sessions.map((other) => (constantTimeEqual(other.id, session.id) ? session : other));
}

/** Bytes for a store: version, count, then each session behind its length. */
export function encodeSessions(sessions: PeerSessions): Uint8Array {
  const encoded = sessions.slice(0, maxSessions).map(encodeSession);
  return concat(Uint8Array.of(protocolVersion, encoded.length), ...encoded.flatMap((bytes) => [u32(bytes.length), bytes]));
}

/** Throws CryptoError 'malformed', 'unsupported', 'too_large'. */
export function decodeSessions(bytes: Uint8Array): PeerSessions {
  const reader = readerOf(bytes, 'a list of sessions', 2 + maxSessions * (4 + maxSessionBytes));
  const version = reader.byte();
  if (version !== protocolVersion) throw new CryptoError('unsupported', `a list of sessions of version ${version} is not known`);
  const count = reader.byte();
  if (count > maxSessions) throw new CryptoError('malformed', `at most ${maxSessions} sessions are held with a device`);
  const sessions = Array.from({ length: count }, () => decodeSession(reader.take(reader.u32())));
  reader.finish();
  const [first] = sessions;
  const sound = sessions.every(({ id, peer }, at) => peer.accountId === first!.peer.accountId && peer.deviceId === first!.peer.deviceId && sessions.findIndex((other) => constantTimeEqual(other.id, id)) === at);
  if (!sound) throw new CryptoError('malformed', 'sessions of one list are with one device, none twice');
  return sessions;
}
