import nacl from 'tweetnacl';
import { constantTimeEqual } from '../bytes.js';
import { SealError } from '../errors.js';
import { sha512 } from '../hash.js';
import type { Binding, EnvelopeHeader } from './header.js';
import { contentKeys, nonceBytes, parseEnvelope, recipientSecrets, secretBytes, tagOf, wrapKeys } from './layout.js';
import type { ParsedEnvelope } from './layout.js';
import { unpad } from './padding.js';
import type { OwnDevice } from './seal.js';

/** What the carrier said about the envelope; each field given must equal the header's. */
export type ExpectedBinding = Pick<Binding, 'conversationId' | 'messageId'> & Partial<Binding>;

export type OpenRequest = {
  readonly envelope: Uint8Array;
  readonly recipient: OwnDevice;
  readonly expected: ExpectedBinding;
  /**
   * Public key of the device that must have sealed it. 'unverified' opens whoever sealed it: the caller then has to
   * look up `header.sender` in the directory before believing a word.
   */
  readonly sender: Uint8Array | 'unverified';
};

/** `header.sender` is proven: only a holder of that secret key, or of the recipient's own, could have sealed this. */
export type Opened = { readonly plaintext: Uint8Array; readonly header: EnvelopeHeader };

/** What an envelope says in clear, unproven: for routing and for checks that need no key. Throws SealError. */
export function readHeader(envelope: Uint8Array): EnvelopeHeader & { readonly recipients: readonly string[] } {
  const { header, wraps } = parseEnvelope(envelope);
  return { ...header, recipients: wraps.map((wrap) => wrap.deviceId) };
}

/** Opens an envelope. Throws SealError and nothing else, whatever the bytes. */
export function open({ envelope, recipient, expected, sender }: OpenRequest): Opened {
  const parsed = parseEnvelope(envelope);
  checkBinding(parsed.header, expected);
  if (sender !== 'unverified' && !constantTimeEqual(sender, parsed.header.sender.publicKey)) {
    throw new SealError('sender_mismatch', 'sealed by another device than expected');
  }
  const { contentSecret, contentHash } = unwrap(parsed, recipient);
  if (!constantTimeEqual(contentHash, sha512(parsed.content))) throw refused();
  const { boxKey, tagKey } = contentKeys(contentSecret, parsed.headerBytes);
  if (!constantTimeEqual(tagOf(tagKey, parsed.tagged), parsed.tag)) throw refused();
  const padded = nacl.secretbox.open(parsed.content.slice(nonceBytes), parsed.content.slice(0, nonceBytes), boxKey);
  if (padded === null) throw refused();
  return { plaintext: unpad(padded), header: parsed.header };
}

function unwrap(parsed: ParsedEnvelope, recipient: OwnDevice) {
  const wrap = parsed.wraps.find(({ deviceId }) => deviceId === recipient.deviceId);
  if (wrap === undefined) throw new SealError('not_a_recipient', 'the envelope holds nothing for this device');
  const secrets = recipientSecrets(recipient.keys, parsed.header);
  const { boxKey, commitment } = wrapKeys(secrets, parsed.headerBytes, recipient.deviceId, recipient.keys.publicKey);
  const committed = constantTimeEqual(commitment, wrap.commitment);
  const wrapped = committed ? nacl.secretbox.open(wrap.box, wrap.nonce, boxKey) : null;
  if (wrapped === null) throw refused();
  return { contentSecret: wrapped.slice(0, secretBytes), contentHash: wrapped.slice(secretBytes) };
}

function checkBinding(header: EnvelopeHeader, expected: ExpectedBinding): void {
  const fields = ['businessId', 'conversationId', 'messageId', 'category', 'templateHash'] as const;
  for (const field of fields) {
    if (expected[field] !== undefined && expected[field] !== header[field]) {
      throw new SealError('binding_mismatch', `the header's ${field} is not the one it was delivered under`);
    }
  }
}

// One message for every way to fail: an attacker learns nothing from which check it was.
function refused(): SealError {
  return new SealError('refused', 'the envelope was changed, or sealed for another key');
}
