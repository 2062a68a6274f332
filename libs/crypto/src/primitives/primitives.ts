import { concat, constantTimeEqual, fromHex, utf8 } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { draw, type Random } from '../random.js';
import { prefixedText } from '../wire.js';
import { nodePrimitives } from './node-crypto.js';
import type { Primitives } from './port.js';
import { tweetnaclPrimitives } from './tweetnacl.js';

export const keyBytes = 32;
export const signatureBytes = 64;
export const hashBytes = 64;

let chosen: Primitives | null = null;

/** What computes here: Node's own where it answers rightly, else tweetnacl. */
export function primitives(): Primitives {
  return (chosen ??= nodePrimitives() ?? tweetnaclPrimitives);
}

/** Has the named provider compute from now on, null the one that is chosen by itself: for comparisons. */
export function usePrimitives(provider: Primitives | null): void {
  chosen = provider;
}

/** An X25519 key pair, 32 bytes each. */
export type AgreementKeys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
/** An Ed25519 key pair: the public key, and the seed of RFC 8032, 32 bytes each. */
export type SigningKeys = { readonly publicKey: Uint8Array; readonly seed: Uint8Array };

/** The pair of a secret key, which has to stay as it is. Throws CryptoError 'weak_key' for another length. */
export function agreementKeysOf(secretKey: Uint8Array): AgreementKeys {
  checkKey(secretKey, 'an X25519 secret key');
  return { publicKey: primitives().agreementKeyOf(secretKey), secretKey };
}

export function newAgreementKeys(random: Random): AgreementKeys {
  return agreementKeysOf(draw(random, keyBytes));
}

export function signingKeysOf(seed: Uint8Array): SigningKeys {
  checkKey(seed, 'an Ed25519 seed');
  return { publicKey: primitives().signingKeyOf(seed), seed };
}

export function newSigningKeys(random: Random): SigningKeys {
  return signingKeysOf(draw(random, keyBytes));
}

const zeros = new Uint8Array(keyBytes);

/** X25519. Throws CryptoError 'weak_key' for a key of another length, and where the result is all zeros: everybody would know it. */
export function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  checkKey(secretKey, 'an X25519 secret key');
  checkKey(publicKey, 'an X25519 public key');
  const shared = primitives().agree(secretKey, publicKey);
  if (constantTimeEqual(shared, zeros)) throw new CryptoError('weak_key', 'an X25519 public key of low order is refused');
  return shared;
}

/** Whether a directory may list this key for agreements: 32 bytes, not of low order. Any secret finds every point of low order. */
export function isAgreementKey(publicKey: Uint8Array): boolean {
  try {
    x25519(anySecret, publicKey);
    return true;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

const anySecret = new Uint8Array(keyBytes).fill(1);

function checkKey(key: Uint8Array, name: string): void {
  if (!(key instanceof Uint8Array) || key.length !== keyBytes) throw new CryptoError('weak_key', `${name} is ${keyBytes} bytes`);
}

const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')!;
const prime = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')!;
// The y coordinates of the eight points whose order divides 8.
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((y) => fromHex(y)!);

/** Whether a < b, both little-endian. Public values only. */
function isLess(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}

/** Whether this may be an Ed25519 public key: 32 bytes, y canonical, not of small order. That it is on the curve shows with the first signature. */
export function isSigningKey(publicKey: Uint8Array): boolean {
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== keyBytes) return false;
  const y = publicKey.with(31, publicKey[31]! & 0x7f);
  return isLess(y, prime) && !smallOrder.some((point) => constantTimeEqual(point, y));
}

/** The one rule for Ed25519: another length, S ≥ L, a key that is not canonical or of small order are false; else the equation without cofactor, R compared as bytes. */
export function isSignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!(signature instanceof Uint8Array) || signature.length !== signatureBytes || !isSigningKey(publicKey)) return false;
  return isLess(signature.subarray(32), order) && primitives().verify(publicKey, message, signature);
}

/** A signature over the label, with its length, and the body: what is signed for one purpose says nothing for another. */
export function signLabelled(seed: Uint8Array, label: string, body: Uint8Array): Uint8Array {
  return primitives().sign(seed, concat(prefixedText(label), body));
}

/** Throws CryptoError 'weak_key' or 'bad_signature'. */
export function checkLabelled(publicKey: Uint8Array, label: string, body: Uint8Array, signature: Uint8Array): void {
  if (!isSigningKey(publicKey)) throw new CryptoError('weak_key', `${label}: the key is no canonical Ed25519 key`);
  if (!isSignature(publicKey, concat(prefixedText(label), body), signature)) throw new CryptoError('bad_signature', `${label}: the signature is not of this key`);
}

export function sha512(data: Uint8Array): Uint8Array {
  return primitives().sha512(data);
}

export function hmacSha512(key: Uint8Array, data: Uint8Array): Uint8Array {
  return primitives().hmacSha512(key, data);
}

/** HKDF-SHA512 (RFC 5869) for one block: up to 64 bytes. */
export function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array {
  return hmacSha512(hmacSha512(salt, secret), concat(info, Uint8Array.of(1)));
}

/** The two halves of 64 derived bytes. */
export function hkdfPair(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const okm = hkdf(secret, salt, info);
  return [okm.slice(0, 32), okm.slice(32)];
}

export const labels = {
  deviceKey: 'parley/e2e/v1/device-key',
  deviceList: 'parley/e2e/v1/device-list',
  signedPrekey: 'parley/e2e/v1/signed-prekey',
  association: 'parley/e2e/v1/association',
  agreement: 'parley/e2e/v1/agreement',
  root: 'parley/e2e/v1/root',
  wrap: 'parley/e2e/v1/wrap',
  content: 'parley/e2e/v1/content',
  attachment: 'parley/e2e/v1/attachment',
  safetyNumber: 'parley/e2e/v1/safety-number',
  logHead: 'parley/e2e/v1/log-head',
} as const;

/** The labels that HKDF takes, as bytes. */
export const infos = { agreement: utf8(labels.agreement), root: utf8(labels.root), wrap: utf8(labels.wrap), content: utf8(labels.content), attachment: utf8(labels.attachment) } as const;
