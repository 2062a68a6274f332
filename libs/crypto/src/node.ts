// The same hashes by Node's own code, for whoever hashes every record of a topic: several times as fast. A browser has no such module.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** As `sha256Hex` of the lib itself. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

const signatureForm = /^[0-9a-f]{64}$/;

/** Whether this is the `requestSignature` of the value, in a time that does not tell how much of it is right. */
export function isRequestSignature(signature: string, signingSecret: string, value: Uint8Array): boolean {
  const expected = createHmac('sha256', signingSecret).update(value).digest();
  return signatureForm.test(signature) && timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
