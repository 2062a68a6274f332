import { utf8 } from './bytes.js';
import { hmacSha256Hex } from './hash.js';

/**
 * The secret with which an integrator signs its requests: 64 hex digits that follow from the installation's key and the API key's id, so that
 * it is stored nowhere.
 */
export function signingSecretOf(serviceKey: Uint8Array, keyId: string): string {
  return hmacSha256Hex(serviceKey, `parley request signing v1 ${keyId}`);
}

/** The signature of a record's value: HMAC-SHA-256 in lower-case hex under the signing secret, taken as the text that it is shown as. */
export function requestSignature(signingSecret: string, value: Uint8Array): string {
  return hmacSha256Hex(utf8(signingSecret), value);
}
