import { SealError } from '../errors.js';
import { maxPlaintextBytes, padded, unpadded } from '../padding.js';

/** The padded plaintext. Throws SealError 'too_large'. */
export function pad(plaintext: Uint8Array): Uint8Array {
  const bytes = padded(plaintext);
  if (bytes === null) {
    throw new SealError('too_large', `a plaintext is at most ${maxPlaintextBytes} bytes; this one has ${plaintext.length}`);
  }
  return bytes;
}

/** What was padded. Throws SealError 'malformed' where it is not the one way to pad that plaintext. */
export function unpad(bytes: Uint8Array): Uint8Array {
  const plaintext = unpadded(bytes);
  if (plaintext === null) throw new SealError('malformed', 'the padding is not of this format');
  return plaintext;
}
