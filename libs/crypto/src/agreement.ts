import nacl from 'tweetnacl';
import { constantTimeEqual } from './bytes.js';
import { SealError } from './errors.js';
import { draw, type Random } from './random.js';

/** A device's X25519 key pair, 32 bytes each. */
export type DeviceKeys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

export const keyBytes = 32;

export function generateDeviceKeys(random: Random): DeviceKeys {
  const { publicKey, secretKey } = nacl.box.keyPair.fromSecretKey(draw(random, keyBytes));
  return { publicKey, secretKey };
}

/** The pair of a stored secret key. */
export function deviceKeysOf(secretKey: Uint8Array): DeviceKeys {
  checkKey(secretKey, 'secret key');
  return { publicKey: nacl.scalarMult.base(secretKey), secretKey: Uint8Array.from(secretKey) };
}

/**
 * X25519. Throws SealError 'weak_key' where the result is all zeros: it is so exactly when the public key is of low order,
 * in any of its encodings, and everybody would know the secret.
 */
export function agree(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  checkKey(secretKey, 'secret key');
  checkKey(publicKey, 'public key');
  const shared = nacl.scalarMult(Uint8Array.from(secretKey), Uint8Array.from(publicKey));
  if (constantTimeEqual(shared, new Uint8Array(keyBytes))) throw new SealError('weak_key', 'a public key of low order is refused');
  return shared;
}

/** Whether a directory may list this key: 32 bytes, not of low order. Any clamped scalar finds every low-order point. */
export function isUsablePublicKey(publicKey: Uint8Array): boolean {
  try {
    agree(new Uint8Array(keyBytes).fill(1), publicKey);
    return true;
  } catch {
    return false;
  }
}

function checkKey(key: Uint8Array, name: string): void {
  if (!(key instanceof Uint8Array) || key.length !== keyBytes) throw new SealError('weak_key', `a ${name} is ${keyBytes} bytes`);
}
