import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePending, encodePending } from '../lanes/row.js';
import { pack } from './append.js';
import { FrameReader, frameRecords } from './frames.js';

const topics = ['parley.usage.v1', 'parley.conversations.v1'] as const;
const anyRecord = fc.record({ key: fc.string({ unit: 'grapheme' }), value: fc.uint8Array({ maxLength: 300 }) });
const anyAppend = fc.record({ topic: fc.constantFrom(...topics), partition: fc.nat(3), records: fc.array(anyRecord, { minLength: 1, maxLength: 8 }) });

function plain(records: readonly { readonly key: string; readonly value: Uint8Array }[]): unknown {
  return records.map(({ key, value }) => [key, Buffer.from(value).toString('hex')]);
}

function readAll(bytes: Uint8Array): { key: string; value: Uint8Array }[] {
  const reader = new FrameReader(bytes);
  const found = [];
  while (!reader.done) found.push(reader.next());
  return found;
}

describe('framed records', () => {
  it('are read back as they were', () => {
    fc.assert(fc.property(fc.array(anyRecord), (records) => expect(plain(readAll(frameRecords(records)))).toEqual(plain(records))));
  });

  it('are not read past a torn end', () => {
    const bytes = frameRecords([{ key: 'key', value: new Uint8Array(10) }]);
    for (let length = 1; length < bytes.length; length += 1) expect(() => readAll(bytes.subarray(0, length))).toThrow('ends before');
  });
});

describe('pending output', () => {
  it('is read back as it was', () => {
    const anyPending = fc.array(fc.tuple(anyAppend, fc.nat()).map(([append, firstNumber]) => ({ ...append, firstNumber })));
    fc.assert(
      fc.property(anyPending, (pending) => {
        const back = decodePending(encodePending(pending));
        expect(back.map(({ records, ...rest }) => [rest, plain(records)])).toEqual(pending.map(({ records, ...rest }) => [rest, plain(records)]));
      }),
    );
  });
});

describe('packed appends', () => {
  it('give every record of a partition the next offset, in the order of the appends', () => {
    fc.assert(
      fc.property(fc.array(anyAppend, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 400 }), (appends, batchBytes) => {
        const { params, stretches, places } = pack(appends, 0, batchBytes);
        const [, , totals, place, skip, count, start, length, bytes] = params as [string[], number[], number[], number[], number[], number[], number[], number[], Buffer];
        const found = places.map((): unknown[] => []);
        place.forEach((number, index) => {
          expect(skip[index]).toBe(found[number - 1]!.length);
          const records = readAll(bytes.subarray(start[index]! - 1, start[index]! - 1 + length[index]!));
          expect(records).toHaveLength(count[index]!);
          found[number - 1]!.push(...(plain(records) as unknown[]));
        });
        const wanted = places.map(({ name }) => appends.filter(({ topic, partition }) => `${topic}/${partition}` === name).flatMap(({ records }) => plain(records) as unknown[]));
        expect(found).toEqual(wanted);
        expect(totals).toEqual(wanted.map((records) => records.length));
        appends.forEach(({ records }, index) => {
          const { place: number, skip: from } = stretches[index]!;
          expect(found[number]!.slice(from, from + records.length)).toEqual(plain(records));
        });
      }),
    );
  });
});
