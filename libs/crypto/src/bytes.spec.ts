import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { constantTimeEqual, fromBase64, fromHex, fromUtf8, toBase32, toBase64, toHex, utf8 } from './bytes.js';

const anyBytes = fc.uint8Array({ maxLength: 300 });

describe('spellings of bytes', () => {
  it('hex and base64 come back as they went', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(toBase64(bytes)).toBe(btoa(String.fromCharCode(...bytes)));
      }),
    );
  });

  it('accepts one spelling of each value only', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 24, unit: fc.constantFrom(...'AQZaz09+/=- \n') }), (text) => {
        const bytes = fromBase64(text);
        if (bytes !== null) expect(toBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
    for (const text of ['QR==', 'QQ=', 'Q', '=QQ=', 'QQ==\n', 'Q-==', 'Q===']) expect(fromBase64(text)).toBeNull();
    for (const text of ['0', 'AB', '0g', ' 00']) expect(fromHex(text)).toBeNull();
  });

  it('base32 follows RFC 4648, lower case without padding', () => {
    const vectors = { '': '', f: 'my', fo: 'mzxq', foo: 'mzxw6', foob: 'mzxw6yq', fooba: 'mzxw6ytb', foobar: 'mzxw6ytboi' };
    for (const [text, spelling] of Object.entries(vectors)) expect(toBase32(utf8(text))).toBe(spelling);
  });

  it('refuses what is not UTF-8 and keeps a byte order mark', () => {
    expect(fromUtf8(Uint8Array.of(0xc3, 0x28))).toBeNull();
    expect(fromUtf8(utf8('\ufeffgrüße'))).toBe('\ufeffgrüße');
  });

  it('compares by content and length', () => {
    expect(constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(constantTimeEqual(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
  });
});
