import { toBase32, toHex } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { keyedHash } from './hash.js';
import { draw, type Random } from './random.js';

/** Digits of an E.164 number, or null where the text is not one. One leading plus is allowed; nothing else is guessed. */
export function phoneDigitsOf(text: string): string | null {
  return /^\+?([1-9][0-9]{6,14})$/.exec(text)?.[1] ?? null;
}

/**
 * The contact's opaque id: "c" and 26 base32 digits (128 bits) of a keyed hash of the number. Without the directory's key
 * nobody can list all numbers and compare. Throws CryptoError 'invalid_argument' where `phone` is not an E.164 number.
 */
export function contactIdOf(directoryKey: Uint8Array, phone: string): string {
  const digits = phoneDigitsOf(phone);
  if (digits === null) throw new CryptoError('invalid_argument', 'a phone number is 7 to 15 digits and does not start with 0');
  return 'c' + toBase32(keyedHash(directoryKey, 'parley/contact/v1', digits).subarray(0, 16));
}

/** A fresh opaque id of 128 bits: the prefix and 26 base32 digits. */
export function newId(prefix: string, random: Random): string {
  return prefix + toBase32(draw(random, 16));
}

/** Bearer tokens: `pk_<id>_<secret>` is a business's API key, `dt_<id>_<secret>` a customer's device. */
export type TokenKind = 'pk' | 'dt';
export type Token = { readonly kind: TokenKind; readonly id: string; readonly text: string };

/** A token with an id of 80 bits, which finds its row, and a secret of 256 bits. */
export function newToken(kind: TokenKind, random: Random): Token {
  const id = toBase32(draw(random, 10));
  return { kind, id, text: `${kind}_${id}_${toBase32(draw(random, 32))}` };
}

/** The parts of a token that may be looked up, or null where the text is not one. */
export function parseToken(text: string): Token | null {
  const match = /^(pk|dt)_([a-z2-7]{16})_[a-z2-7]{52}$/.exec(text);
  return match === null ? null : { kind: match[1] as TokenKind, id: match[2]!, text };
}

/** What is stored of a token, as hex: useless without the service's key. Compare with constantTimeEqual or by equality of hashes. */
export function tokenHash(serviceKey: Uint8Array, token: Token): string {
  return toHex(keyedHash(serviceKey, 'parley/token/v1', token.text));
}
