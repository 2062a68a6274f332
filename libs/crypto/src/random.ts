import { CryptoError } from './crypto-error.js';

/** A source of n unpredictable bytes. Always an argument, so a test can repeat a run. */
export type Random = (n: number) => Uint8Array;

const bytesPerCall = 65_536; // getRandomValues refuses more at once.

/** The operating system's randomness, in Node and browsers. */
export const systemRandom: Random = (n) => {
  const bytes = new Uint8Array(n);
  for (let at = 0; at < n; at += bytesPerCall) globalThis.crypto.getRandomValues(bytes.subarray(at, at + bytesPerCall));
  return bytes;
};

/** Draws n bytes and refuses a source that answers with fewer: a short key would be a silent weakness. */
export function draw(random: Random, n: number): Uint8Array {
  const bytes = random(n);
  if (!(bytes instanceof Uint8Array) || bytes.length !== n) {
    throw new CryptoError('invalid_argument', `the random source must answer with exactly ${n} bytes`);
  }
  return new Uint8Array(bytes);
}

/** A source that answers from bytes drawn beforehand, in their order: one call of the system instead of many. */
export function drawnFrom(bytes: Uint8Array): Random {
  let at = 0;
  return (n) => bytes.slice(at, (at += n));
}
