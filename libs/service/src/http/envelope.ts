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

/** What an envelope says in clear. No key is needed: the header is bound to the content. */
export interface EnvelopeHeader {
  readonly sealedAs: SealedAs;
  /** Who it is from and for. */
  readonly addressed: SealedFor;
}

interface DeviceOfAccount {
  readonly accountId: string;
  readonly deviceId: string;
}

export interface SealedFor {
  readonly sender: DeviceOfAccount;
  readonly senderListVersion: number;
  readonly wraps: readonly (DeviceOfAccount & { readonly listVersion: number })[];
}

/** The header of an envelope; null where it is none. */
export function envelopeHeader(envelope: Uint8Array): EnvelopeHeader | null {
  try {
    const { sender, senderListVersion, wraps, ...sealedAs } = readMessage(envelope);
    return { sealedAs, addressed: { sender, senderListVersion, wraps: wraps.map(({ recipient, listVersion }) => ({ ...recipient, listVersion })) } };
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/**
 * Holds the header of an envelope against its request, so that what is billed is what was sealed. Throws `invalid-fields` that names the difference.
 */
export function checkEnvelope(envelope: Uint8Array, stated: SealedAs): EnvelopeHeader {
  const wrong = (hint: string): Error => invalidFields([{ path: 'envelope', hint }]);
  const header = envelopeHeader(envelope);
  if (header === null) throw wrong('is not a sealed message; seal it with the sdk or the gateway');
  for (const name of ['businessId', 'conversationId', 'messageId', 'category', 'templateHash'] as const) {
    if (header.sealedAs[name] !== stated[name]) throw wrong(`was sealed for another ${name} than the request names`);
  }
  return header;
}
