import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { concat, toHex, utf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import type { StreamHash } from './primitives/port.js';

const bytesOf = (data: Uint8Array | string) => (typeof data === 'string' ? utf8(data) : data);

export function sha256(data: Uint8Array | string): Uint8Array {
  return nobleSha256(bytesOf(data));
}

/** 64 digits of lower-case hex. Text is hashed as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return toHex(sha256(data));
}

/** SHA-256 of what streams by; its digest is 32 bytes. */
export function newSha256(): StreamHash {
  return nobleSha256.create();
}

export function sha512(data: Uint8Array): Uint8Array {
  return nobleSha512(data);
}

/** SHA-512 of what streams by. */
export function newSha512(): StreamHash {
  return nobleSha512.create();
}

export function hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array {
  return hmac(nobleSha256, key, bytesOf(data));
}

export function hmacSha256Hex(key: Uint8Array, data: Uint8Array | string): string {
  return toHex(hmacSha256(key, data));
}

export function hmacSha512(key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(nobleSha512, key, data);
}

export function hkdfSha512(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Uint8Array {
  return hkdf(nobleSha512, secret, salt, info, bytes);
}

/**
 * HMAC-SHA256 under a label, so that one key serves several purposes without their values ever meeting.
 * The label's length is part of what is hashed. 32 bytes.
 */
export function keyedHash(key: Uint8Array, label: string, data: Uint8Array | string): Uint8Array {
  const name = utf8(label);
  if (name.length > 255) throw new CryptoError('invalid_argument', 'a label is at most 255 bytes');
  return hmacSha256(key, concat(Uint8Array.of(name.length), name, bytesOf(data)));
}

/** The work scrypt does: memory is 128 * blockSize * work bytes. */
export type ScryptCost = { readonly work: number; readonly blockSize: number; readonly parallelism: number };

/** For passphrases that protect a folder: 128 MiB and about a second, once per start. */
export const folderScryptCost: ScryptCost = { work: 2 ** 17, blockSize: 8, parallelism: 1 };

/** A 32-byte key from a passphrase. Yields to the event loop while it works. */
export async function scryptKey(passphrase: string, salt: Uint8Array, cost: ScryptCost = folderScryptCost): Promise<Uint8Array> {
  const { work: N, blockSize: r, parallelism: p } = cost;
  return await scryptAsync(utf8(passphrase.normalize('NFKC')), salt, { N, r, p, dkLen: 32 });
}
