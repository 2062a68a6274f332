import { describe, expect, it } from '@jest/globals';
import { agree, deviceKeysOf, generateDeviceKeys, isUsablePublicKey } from './agreement.js';
import { fromHex, toHex } from './bytes.js';
import { SealError } from './errors.js';
import { systemRandom } from './random.js';

const hex = (text: string) => fromHex(text)!;

// Every encoding of a point of low order on the curve and its twist: canonical, with p added, and with the unused top bit set.
const lowOrderPoints = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].flatMap((point) => [hex(point), Uint8Array.from(hex(point), (byte, at) => (at === 31 ? byte | 0x80 : byte))]);

describe('X25519', () => {
  it('agrees as RFC 7748 section 6.1 says', () => {
    const alice = deviceKeysOf(hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'));
    const bob = deviceKeysOf(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
    expect(toHex(alice.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    expect(toHex(bob.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
    expect([agree(alice.secretKey, bob.publicKey), agree(bob.secretKey, alice.publicKey)].map(toHex)).toEqual([shared, shared]);
  });

  it('refuses every point of low order, whatever the secret key', () => {
    for (const point of lowOrderPoints) {
      const { secretKey } = generateDeviceKeys(systemRandom);
      expect(() => agree(secretKey, point)).toThrow(expect.objectContaining({ code: 'weak_key' }));
      expect(isUsablePublicKey(point)).toBe(false);
    }
    expect(isUsablePublicKey(generateDeviceKeys(systemRandom).publicKey)).toBe(true);
  });

  it('refuses keys of another length', () => {
    const { secretKey, publicKey } = generateDeviceKeys(systemRandom);
    expect(() => agree(secretKey.slice(1), publicKey)).toThrow(SealError);
    expect(() => agree(secretKey, publicKey.slice(1))).toThrow(SealError);
    expect(isUsablePublicKey(new Uint8Array(31))).toBe(false);
  });

  it('refuses a random source that answers too little', () => {
    expect(() => generateDeviceKeys(() => new Uint8Array(16))).toThrow('32 bytes');
  });
});
