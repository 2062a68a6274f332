import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { utf8 } from './bytes.js';
import { sha256Hex } from './hash.js';
import * as native from './node.js';
import { requestSignature, signingSecretOf } from './signing.js';

const serviceKey = new Uint8Array(32).fill(7);

describe('a request’s signature', () => {
  it('is what any language’s HMAC gives for the secret as it is shown', () => {
    const secret = signingSecretOf(serviceKey, 'k2');
    expect(secret).toBe(createHmac('sha256', serviceKey).update('parley request signing v1 k2').digest('hex'));
    expect(requestSignature(secret, utf8('value'))).toBe(createHmac('sha256', secret).update('value').digest('hex'));
  });

  it('hangs on the installation, the key and every byte', () => {
    const secret = signingSecretOf(serviceKey, 'k2');
    expect(signingSecretOf(serviceKey, 'k3')).not.toBe(secret);
    expect(signingSecretOf(new Uint8Array(32), 'k2')).not.toBe(secret);
    expect(requestSignature(secret, utf8('valuf'))).not.toBe(requestSignature(secret, utf8('value')));
  });

  it('is the same by Node’s own code, and so is a hash', () => {
    const value = new Uint8Array(70_000).map((_, index) => index);
    for (const part of [value, value.subarray(1, 64), value.subarray(0, 0)]) {
      const signature = requestSignature('s'.repeat(64), part);
      const given = [signature, signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), signature.toUpperCase().replace(/\d$/, 'A'), signature.slice(2), `${signature}00`, ''];
      expect(given.map((one) => native.isRequestSignature(one, 's'.repeat(64), part))).toEqual([true, false, false, false, false, false]);
      expect(native.sha256Hex(part)).toBe(sha256Hex(part));
    }
    expect(native.sha256Hex('é𝄞')).toBe(sha256Hex('é𝄞'));
  });
});
