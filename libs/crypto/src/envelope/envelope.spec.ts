import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateDeviceKeys } from '../agreement.js';
import { utf8 } from '../bytes.js';
import { SealError } from '../errors.js';
import { systemRandom } from '../random.js';
import { bucketSizes, maxPlaintextBytes } from '../padding.js';
import type { Binding } from './header.js';
import { envelopeHash, maxEnvelopeBytes } from './layout.js';
import { open, readHeader } from './open.js';
import { seal, type SealRequest } from './seal.js';

const device = (deviceId: string) => ({ deviceId, keys: generateDeviceKeys(systemRandom) });
const address = ({ deviceId, keys }: ReturnType<typeof device>) => ({ deviceId, publicKey: keys.publicKey });
const [sender, phone, tablet, stranger] = [device('gw-1'), device('phone'), device('tablet'), device('stranger')];
const binding: Binding = {
  businessId: 'b1',
  conversationId: 'b1.c1',
  messageId: 'm1',
  category: 'utility',
  templateHash: 'ab'.repeat(32),
};
const request: SealRequest = {
  plaintext: utf8('your parcel'),
  binding,
  sender,
  recipients: [address(phone), address(tablet)],
  random: systemRandom,
};
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof SealError ? error.code : error;
  }
};

describe('an envelope', () => {
  const envelope = seal(request);
  const opening = { envelope, recipient: phone, expected: binding, sender: sender.keys.publicKey };

  it('opens on every device it was sealed for, and says who sealed it', () => {
    for (const recipient of [phone, tablet]) {
      const { plaintext, header } = open({ ...opening, recipient });
      expect(plaintext).toEqual(utf8('your parcel'));
      expect(header).toMatchObject({ ...binding, sender: address(sender) });
    }
  });

  it('carries any plaintext up to the limit, and shows of its length the bucket only', () => {
    const lengths = bucketSizes.flatMap((size) => [size - 2, size - 1, size]).filter((length) => length <= maxPlaintextBytes);
    fc.assert(
      fc.property(fc.constantFrom(0, 1, ...lengths), (length) => {
        const plaintext = new Uint8Array(length).fill(0x80);
        const sealed = seal({ ...request, plaintext });
        expect(open({ ...opening, envelope: sealed }).plaintext).toEqual(plaintext);
        expect(readHeader(sealed).bucketBytes).toBe(bucketSizes.find((size) => size > length));
      }),
      { numRuns: 30 },
    );
    const length = (text: string) => seal({ ...request, plaintext: utf8(text) }).length;
    expect(length('yes')).toBe(length('x'.repeat(255)));
  });

  it('says in clear what routing needs, and no word of the text', () => {
    expect(readHeader(envelope)).toMatchObject({ ...binding, recipients: ['phone', 'tablet'] });
    expect(String.fromCharCode(...envelope)).not.toContain('parcel');
    expect(envelopeHash(envelope)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one every time', () => {
    const again = seal(request);
    const same = again.filter((byte, at) => byte === envelope[at]).length;
    expect(same).toBeLessThan(envelope.length / 3); // Header words, and chance.
  });

  it('is refused on another device, and under another key of the same name', () => {
    expect(codeOf(() => open({ ...opening, recipient: stranger }))).toBe('not_a_recipient');
    expect(codeOf(() => open({ ...opening, recipient: device('phone') }))).toBe('refused');
  });

  it('is refused in another place than it was sealed for', () => {
    const others: Partial<Binding>[] = [
      { businessId: 'b2' },
      { conversationId: 'b1.c2' },
      { messageId: 'm2' },
      { category: 'marketing' },
      { category: null },
      { templateHash: null },
    ];
    for (const other of others) expect(codeOf(() => open({ ...opening, expected: { ...binding, ...other } }))).toBe('binding_mismatch');
    const least = { conversationId: 'b1.c1', messageId: 'm1' };
    expect(open({ ...opening, expected: least }).header.category).toBe('utility');
  });

  it('is refused from another sender than expected', () => {
    expect(codeOf(() => open({ ...opening, sender: stranger.keys.publicKey }))).toBe('sender_mismatch');
    expect(open({ ...opening, sender: 'unverified' }).header.sender.deviceId).toBe('gw-1');
  });

  it('cannot be sealed in the name of a device whose secret key one does not hold', () => {
    const keys = { publicKey: sender.keys.publicKey, secretKey: stranger.keys.secretKey };
    const forged = seal({ ...request, sender: { deviceId: 'gw-1', keys } });
    expect(codeOf(() => open({ ...opening, envelope: forged }))).toBe('refused');
  });

  it('cannot be put together from two: wraps and contents belong to one sealing', () => {
    const other = seal({ ...request, plaintext: utf8('another txt') });
    const tailBytes = 24 + 16 + 256 + 32;
    const mixed = Uint8Array.from([...envelope.slice(0, -tailBytes), ...other.slice(-tailBytes)]);
    expect(codeOf(() => open({ ...opening, envelope: mixed }))).toBe('refused');
  });

  it('opens from a Node Buffer as well', () => {
    expect(open({ ...opening, envelope: Buffer.from(envelope) }).plaintext).toEqual(utf8('your parcel'));
  });
});

describe('sealing refuses', () => {
  const cases: [string, Partial<SealRequest>, string][] = [
    ['a plaintext over the limit', { plaintext: new Uint8Array(maxPlaintextBytes + 1) }, 'too_large'],
    ['no recipients', { recipients: [] }, 'invalid_argument'],
    ['a device listed twice', { recipients: [address(phone), address(phone)] }, 'invalid_argument'],
    ['a key of another length', { recipients: [{ deviceId: 'x', publicKey: new Uint8Array(31) }] }, 'weak_key'],
    ['a key of low order', { recipients: [{ deviceId: 'x', publicKey: new Uint8Array(32) }] }, 'weak_key'],
    ['an id that is not one', { binding: { ...binding, messageId: 'm 1' } }, 'invalid_argument'],
    ['a category that is not a word', { binding: { ...binding, category: 'Utility!' } }, 'invalid_argument'],
    ['a template hash that is not one', { binding: { ...binding, templateHash: 'AB'.repeat(32) } }, 'invalid_argument'],
  ];
  it.each(cases)('%s', (_name, change, code) => {
    expect(codeOf(() => seal({ ...request, ...change }))).toBe(code);
  });

  it('a random source that runs dry', () => {
    expect(() => seal({ ...request, random: () => new Uint8Array(0) })).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('an envelope over 48 KiB, naming the limit', () => {
    const recipients = Array.from({ length: 64 }, (_, n) => address(device(`device-${n}-`.padEnd(160, 'x'))));
    const large = { ...request, recipients, plaintext: new Uint8Array(maxPlaintextBytes) };
    expect(() => seal(large)).toThrow(expect.objectContaining({ code: 'too_large', message: expect.stringContaining('49152 bytes (48 KiB)') }));
    expect(() => readHeader(new Uint8Array(maxEnvelopeBytes + 1))).toThrow('49152 bytes (48 KiB)');
    const usual = Array.from({ length: 64 }, (_, n) => ({ deviceId: `d${n}`.padEnd(64, 'x'), publicKey: phone.keys.publicKey }));
    expect(seal({ ...large, recipients: usual }).length).toBeLessThanOrEqual(maxEnvelopeBytes);
  });
});
