import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { committedBatches, findBatches, readRecords, type FoundBatch } from './batches.js';
import { crc32c } from './crc32c.js';
import { WireError } from './reader.js';
import { batchHeaderBytes, encodeBatch } from './record-batch.js';

const records = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: Uint8Array.of(index) }));

/** A batch as a broker gives it: at an offset, perhaps of a transaction, perhaps compressed. */
function stored(firstOffset: number, count: number, { attributes = 0, producerId = -1, compress = (body: Buffer): Buffer => body } = {}): Buffer {
  const plain = encodeBatch(records(count), 0, { producerId, producerEpoch: -1, first: -1 });
  const bytes = Buffer.concat([plain.subarray(0, batchHeaderBytes), compress(plain.subarray(batchHeaderBytes))]);
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  return bytes;
}

const offsets = (batches: readonly FoundBatch[]): number[] => batches.flatMap((batch) => readRecords(batch, 0).map(({ offset }) => offset));
const transactional = 16;
const end = 16 | 32;

describe('crc32c', () => {
  it('is Castagnoli’s', () => {
    // RFC 3720, B.4.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.from('..123456789..'), 2, 11)).toBe(0xe3069283);
  });
});

describe('batches of an answer', () => {
  it('are read one after the other, from an offset on', () => {
    const batches = findBatches(Buffer.concat([stored(10, 3), stored(13, 2)]));
    expect(offsets(batches)).toEqual([10, 11, 12, 13, 14]);
    expect(readRecords(batches[0]!, 12)).toEqual([{ offset: 12, key: 'k2', value: Buffer.of(2) }]);
  });

  it('leave out the last one where the broker cut it', () => {
    const whole = Buffer.concat([stored(0, 2), stored(2, 2)]);
    for (let cut = 1; cut < stored(2, 2).length; cut += 1) expect(offsets(findBatches(whole.subarray(0, whole.length - cut)))).toEqual([0, 1]);
  });

  it('are refused where a bit has changed', () => {
    const bytes = stored(0, 2);
    for (let at = 21; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 4;
      expect(() => findBatches(damaged)).toThrow(WireError);
    }
  });

  it('are opened where a client compressed them with gzip, and refused by name otherwise', () => {
    expect(offsets(findBatches(stored(5, 3, { attributes: 1, compress: (body) => gzipSync(body) })))).toEqual([5, 6, 7]);
    const [lz4] = findBatches(stored(5, 3, { attributes: 3 }));
    expect(() => readRecords(lz4!, 0)).toThrow('offset 5 is compressed with lz4; set compression.type');
    const [bomb] = findBatches(stored(5, 3, { attributes: 1, compress: () => gzipSync(Buffer.alloc(65 * 1_048_576)) }));
    expect(() => readRecords(bomb!, 0)).toThrow();
  });

  it('do not show transactions that were given up, nor where one ended', () => {
    const bytes = Buffer.concat([
      stored(0, 1),
      stored(1, 2, { attributes: transactional, producerId: 7 }),
      stored(3, 2, { attributes: transactional, producerId: 8 }),
      stored(5, 1, { attributes: end, producerId: 7 }),
      stored(6, 1, { attributes: end, producerId: 8 }),
      stored(7, 1, { attributes: transactional, producerId: 7 }),
    ]);
    expect(offsets(committedBatches(findBatches(bytes), [{ producerId: 7, firstOffset: 1 }]))).toEqual([0, 3, 4, 7]);
    expect(offsets(committedBatches(findBatches(bytes), []))).toEqual([0, 1, 2, 3, 4, 7]);
  });
});
