import { CryptoError, readMessage } from '@parley/crypto';
import { invalidFields } from './shape.js';

/** What a request says about the envelope that comes with it. */
export interface SealedAs {
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly category: string | null;
  readonly templateHash: string | null;
}

/**
 * Holds the header of an envelope against its request. No key is needed: the header is in clear and bound to the content, so what is billed is
 * what was sealed. Throws `invalid-fields` that names the difference.
 */
export function checkEnvelope(envelope: Uint8Array, stated: SealedAs): void {
  const wrong = (hint: string): Error => invalidFields([{ path: 'envelope', hint }]);
  let header: SealedAs;
  try {
    header = readMessage(envelope);
  } catch (error) {
    if (error instanceof CryptoError) throw wrong(`is not a sealed message (${error.code}); seal it with the sdk or the gateway`);
    throw error;
  }
  for (const name of ['businessId', 'conversationId', 'messageId', 'category', 'templateHash'] as const) {
    if (header[name] !== stated[name]) throw wrong(`was sealed for another ${name} than the request names`);
  }
}
