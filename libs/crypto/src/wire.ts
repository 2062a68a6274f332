// How values become bytes, the same in every format of this project: integers unsigned and big-endian, lengths before what they measure.
import { concat } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { Reader } from './reader.js';

/** Ids of accounts, devices, conversations and messages. */
export const idPattern = /^[A-Za-z0-9_.-]{1,160}$/;
/** Categories. */
export const wordPattern = /^[a-z_]{1,32}$/;

/** One length byte, then the bytes. */
export function prefixed(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(bytes.length), bytes);
}

/** ASCII, as all ids and labels are; one length byte before it. */
export function prefixedText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  bytes[0] = text.length;
  for (let i = 0; i < text.length; i++) bytes[i + 1] = text.charCodeAt(i);
  return bytes;
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Eight bytes of a whole number up to 2^53 - 1: instants in epoch milliseconds, sizes. */
export function u53(value: number): Uint8Array {
  return concat(u32(Math.floor(value / 2 ** 32)), u32(value >>> 0));
}

export const maxU32 = 2 ** 32 - 1;

/** Reads bytes from outside. Throws CryptoError 'malformed', also where they are no bytes or more than `most`. */
export function readerOf(bytes: Uint8Array, what: string, most: number): Reader {
  if (!(bytes instanceof Uint8Array)) throw new CryptoError('malformed', `${what}: expected a Uint8Array`);
  if (bytes.length > most) throw new CryptoError('too_large', `${what}: at most ${most} bytes; here are ${bytes.length}`);
  return new Reader(new Uint8Array(bytes), (why) => new CryptoError('malformed', `${what}: ${why}`));
}

export function checkId(id: string, name: string): string {
  if (typeof id !== 'string' || !idPattern.test(id)) {
    throw new CryptoError('invalid_argument', `${name} must be 1 to 160 letters, digits, "_", "-" or "."`);
  }
  return id;
}

/** Bytes of the caller's own, of one length. Throws CryptoError 'invalid_argument'. */
export function checkBytes(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) throw new CryptoError('invalid_argument', `${name} must be ${length} bytes`);
  return bytes;
}

export function checkWhole(value: number, most: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw new CryptoError('invalid_argument', `${name} must be a whole number from 0 to ${most}`);
  return value;
}
