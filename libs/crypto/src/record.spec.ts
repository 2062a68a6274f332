import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { utf8 } from './bytes.js';
import { CryptoError } from './crypto-error.js';
import { systemRandom } from './random.js';
import { decryptRecord, encryptRecord, recordOverheadBytes } from './record.js';

const key = systemRandom(32);
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof CryptoError ? error.code : error;
  }
};

describe('records at rest', () => {
  it('open under the same key in the same place', () => {
    const record = encryptRecord(key, 'outbox/1', utf8('hello'), systemRandom);
    expect(decryptRecord(key, 'outbox/1', record)).toEqual(utf8('hello'));
    expect(record.length).toBe(5 + recordOverheadBytes);
  });

  it('do not open elsewhere, under another key, or cut short', () => {
    const record = encryptRecord(key, 'outbox/1', utf8('hello'), systemRandom);
    expect(codeOf(() => decryptRecord(key, 'outbox/2', record))).toBe('refused');
    expect(codeOf(() => decryptRecord(systemRandom(32), 'outbox/1', record))).toBe('refused');
    expect(codeOf(() => decryptRecord(key.slice(1), 'outbox/1', record))).toBe('weak_key');
    expect(codeOf(() => decryptRecord(key, 'outbox/1', record.slice(0, 40)))).toBe('malformed');
    expect(codeOf(() => decryptRecord(key, 'outbox/1', record.with(0, 2)))).toBe('unsupported');
  });

  it('refuse every flipped bit, and any bytes at all, with a CryptoError', () => {
    const record = encryptRecord(key, 'a', utf8('hi'), systemRandom);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const changed = record.with(bit >> 3, record[bit >> 3]! ^ (1 << (bit & 7)));
      expect(['refused', 'unsupported']).toContain(codeOf(() => decryptRecord(key, 'a', changed)));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['refused', 'unsupported', 'malformed']).toContain(codeOf(() => decryptRecord(key, 'a', bytes)));
      }),
    );
  });
});
