import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, fromHex, toHex, utf8 } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { systemRandom } from '../random.js';
import { nodePrimitives } from './node-crypto.js';
import { agreementKeysOf, checkLabelled, hkdf, isSignature, isSigningKey, newSigningKeys, primitives, signingKeysOf, signLabelled, usePrimitives, x25519 } from './primitives.js';
import { tweetnaclPrimitives } from './tweetnacl.js';

const node = nodePrimitives()!;
const hex = (text: string) => fromHex(text)!;
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const prime = 2n ** 255n - 19n;
const little = (value: bigint) => Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
const numberOf = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

// Encodings around every boundary of the field, and the points of low order with both sign bits.
const edges: readonly Uint8Array[] = [0n, 1n, 2n, 9n, prime - 2n, prime - 1n, prime, prime + 1n, 2n ** 255n - 1n, order, order - 1n]
  .map((value): Uint8Array => little(value))
  .concat(['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'].map(hex))
  .flatMap((bytes) => [bytes, bytes.with(31, bytes[31]! | 0x80)]);
const edgeOrKey = fc.oneof(key, fc.constantFrom(...edges));

afterAll(() => usePrimitives(null));

describe('the provider', () => {
  it('is Node\'s here, chosen by itself', () => {
    usePrimitives(null);
    expect(primitives().name).toBe('node');
  });

  it('is tweetnacl where the host is no Node, or an OpenSSL that lacks a curve or answers otherwise', () => {
    const real = process.getBuiltinModule('node:crypto');
    const hosts: readonly (() => unknown)[] = [
      () => undefined,
      () => ({ ...real, hash: (_name: string, data: Uint8Array) => real.hash('sha512', data, 'binary').replace(/^./, 'x') }),
      () => ({ ...real, createPrivateKey: () => { throw new Error('no such curve'); } }),
      () => ({ ...real, diffieHellman: () => Buffer.alloc(32) }),
    ];
    const kept = process.getBuiltinModule;
    try {
      for (const host of hosts) {
        process.getBuiltinModule = host as typeof kept;
        usePrimitives(null);
        expect([nodePrimitives(), primitives().name]).toEqual([null, 'tweetnacl']);
      }
    } finally {
      process.getBuiltinModule = kept;
      usePrimitives(null);
    }
    expect(primitives().name).toBe('node');
  });

  it('is asked for at run time: no source that a browser loads imports a module of Node', () => {
    const folder = new URL('../', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ts$/.test(name) && !/\.(spec|fixture)\.ts$|^node\.ts$/.test(name));
    const importing = sources.filter((name) => /^(import (?!type)|export )[^;]*'node:/m.test(readFileSync(new URL(name, folder), 'utf8')));
    expect(sources.length).toBeGreaterThan(30);
    expect(importing).toEqual([]);
    expect(readFileSync(new URL('node.ts', folder), 'utf8')).toMatch(/^import (?!type)[^;]*'node:/m);
  });

  it('answers the same bytes: keys, agreements with whatever key, signatures', () => {
    fc.assert(fc.property(key, edgeOrKey, fc.uint8Array({ maxLength: 300 }), (secret, point, message) => {
      expect(node.agreementKeyOf(secret)).toEqual(tweetnaclPrimitives.agreementKeyOf(secret));
      expect(node.agree(secret, point)).toEqual(tweetnaclPrimitives.agree(secret, point));
      expect(node.signingKeyOf(secret)).toEqual(tweetnaclPrimitives.signingKeyOf(secret));
      expect(node.sign(secret, message)).toEqual(tweetnaclPrimitives.sign(secret, message));
    }), { numRuns: 60 });
  }, 60_000);

  it('answers the same for every edge of the field', () => {
    const secret = systemRandom(32);
    for (const point of edges) expect(node.agree(secret, point)).toEqual(tweetnaclPrimitives.agree(secret, point));
  });

  it('answers the same hashes, over every length up to three blocks and keys longer than one', () => {
    for (let length = 0; length < 400; length += 7) {
      const [data, secret] = [systemRandom(length), systemRandom(length % 200)];
      expect(node.sha512(data)).toEqual(tweetnaclPrimitives.sha512(data));
      expect(node.hmacSha512(secret, data)).toEqual(tweetnaclPrimitives.hmacSha512(secret, data));
      for (const provider of [node, tweetnaclPrimitives]) {
        const hash = provider.newSha512();
        for (let at = 0; at < length; at += 50) hash.update(data.slice(at, at + 50));
        expect(hash.digest()).toEqual(node.sha512(data));
        expect(() => hash.update(data)).toThrow();
      }
    }
  });

  it('judges signatures the same: whatever the key, R and S', () => {
    const judged = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => [node, tweetnaclPrimitives].map((provider) => {
      usePrimitives(provider);
      return isSignature(publicKey, message, signature);
    });
    fc.assert(fc.property(edgeOrKey, edgeOrKey, edgeOrKey, fc.uint8Array({ maxLength: 40 }), (publicKey, r, s, message) => {
      const [one, other] = judged(publicKey, message, concat(r, s));
      expect(one).toBe(other);
    }), { numRuns: 100 });
    // A true signature with one byte changed, and with S + L, which the equation would take.
    const { publicKey, seed } = newSigningKeys(systemRandom);
    const signature = node.sign(seed, utf8('text'));
    expect(judged(publicKey, utf8('text'), signature)).toEqual([true, true]);
    expect(judged(publicKey, utf8('text'), concat(signature.slice(0, 32), little(numberOf(signature.slice(32)) + order)))).toEqual([false, false]);
    for (let at = 0; at < 64; at += 3) expect(judged(publicKey, utf8('text'), signature.with(at, signature[at]! ^ 1))).toEqual([false, false]);
  }, 60_000);
});

describe('strict verification', () => {
  it('is false for other lengths and for what is no bytes', () => {
    const { publicKey, seed } = newSigningKeys(systemRandom);
    const signature = tweetnaclPrimitives.sign(seed, utf8('m'));
    expect(isSignature(publicKey, utf8('m'), signature)).toBe(true);
    expect(isSignature(publicKey, utf8('m'), signature.slice(1))).toBe(false);
    expect(isSignature(publicKey, utf8('m'), concat(signature, new Uint8Array(1)))).toBe(false);
    expect(isSignature(publicKey.slice(1), utf8('m'), signature)).toBe(false);
    expect(isSignature(publicKey, utf8('m'), 'x' as unknown as Uint8Array)).toBe(false);
  });

  it('takes no key of small order and none that is not canonical', () => {
    // y = 0, 1, p - 1 and both others of order 8 with either sign; and y = p … 2^255 - 1, which say a point in a second way.
    for (const point of edges.filter((bytes) => numberOf(bytes.with(31, bytes[31]! & 0x7f)) < 2n || numberOf(bytes.with(31, bytes[31]! & 0x7f)) >= prime - 1n)) expect(isSigningKey(point)).toBe(false);
    for (const point of ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'].map(hex)) {
      expect([point, point.with(31, point[31]! | 0x80)].map(isSigningKey)).toEqual([false, false]);
    }
    expect(isSigningKey(newSigningKeys(systemRandom).publicKey)).toBe(true);
    // Under the identity as key, R = [S]B makes a signature of anything: tweetnacl alone takes it.
    const zero = new Uint8Array(32);
    const identity = zero.with(0, 1);
    expect(tweetnaclPrimitives.verify(identity, utf8('anything'), concat(identity, zero))).toBe(true);
    expect(isSignature(identity, utf8('anything'), concat(identity, zero))).toBe(false);
  });

  it('keeps labels apart, by their length too', () => {
    const { publicKey, seed } = signingKeysOf(new Uint8Array(32).fill(1));
    const signature = signLabelled(seed, 'ab', utf8('c'));
    expect(() => checkLabelled(publicKey, 'ab', utf8('c'), signature)).not.toThrow();
    expect(() => checkLabelled(publicKey, 'a', utf8('bc'), signature)).toThrow(expect.objectContaining({ code: 'bad_signature' }));
    expect(() => checkLabelled(new Uint8Array(32), 'ab', utf8('c'), signature)).toThrow(expect.objectContaining({ code: 'weak_key' }));
  });
});

describe('X25519 and HKDF', () => {
  it('refuse keys of another length and secrets of zeros', () => {
    const { secretKey, publicKey } = agreementKeysOf(systemRandom(32));
    expect(() => x25519(secretKey.slice(1), publicKey)).toThrow(CryptoError);
    expect(() => x25519(secretKey, publicKey.slice(1))).toThrow(expect.objectContaining({ code: 'weak_key' }));
    expect(() => agreementKeysOf(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'weak_key' }));
    expect(() => signingKeysOf(new Uint8Array(33))).toThrow(expect.objectContaining({ code: 'weak_key' }));
    expect(() => x25519(secretKey, new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'weak_key' }));
  });

  it('derive as RFC 5869 says: test case 1, with SHA-512', () => {
    // RFC 5869 appendix A.1's inputs; the output for SHA-512 by Python's hmac and hashlib, beside this project.
    const okm = hkdf(new Uint8Array(22).fill(0x0b), hex('000102030405060708090a0b0c'), hex('f0f1f2f3f4f5f6f7f8f9'));
    expect(toHex(okm.slice(0, 42))).toBe('832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb');
  });
});
