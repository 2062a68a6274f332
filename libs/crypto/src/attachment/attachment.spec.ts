import { describe, expect, it } from '@jest/globals';
import { concat } from '../bytes.js';
import { seeded } from '../ends.fixture.js';
import { AttachmentOpener, AttachmentSealer, chunkBytes, maxAttachmentBytes, sealedAttachmentBytes, type Attachment } from './attachment.js';

const random = seeded('attachments');
const code = (expected: string) => expect.objectContaining({ name: 'CryptoError', code: expected });

function sealed(file: Uint8Array, piece = file.length || 1): { readonly bytes: Uint8Array; readonly attachment: Attachment } {
  const sealer = new AttachmentSealer(random);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += piece) parts.push(sealer.push(file.subarray(at, at + piece)));
  const { bytes, attachment } = sealer.finish();
  return { bytes: concat(...parts, bytes), attachment };
}

function opened(bytes: Uint8Array, attachment: Attachment, piece = bytes.length): Uint8Array {
  const opener = new AttachmentOpener(attachment);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += piece) parts.push(opener.push(bytes.subarray(at, at + piece)));
  opener.finish();
  return concat(...parts);
}

const fileOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7) & 255);

describe('an attachment', () => {
  it('comes back whatever its length and the pieces it streams in', () => {
    for (const length of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 150_000]) {
      const { bytes, attachment } = sealed(fileOf(length), 50_000);
      expect(bytes.length).toBe(sealedAttachmentBytes(length));
      expect(attachment.length).toBe(length);
      expect(opened(bytes, attachment, 9_999)).toEqual(fileOf(length));
      expect(opened(bytes, attachment)).toEqual(fileOf(length));
    }
  });

  it('releases a chunk only once it was checked, and then nothing more', () => {
    const { bytes, attachment } = sealed(fileOf(3 * chunkBytes));
    const opener = new AttachmentOpener(attachment);
    const second = 49 + chunkBytes + 16;
    expect(opener.push(bytes.slice(0, 48)).length).toBe(0);
    expect(opener.push(bytes.slice(48, second - 1)).length).toBe(0);
    expect(opener.push(bytes.slice(second - 1, second + 100)).length).toBe(chunkBytes);
    const changed = bytes.with(second + 500, bytes[second + 500]! ^ 1);
    expect(() => opener.push(changed.slice(second + 100, second + chunkBytes + 16))).toThrow(code('refused'));
    expect(() => opener.push(bytes.slice(second + chunkBytes + 16))).toThrow(code('refused'));
    expect(() => opener.finish()).toThrow(code('refused'));
  });

  it('is refused with any byte changed, chunks swapped, left out or doubled', () => {
    const { bytes, attachment } = sealed(fileOf(2 * chunkBytes + 10));
    for (const at of [2, 33, 34, 48, 49, 65, 40_000, bytes.length - 1]) expect(() => opened(bytes.with(at, bytes[at]! ^ 1), attachment)).toThrow(code('refused'));
    expect(() => opened(bytes.with(0, 2), attachment)).toThrow(code('unsupported'));
    const chunk = (number: number) => bytes.slice(49 + number * (chunkBytes + 16), 49 + (number + 1) * (chunkBytes + 16));
    expect(() => opened(concat(bytes.slice(0, 49), chunk(1), chunk(0), chunk(2)), attachment)).toThrow(code('refused'));
    expect(() => opened(concat(bytes.slice(0, 49), chunk(0), chunk(0), chunk(2)), attachment)).toThrow(code('refused'));
    expect(() => opened(concat(bytes, new Uint8Array(1)), attachment)).toThrow(code('malformed'));
    expect(() => opened(bytes.slice(0, -1), attachment)).toThrow(code('truncated'));
    expect(() => opened(bytes.slice(0, 10), attachment)).toThrow(code('truncated'));
    // A shorter length makes an earlier chunk the last one: its nonce says that it is not.
    expect(() => new AttachmentOpener({ ...attachment, length: chunkBytes }).push(bytes.slice(0, 49 + chunkBytes + 16))).toThrow(code('refused'));
    expect(() => opened(bytes, { ...attachment, key: random(32) })).toThrow(code('refused'));
    expect(() => opened(bytes, { ...attachment, hash: random(64) })).toThrow(code('refused'));
  });

  it('refuses arguments that are none, and to go on after its end', () => {
    const sealer = new AttachmentSealer(random);
    const { attachment } = sealer.finish();
    expect(() => sealer.finish()).toThrow(code('invalid_argument'));
    expect(() => sealer.push(new Uint8Array(1))).toThrow(code('invalid_argument'));
    expect(() => new AttachmentOpener({ ...attachment, length: maxAttachmentBytes + 1 })).toThrow(code('too_large'));
    for (const fault of [{ key: new Uint8Array(31) }, { hash: new Uint8Array(63) }, { length: -1 }, { length: 0.5 }, { length: 'x' }, { key: null }]) {
      expect(() => new AttachmentOpener({ ...attachment, ...fault } as Attachment)).toThrow(code('malformed'));
    }
    expect(() => new AttachmentOpener(attachment).finish()).toThrow(code('truncated'));
    const empty = sealed(new Uint8Array(0));
    const done = new AttachmentOpener(empty.attachment);
    done.push(empty.bytes);
    done.finish();
    expect(() => done.push(new Uint8Array(1))).toThrow(code('malformed'));
    expect(() => new AttachmentOpener(attachment).push('x' as unknown as Uint8Array)).toThrow(code('malformed'));
  });
});
