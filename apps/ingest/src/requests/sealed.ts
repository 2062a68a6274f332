import { CryptoError, readMessage } from '@parley/crypto';
import { sha256Hex } from '@parley/crypto/node';
import type { Binding, Sealed } from '@parley/domain';

/** An envelope as its request is held against it. No key is needed: its header is in clear, and bound to the content. */
export function sealedOf(bytes: Uint8Array): Sealed {
  return { bytes, hash: sha256Hex(bytes), header: headerOf(bytes) };
}

function headerOf(bytes: Uint8Array): Binding | null {
  try {
    return readMessage(bytes);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}
