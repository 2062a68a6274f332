import nacl from 'tweetnacl';
import { generateDeviceKeys, keyBytes, type DeviceKeys } from '../agreement.js';
import { concat } from '../bytes.js';
import { SealError } from '../errors.js';
import { sha512 } from '../hash.js';
import { draw, type Random } from '../random.js';
import { checkId, encodeHeader, envelopeVersion, suiteX25519Secretbox, type Binding, type DeviceAddress } from './header.js';
import { checkSize, contentKeys, encodeWrap, maxRecipients, nonceBytes, secretBytes, senderSecrets, tagOf, wrapKeys } from './layout.js';
import type { Wrap } from './layout.js';
import { pad } from './padding.js';

/** A device's own side: the id the directory knows it by, and its keys. */
export type OwnDevice = { readonly deviceId: string; readonly keys: DeviceKeys };

export type SealRequest = {
  readonly plaintext: Uint8Array;
  readonly binding: Binding;
  readonly sender: OwnDevice;
  readonly recipients: readonly DeviceAddress[];
  readonly random: Random;
};

/**
 * Seals a plaintext for a list of devices: one ciphertext, one wrap of its key per device.
 * Throws SealError: 'too_large' (plaintext over 32,767 bytes), 'weak_key' (a recipient's key), 'invalid_argument'.
 */
export function seal({ plaintext, binding, sender, recipients, random }: SealRequest): Uint8Array {
  checkRecipients(recipients);
  if (!(plaintext instanceof Uint8Array)) throw new SealError('invalid_argument', 'a plaintext is a Uint8Array');
  const padded = pad(plaintext);
  const ephemeral = generateDeviceKeys(random);
  const headerBytes = encodeHeader({
    ...binding,
    version: envelopeVersion,
    suite: suiteX25519Secretbox,
    sender: { deviceId: sender.deviceId, publicKey: sender.keys.publicKey },
    ephemeralKey: ephemeral.publicKey,
    bucketBytes: padded.length,
  });
  const contentSecret = draw(random, secretBytes);
  const { boxKey, tagKey } = contentKeys(contentSecret, headerBytes);
  const nonce = draw(random, nonceBytes);
  const content = concat(nonce, nacl.secretbox(padded, nonce, boxKey));
  const wrapped = concat(contentSecret, sha512(content));
  const wraps = recipients.map((recipient) =>
    encodeWrap(wrapFor(recipient, { sender: sender.keys, ephemeral, headerBytes, wrapped, random })),
  );
  const tagged = concat(headerBytes, Uint8Array.of(wraps.length), ...wraps, content);
  const envelope = concat(tagged, tagOf(tagKey, tagged));
  checkSize(envelope.length);
  return envelope;
}

type WrapInputs = {
  readonly sender: DeviceKeys;
  readonly ephemeral: DeviceKeys;
  readonly headerBytes: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly random: Random;
};

function wrapFor(recipient: DeviceAddress, { sender, ephemeral, headerBytes, wrapped, random }: WrapInputs): Wrap {
  const secrets = senderSecrets(sender, ephemeral, recipient.publicKey);
  const { boxKey, commitment } = wrapKeys(secrets, headerBytes, recipient.deviceId, recipient.publicKey);
  const nonce = draw(random, nonceBytes);
  return { deviceId: recipient.deviceId, commitment, nonce, box: nacl.secretbox(wrapped, nonce, boxKey) };
}

function checkRecipients(recipients: readonly DeviceAddress[]): void {
  if (recipients.length === 0 || recipients.length > maxRecipients) {
    throw new SealError('invalid_argument', `an envelope is for 1 to ${maxRecipients} devices, not ${recipients.length}`);
  }
  for (const { deviceId, publicKey } of recipients) {
    checkId(deviceId, 'recipient deviceId');
    if (!(publicKey instanceof Uint8Array) || publicKey.length !== keyBytes) {
      throw new SealError('weak_key', `the public key of device ${deviceId} is not ${keyBytes} bytes`);
    }
  }
  if (new Set(recipients.map((recipient) => recipient.deviceId)).size !== recipients.length) {
    throw new SealError('invalid_argument', 'a device is listed twice among the recipients');
  }
}
