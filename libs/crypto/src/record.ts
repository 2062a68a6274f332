import nacl from 'tweetnacl';
import { concat, constantTimeEqual, utf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { hkdfSha512 } from './hash.js';
import { draw, type Random } from './random.js';

// record = 0x01 | nonce (24) | commitment (32) | secretbox. RECORDS.md states it byte by byte.
const version = 1;
const nonceBytes = 24;
const commitmentBytes = 32;
const boxAt = 1 + nonceBytes + commitmentBytes;
const label = utf8('parley/record/v1');

/** Bytes that encryptRecord adds to a plaintext. */
export const recordOverheadBytes = boxAt + nacl.secretbox.overheadLength;

/**
 * Encrypts a record at rest under a 32-byte key. `context` names its place (file, row, number): a record moved to another
 * place does not open. Throws CryptoError 'weak_key' for a key of another length.
 */
export function encryptRecord(key: Uint8Array, context: string, plaintext: Uint8Array, random: Random): Uint8Array {
  const nonce = draw(random, nonceBytes);
  const { boxKey, commitment } = keysOf(key, context, nonce);
  return concat(Uint8Array.of(version), nonce, commitment, nacl.secretbox(plaintext, nonce, boxKey));
}

/** The plaintext. Throws CryptoError 'malformed', 'unsupported', 'refused' (wrong key, wrong place, changed bytes) or 'weak_key'. */
export function decryptRecord(key: Uint8Array, context: string, record: Uint8Array): Uint8Array {
  if (!(record instanceof Uint8Array) || record.length < recordOverheadBytes) throw new CryptoError('malformed', 'too short for a record');
  if (record[0] !== version) throw new CryptoError('unsupported', `record version ${record[0]} is not known`);
  const nonce = record.slice(1, 1 + nonceBytes);
  const { boxKey, commitment } = keysOf(key, context, nonce);
  const committed = constantTimeEqual(commitment, record.subarray(1 + nonceBytes, boxAt));
  const plaintext = committed ? nacl.secretbox.open(record.slice(boxAt), nonce, boxKey) : null;
  if (plaintext === null) throw new CryptoError('refused', 'the record was changed, moved, or written under another key');
  return plaintext;
}

function keysOf(key: Uint8Array, context: string, nonce: Uint8Array) {
  if (!(key instanceof Uint8Array) || key.length !== 32) throw new CryptoError('weak_key', 'a record key is 32 bytes');
  const okm = hkdfSha512(key, nonce, concat(label, utf8(context)), 64);
  return { boxKey: okm.slice(0, 32), commitment: okm.slice(32) };
}
