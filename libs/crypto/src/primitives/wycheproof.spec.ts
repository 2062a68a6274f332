import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { nodePrimitives } from './node-crypto.js';
import { isSignature, usePrimitives, x25519 } from './primitives.js';
import { tweetnaclPrimitives } from './tweetnacl.js';

type Ed25519File = { readonly testGroups: readonly { readonly publicKey: { readonly pk: string }; readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[] }[] };
type X25519File = { readonly testGroups: readonly { readonly tests: readonly { readonly tcId: number; readonly public: string; readonly private: string; readonly shared: string }[] }[] };

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../wycheproof/${name}`, import.meta.url), 'utf8'));
const hex = (text: string) => fromHex(text)!;

afterAll(() => usePrimitives(null));

describe.each([tweetnaclPrimitives, nodePrimitives()!])('Wycheproof on $name', (provider) => {
  it('Ed25519: every one of the 151 signatures is judged as it should be', () => {
    usePrimitives(provider);
    const tests = (read('ed25519_test.json') as Ed25519File).testGroups.flatMap(({ publicKey, tests: group }) => group.map((test) => ({ ...test, key: hex(publicKey.pk) })));
    const wrong = tests.filter(({ key, msg, sig, result }) => isSignature(key, hex(msg), hex(sig)) !== (result === 'valid'));
    expect(tests.length).toBe(151);
    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  }, 60_000);

  it('X25519: every one of the 518 agreements is the one stated, and each of the 31 zeros is refused', () => {
    usePrimitives(provider);
    const tests = (read('x25519_test.json') as X25519File).testGroups.flatMap(({ tests: group }) => group);
    const outcomes = tests.map((test) => {
      try {
        return toHex(x25519(hex(test.private), hex(test.public)));
      } catch (error) {
        return error instanceof CryptoError && error.code === 'weak_key' ? '0'.repeat(64) : error;
      }
    });
    expect(tests.length).toBe(518);
    expect(outcomes).toEqual(tests.map(({ shared }) => shared));
    expect(outcomes.filter((outcome) => outcome === '0'.repeat(64)).length).toBe(31);
  }, 60_000);
});
