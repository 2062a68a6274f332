// The quick ways are an acceleration only: whatever the bytes or the event, they give what the slow way gives, or give up.
import { describe, expect, test } from '@jest/globals';
import { EVENT_TYPES, REGISTERED_SCHEMAS, type AnyEvent } from '@parley/contracts';
import { anyEventOf } from '@parley/testing';
import fc from 'fast-check';
import { avroTypeOf } from './avro.js';
import { createCodec } from './codec.js';
import { checkOf } from './constraints.js';
import { Cursor } from './cursor.js';
import { walkOf } from './structure.js';

const codec = createCodec();
const newest = new Map([...REGISTERED_SCHEMAS].sort((a, b) => a.version - b.version).map((entry) => [entry.name, entry]));
const slow = new Map([...newest].map(([name, { schema }]) => [name, { avro: avroTypeOf(schema), walk: walkOf(schema), check: checkOf(schema) }]));

/** What walk, Avro library and check make of a frame; undefined where they refuse it. */
function slowly(type: string, frame: Buffer): unknown {
  const { avro, walk, check } = slow.get(type)!;
  try {
    const cursor = new Cursor().reset(frame, 5);
    walk(cursor);
    if (cursor.left > 0) return undefined;
    const { value } = avro.decode(frame, 5);
    return check(value) === null ? value : undefined;
  } catch {
    return undefined;
  }
}

function quickly(frame: Buffer): unknown {
  try {
    return codec.decode(frame);
  } catch {
    return undefined;
  }
}

describe.each(EVENT_TYPES)('%s', (type) => {
  test('is written to the same bytes', () => {
    fc.assert(
      fc.property(anyEventOf(type), (event) => {
        const written = codec.encode(event);
        expect(Buffer.from(written.subarray(5))).toEqual(slow.get(type)!.avro.toBuffer(event));
        // A record that was read is written again from its bytes.
        expect(codec.encode(codec.decode(written))).toEqual(written);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  test('is read as the slow way reads it, however its bytes are changed', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat(3) });
    fc.assert(
      fc.property(anyEventOf(type), fc.array(change, { minLength: 1, maxLength: 3 }), (event, changes) => {
        let frame = Buffer.from(codec.encode(event));
        for (const { at, byte, cut } of changes) {
          frame[5 + (at % (frame.length - 5))] = byte;
          if (cut === 0) frame = frame.subarray(0, Math.max(6, frame.length - (at % 4)));
        }
        expect(quickly(frame)).toStrictEqual(slowly(type, frame));
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

test('a record that was read is written again only as itself: another with the same fields is written anew', () => {
  const [event] = fc.sample(anyEventOf('MessageRequested'), { numRuns: 1, seed: 1 }) as [AnyEvent & { type: 'MessageRequested' }];
  const read = codec.decode(codec.encode(event)) as typeof event;
  const other = { ...read, message: { ...read.message, messageId: 'another' as typeof read.message.messageId } };
  expect(codec.decode(codec.encode(other))).toStrictEqual(other);
  expect(codec.decode(codec.encode(read))).toStrictEqual(event);
});
