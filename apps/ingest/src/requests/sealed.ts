import { sha256Hex } from '@parley/crypto/node';
import type { Sealed } from '@parley/domain';
import { envelopeHeader } from '@parley/service';

/** An envelope as its request is held against it. No key is needed: its header is in clear, and bound to the content. */
export function sealedOf(bytes: Uint8Array): Sealed {
  const header = envelopeHeader(bytes);
  return { bytes, hash: sha256Hex(bytes), header: header?.sealedAs ?? null, addressed: header?.addressed ?? null };
}
