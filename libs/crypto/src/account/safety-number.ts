import { concat, constantTimeEqual, toBase32, utf8 } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { keyBytes, labels, sha512 } from '../primitives/primitives.js';
import { checkBytes, checkId, prefixedText } from '../wire.js';

/** An account by what people compare: its id and its key. */
export type AccountIdentity = { readonly accountId: string; readonly accountKey: Uint8Array };

const rounds = 5_200;
const fingerprintBytes = 32;
const qrPrefix = 'PARLEY1:';

/** 32 bytes of 5,200 rounds of SHA-512: finding another key with the same digits costs so many times more. */
export function fingerprintOf({ accountId, accountKey }: AccountIdentity): Uint8Array {
  const start = concat(prefixedText(labels.safetyNumber), prefixedText(checkId(accountId, 'accountId')), checkBytes(accountKey, keyBytes, 'accountKey'));
  let hash = sha512(start);
  for (let round = 1; round < rounds; round++) hash = sha512(concat(hash, start));
  return hash.slice(0, fingerprintBytes);
}

/** The 30 digits of one account: six times five, each of five bytes of its fingerprint. */
function digitsOf(fingerprint: Uint8Array): string {
  const groups = Array.from({ length: 6 }, (_, group) => fingerprint.subarray(5 * group, 5 * group + 5).reduce((value, byte) => value * 256 + byte, 0) % 100_000);
  return groups.map((group) => group.toString().padStart(5, '0')).join('');
}

/** 60 digits, the same at both ends: both accounts' 30 digits, the lower first. People compare them by voice, or by sight. */
export function safetyNumber(one: AccountIdentity, other: AccountIdentity): string {
  return [one, other].map((account) => digitsOf(fingerprintOf(account))).sort().join('');
}

/** What a QR code shows: upper-case letters and digits, which QR codes pack densely. */
export function safetyQr(own: AccountIdentity, other: AccountIdentity): string {
  return qrPrefix + toBase32(concat(fingerprintOf(own), fingerprintOf(other))).toUpperCase();
}

/** Whether the scanned code is the other end's about the same two accounts. Throws CryptoError 'malformed' for what is no code of this format. */
export function matchesSafetyQr(scanned: string, own: AccountIdentity, other: AccountIdentity): boolean {
  if (typeof scanned !== 'string' || !/^PARLEY1:[A-Z2-7]{103}$/.test(scanned)) throw new CryptoError('malformed', 'this is no safety code of this format');
  return constantTimeEqual(utf8(scanned), utf8(safetyQr(other, own)));
}

/** The digits in groups of five, as people read them. */
export function spelledNumber(number: string): string {
  return number.replace(/(\d{5})(?=\d)/g, '$1 ');
}
