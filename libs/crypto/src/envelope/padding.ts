import { SealError } from '../errors.js';
import { bucketSizes } from './header.js';

/** The longest plaintext, in bytes: one byte of the largest bucket marks where the padding starts. */
export const maxPlaintextBytes = bucketSizes[bucketSizes.length - 1]! - 1;

/** The plaintext, 0x80, then zeros up to the smallest bucket that holds them. Throws SealError 'too_large'. */
export function pad(plaintext: Uint8Array): Uint8Array {
  const bucket = bucketSizes.find((size) => size > plaintext.length);
  if (bucket === undefined) {
    throw new SealError('too_large', `a plaintext is at most ${maxPlaintextBytes} bytes; this one has ${plaintext.length}`);
  }
  const padded = new Uint8Array(bucket);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

/** What was padded. Throws SealError 'malformed' where it is not the one way to pad that plaintext. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end > 0 && padded[end] === 0) end--;
  if (padded[end] !== 0x80) throw new SealError('malformed', 'the padding is not of this format');
  if (bucketSizes.find((size) => size > end) !== padded.length) throw new SealError('malformed', 'a smaller bucket would do');
  return padded.slice(0, end);
}
