import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateDeviceKeys } from '../agreement.js';
import { utf8 } from '../bytes.js';
import { SealError } from '../errors.js';
import { systemRandom } from '../random.js';
import { open, readHeader } from './open.js';
import { seal } from './seal.js';

const device = (deviceId: string) => ({ deviceId, keys: generateDeviceKeys(systemRandom) });
const [sender, phone, tablet] = [device('g'), device('p'), device('t')];
const binding = { businessId: 'b', conversationId: 'b.c', messageId: 'm', category: 'service', templateHash: null };
const recipients = [phone, tablet].map(({ deviceId, keys }) => ({ deviceId, publicKey: keys.publicKey }));
const envelope = seal({ plaintext: utf8('hi'), binding, sender, recipients, random: systemRandom });

/** Opens without expecting anything of the header that the envelope itself does not say: the cryptography alone must refuse. */
function openTrusting(bytes: Uint8Array): Uint8Array {
  const { conversationId, messageId } = readHeader(bytes);
  return open({ envelope: bytes, recipient: phone, expected: { conversationId, messageId }, sender: 'unverified' }).plaintext;
}

function outcome(bytes: Uint8Array): 'opened' | 'refused' | { unexpected: unknown } {
  try {
    openTrusting(bytes);
    return 'opened';
  } catch (error) {
    return error instanceof SealError ? 'refused' : { unexpected: error };
  }
}

describe('whatever the bytes', () => {
  it('the untouched envelope opens: the test can tell', () => {
    expect(outcome(envelope)).toBe('opened');
  });

  it('every flipped bit is a SealError, the other device\'s wrap included', () => {
    const survivors: string[] = [];
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const changed = envelope.with(bit >> 3, envelope[bit >> 3]! ^ (1 << (bit & 7)));
      if (outcome(changed) !== 'refused') survivors.push(`byte ${bit >> 3}, bit ${bit & 7}`);
    }
    expect(survivors).toEqual([]);
  }, 180_000);

  it('every shorter and every longer one is a SealError', () => {
    for (let length = 0; length < envelope.length; length++) expect(outcome(envelope.slice(0, length))).toBe('refused');
    expect(outcome(Uint8Array.from([...envelope, 0]))).toBe('refused');
  });

  it('bytes at random, and pieces put together at random, are a SealError', () => {
    const piece = fc.tuple(fc.nat(envelope.length), fc.nat(envelope.length)).map(([from, to]) => envelope.slice(from, to));
    const bytes = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), piece), { maxLength: 4 });
    const mutated = fc.oneof(
      bytes.map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
      fc
        .array(fc.tuple(fc.nat(envelope.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 5 })
        .map((edits) => edits.reduce((whole, [at, value]) => whole.with(at, value), envelope))
        .filter((whole) => whole.some((byte, at) => byte !== envelope[at])),
    );
    fc.assert(
      fc.property(mutated, (candidate) => {
        fc.pre(candidate.length !== envelope.length || candidate.some((byte, at) => byte !== envelope[at]));
        expect(outcome(candidate)).toBe('refused');
      }),
      { numRuns: 1000 },
    );
  });
});
