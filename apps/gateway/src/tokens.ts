import type { Lane } from '@parley/contracts';
import { fromBase64, keyedHash, toHex, type Random } from '@parley/crypto';
import type { Fact } from './state/fact.js';
import type { State } from './state/state.js';

const label = 'parley/gateway-token/v1';
const commandLabel = 'parley/gateway-command/v1';

/** The facts that make a token known. Its hash alone is kept, under a key that never leaves the folder. */
export function tokenFact(key: Uint8Array, token: string, lane: Lane): Fact {
  return { type: 'TokenSet', hash: hashOf(key, token), lane };
}

/** A token that nobody can guess: 256 bits. */
export function newBusinessToken(random: Random): string {
  return `gt_${Buffer.from(random(32)).toString('base64url')}`;
}

/** The lane a business token sends on, or null where the token is unknown. */
export function laneOf({ tokenKey, tokens }: State, token: string): Lane | null {
  const key = tokenKey === null ? null : fromBase64(tokenKey);
  return key === null ? null : (tokens.get(hashOf(key, token)) ?? null);
}

/** The wire id of the message that a command sends. It follows from the command's id: sent again after a restored backup, it is still one message. */
export function commandWireId({ tokenKey }: State, requestId: string): string {
  const key = fromBase64(tokenKey ?? '') ?? new Uint8Array();
  return Buffer.from(keyedHash(key, commandLabel, requestId).subarray(0, 16)).toString('base64url');
}

function hashOf(key: Uint8Array, token: string): string {
  return toHex(keyedHash(key, label, token));
}
