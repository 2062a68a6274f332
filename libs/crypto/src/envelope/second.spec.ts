// A second implementation, written from ENVELOPE.md on Node's own primitives: it shares no line with the first but secretbox.
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import nacl from 'tweetnacl';
import { deviceKeysOf } from '../agreement.js';
import { envelopeHash } from './layout.js';
import { open } from './open.js';
import { seal } from './seal.js';

const b64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const publicOf = (x: Uint8Array) => createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: b64url(x) }, format: 'jwk' });
const x25519 = (keys: { publicKey: Uint8Array; secretKey: Uint8Array }, other: Uint8Array) => {
  const jwk = { kty: 'OKP', crv: 'X25519', x: b64url(keys.publicKey), d: b64url(keys.secretKey) };
  return diffieHellman({ privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey: publicOf(other) });
};
const sha512 = (bytes: Uint8Array) => createHash('sha512').update(bytes).digest();
const hkdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array) => Buffer.from(hkdfSync('sha512', secret, salt, info, 64));

/** Section by section as ENVELOPE.md says. */
function openBySpec(envelope: Buffer, deviceId: string, keys: ReturnType<typeof deviceKeysOf>): string {
  let at = 0;
  const take = (n: number) => envelope.subarray(at, (at += n));
  const prefixed = () => take(take(1)[0]!);
  expect([...take(2)]).toEqual([0, 1]);
  for (let field = 0; field < 6; field++) prefixed();
  const senderKey = take(32);
  const ephemeralKey = take(32);
  const bucketBytes = 256 << take(1)[0]!;
  const header = envelope.subarray(0, at);
  let contentSecret = Buffer.alloc(0);
  let contentHash = Buffer.alloc(0);
  for (let left = take(1)[0]!; left > 0; left--) {
    const [id, commitment, nonce, box] = [prefixed(), take(32), take(24), take(112)];
    if (id.toString() !== deviceId) continue;
    const info = Buffer.concat([Buffer.from('parley/envelope/v0/wrap'), Buffer.of(id.length), id, keys.publicKey]);
    const okm = hkdf(Buffer.concat([x25519(keys, senderKey), x25519(keys, ephemeralKey)]), sha512(header), info);
    expect(okm.subarray(32).equals(commitment)).toBe(true);
    const wrapped = Buffer.from(nacl.secretbox.open(new Uint8Array(box), new Uint8Array(nonce), new Uint8Array(okm.subarray(0, 32)))!);
    [contentSecret, contentHash] = [wrapped.subarray(0, 32), wrapped.subarray(32)];
  }
  const content = take(24 + 16 + bucketBytes);
  expect(sha512(content).equals(contentHash)).toBe(true);
  const okm = hkdf(contentSecret, sha512(header), Buffer.from('parley/envelope/v0/content'));
  const tag = createHmac('sha512', okm.subarray(32)).update(envelope.subarray(0, at)).digest().subarray(0, 32);
  expect(tag.equals(take(32)) && at === envelope.length).toBe(true);
  const [nonce, box] = [content.subarray(0, 24), content.subarray(24)];
  const padded = Buffer.from(nacl.secretbox.open(new Uint8Array(box), new Uint8Array(nonce), new Uint8Array(okm.subarray(0, 32)))!);
  return padded.subarray(0, padded.lastIndexOf(0x80)).toString();
}

/** Bytes n, n+1, n+2, … so that the vector can be made again anywhere. */
function counting(): (n: number) => Uint8Array {
  let next = 0;
  return (n) => Uint8Array.from({ length: n }, () => next++ & 255);
}

describe('the format of ENVELOPE.md', () => {
  const sender = { deviceId: 'gw', keys: deviceKeysOf(new Uint8Array(32).fill(1)) };
  const phone = { deviceId: 'phone', keys: deviceKeysOf(new Uint8Array(32).fill(2)) };
  const tablet = { deviceId: 'tablet', keys: deviceKeysOf(new Uint8Array(32).fill(3)) };
  const binding = { businessId: 'b1', conversationId: 'b1.c1', messageId: 'm1', category: 'utility', templateHash: '5a'.repeat(32) };
  const recipients = [phone, tablet].map(({ deviceId, keys }) => ({ deviceId, publicKey: keys.publicKey }));
  const envelope = seal({ plaintext: Buffer.from('Grüße'), binding, sender, recipients, random: counting() });

  it('lets a stranger read what we seal', () => {
    expect(openBySpec(Buffer.from(envelope), 'phone', phone.keys)).toBe('Grüße');
    expect(openBySpec(Buffer.from(envelope), 'tablet', tablet.keys)).toBe('Grüße');
  });

  it('is frozen: the vector printed there', () => {
    expect(envelope.length).toBe(801);
    expect(envelopeHash(envelope)).toBe('06a486bdcf005e374eff7268040f212e77223a853f4716478de1bbb08301491a');
    expect(open({ envelope, recipient: tablet, expected: binding, sender: sender.keys.publicKey }).header.bucketBytes).toBe(256);
  });
});
