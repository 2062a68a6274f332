import { describe, expect, it } from '@jest/globals';
import { CryptoError } from './crypto-error.js';
import { contactIdOf, newId, newToken, parseToken, phoneDigitsOf, tokenHash } from './identity.js';
import { systemRandom } from './random.js';

const directoryKey = new Uint8Array(32).fill(3);

describe('contact ids', () => {
  it('are one per number and directory, whatever the spelling, and never hold the number', () => {
    const id = contactIdOf(directoryKey, '+4915112345678');
    expect(id).toMatch(/^c[a-z2-7]{26}$/);
    expect(contactIdOf(directoryKey, '4915112345678')).toBe(id);
    expect(contactIdOf(directoryKey, '4915112345679')).not.toBe(id);
    expect(contactIdOf(new Uint8Array(32), '4915112345678')).not.toBe(id);
  });

  it('are given to E.164 numbers only', () => {
    for (const text of ['', '+', '0151123456', '49 151 1234', '123456', '1234567890123456', '++491511234', '49151123456x']) {
      expect(phoneDigitsOf(text)).toBeNull();
      expect(() => contactIdOf(directoryKey, text)).toThrow(CryptoError);
    }
  });
});

describe('tokens', () => {
  it('carry an id for look-up; only a keyed hash is stored', () => {
    const token = newToken('pk', systemRandom);
    expect(parseToken(token.text)).toEqual(token);
    expect(tokenHash(directoryKey, token)).toMatch(/^[0-9a-f]{64}$/);
    expect(tokenHash(directoryKey, token)).not.toBe(tokenHash(new Uint8Array(32), token));
    expect(tokenHash(directoryKey, token)).not.toBe(tokenHash(directoryKey, newToken('pk', systemRandom)));
  });

  it('are not guessed from other texts', () => {
    const { text } = newToken('dt', systemRandom);
    for (const wrong of ['', 'pk_', text.slice(1), text + 'a', text.toUpperCase(), text.replace('dt', 'xx'), ` ${text}`]) {
      expect(parseToken(wrong)).toBeNull();
    }
  });

  it('ids of 128 bits take their prefix', () => {
    expect(newId('m', systemRandom)).toMatch(/^m[a-z2-7]{26}$/);
  });
});
