import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex, utf8 } from './bytes.js';
import { hkdfSha512, hmacSha256Hex, hmacSha512, keyedHash, scryptKey, sha256Hex, sha512 } from './hash.js';

const hex = (text: string) => fromHex(text)!;

describe('hashes, against published vectors', () => {
  it('SHA-256 and SHA-512 (FIPS 180-4)', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(sha512(utf8('abc'))).slice(0, 32)).toBe('ddaf35a193617abacc417349ae204131');
  });

  it('HMAC (RFC 4231, case 2)', () => {
    expect(hmacSha256Hex(utf8('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    expect(toHex(hmacSha512(utf8('Jefe'), utf8('what do ya want for nothing?'))).slice(0, 32)).toBe('164b7a7bfcf819e2e395fbe73b56e0a3');
  });

  it('HKDF is extract then expand with HMAC-SHA512 (RFC 5869)', () => {
    const [secret, salt, info] = [hex('0b'.repeat(22)), hex('000102030405060708090a0b0c'), hex('f0f1f2f3f4f5f6f7f8f9')];
    const prk = hmacSha512(salt, secret);
    const first = hmacSha512(prk, Uint8Array.from([...info, 1]));
    expect(toHex(hkdfSha512(secret, salt, info, 64))).toBe(toHex(first));
  });

  it('scrypt (RFC 7914, the second vector)', async () => {
    const key = await scryptKey('password', utf8('NaCl'), { work: 1024, blockSize: 8, parallelism: 16 });
    expect(toHex(key)).toBe('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162');
  });
});

describe('keyedHash', () => {
  const key = new Uint8Array(32).fill(7);

  it('keeps purposes apart, also where label and data would run into each other', () => {
    const values = [keyedHash(key, 'a', 'bc'), keyedHash(key, 'ab', 'c'), keyedHash(key, 'abc', ''), keyedHash(key, '', 'abc')];
    expect(new Set(values.map(toHex)).size).toBe(values.length);
  });

  it('refuses a label whose length does not fit its prefix', () => {
    expect(() => keyedHash(key, 'x'.repeat(256), '')).toThrow('255');
  });
});
