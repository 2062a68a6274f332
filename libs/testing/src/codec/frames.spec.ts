// Frames that nobody should have written: whatever the bytes, the answer is a FrameError or a value that is valid, and it comes at once.
import { describe, expect, test } from '@jest/globals';
import { createCodec, FrameError } from '@parley/bus';
import type { FrameErrorCode } from '@parley/bus';
import { EVENT_TYPES, REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent, AvroRecord, EventType, RegisteredSchema } from '@parley/contracts';
import fc from 'fast-check';
import { anyEventOf } from './any-event.js';

const codec = createCodec();
const sampleOf = (type: EventType, seed = 1): AnyEvent => fc.sample(anyEventOf(type), { numRuns: 1, seed })[0]!;

/** The code that both ways of reading refuse the frame with; 'accepted' if it is valid after all. */
function outcome(frame: Uint8Array): FrameErrorCode | 'accepted' {
  let event: AnyEvent;
  try {
    event = codec.decode(frame);
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
  // Outside of the try: a value that was let through but cannot be written again fails the test.
  expect(codec.decode(codec.encode(event))).toStrictEqual(event);
  expect(codec.readMeta(frame).meta).toStrictEqual(event.meta);
  return 'accepted';
}

function varint(value: bigint): number[] {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

describe('headers', () => {
  test.each<[string, number[], FrameErrorCode]>([
    ['no bytes', [], 'truncated'],
    ['half a header', [0, 0, 0], 'truncated'],
    ['another format', [1, 0, 0, 0, 1, 0], 'bad_magic'],
    ['an id nobody registered', [0, 0xff, 0xff, 0xff, 0xff, 0], 'unknown_schema'],
    ['id 0', [0, 0, 0, 0, 0, 0], 'unknown_schema'],
    ['a header alone', [0, 0, 0, 0, 1], 'truncated'],
  ])('%s', (_, bytes, code) => {
    expect(outcome(Uint8Array.from(bytes))).toBe(code);
    expect(() => codec.readMeta(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code }));
  });

  test('five bytes after any header are refused, by both readers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGISTERED_SCHEMAS.map((entry) => entry.id)), fc.uint8Array({ minLength: 0, maxLength: 5 }), (id, body) => {
        const frame = Uint8Array.from([0, 0, 0, 0, id, ...body]);
        expect(outcome(frame)).not.toBe('accepted');
        expect(() => codec.readMeta(frame)).toThrow(FrameError);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test('the schema id is four bytes, big-endian', () => {
    const [first] = REGISTERED_SCHEMAS;
    const far = createCodec([{ ...first!, id: 0x01020304 }]);
    const frame = far.encode(sampleOf(first!.name as EventType));
    expect([...frame.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
    expect(far.readMeta(frame).schemaId).toBe(0x01020304);
  });
});

describe('frames that are wrong in one place', () => {
  const event: AnyEvent = { type: 'DecisionSkipped', meta: { ...sampleOf('DecisionSkipped').meta, cause: null }, key: 'k', reason: 'because' } as AnyEvent;
  const frame = [...codec.encode(event)];
  const withoutReason = frame.slice(0, -8);

  test.each<[string, number[], FrameErrorCode]>([
    ['one byte more', [...frame, 0], 'trailing_bytes'],
    ['one byte less', frame.slice(0, -1), 'truncated'],
    ['a text of negative length', [...withoutReason, ...varint(-7n), 0, 0, 0, 0, 0, 0, 0], 'bad_length'],
    ['a text of 2^62 bytes', [...withoutReason, ...varint(2n ** 62n)], 'truncated'],
    ['an empty key', [...withoutReason.slice(0, -2), 0, ...frame.slice(-8)], 'invalid_value'],
  ])('%s', (_, bytes, code) => expect(outcome(Uint8Array.from(bytes))).toBe(code));

  test('a boolean of 2', () => {
    const bytes = [...codec.encode({ ...(sampleOf('MessageDelivered') as AnyEvent & { type: 'MessageDelivered' }), first: true })];
    expect(outcome(Uint8Array.from(bytes.with(-1, 0)))).toBe('accepted');
    expect(outcome(Uint8Array.from(bytes.with(-1, 2)))).toBe('bad_branch');
  });

  test('metadata outside its limits, for both readers', () => {
    // The event id is the first thing after the header: its length (36, zigzag 72), then its digits.
    expect(frame[5]).toBe(72);
    const bytes = Uint8Array.from(frame.with(6, 'X'.charCodeAt(0)));
    expect(outcome(bytes)).toBe('invalid_value');
    expect(() => codec.readMeta(bytes)).toThrow(/^invalid_value: meta\.eventId/);
  });

  test('a cause that is neither there nor absent, for both readers', () => {
    const at = frame.length - 8 - 2 - zigzagBytes(event.meta.catalogOffset) - 1;
    expect(frame[at]).toBe(0);
    const bytes = Uint8Array.from(frame.with(at, 4));
    expect(outcome(bytes)).toBe('bad_branch');
    expect(() => codec.readMeta(bytes)).toThrow(expect.objectContaining({ code: 'bad_branch' }));
  });
});

const zigzagBytes = (value: number): number => varint(BigInt(value)).length;

describe('arrays', () => {
  // Its last two fields are an array, here empty (one zero byte), and a null.
  const requested = codec.encode({ ...(sampleOf('NotificationRequested') as AnyEvent & { type: 'NotificationRequested' }), parameters: [], sendAt: null });
  const withBlock = (...bytes: number[]): Uint8Array => Uint8Array.from([...requested.subarray(0, -2), ...bytes, 0]);

  test('the frame to start from is valid', () => expect(outcome(withBlock(0))).toBe('accepted'));

  test.each<[string, number[], FrameErrorCode]>([
    ['2^62 items', varint(2n ** 62n), 'block_count'],
    ['2^53 items', varint(2n ** 53n), 'block_count'],
    ['one item more than there are bytes for', [...varint(2n), 0, 0], 'block_count'],
    ['-2^63 items', [...varint(-(2n ** 63n)), ...varint(1n)], 'block_count'],
    ['-1 items in a block of negative size', [...varint(-1n), ...varint(-5n), 0, 0, 0], 'block_count'],
    ['-1 items in a block larger than the frame', [...varint(-1n), ...varint(5_000n), 0, 0, 0], 'block_count'],
    ['-1 items in a block of another size', [...varint(-1n), ...varint(4n), 2, 0x61, 0, 0, 0, 0], 'block_count'],
    ['a count of eleven bytes', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], 'bad_number'],
    ['a count of 70 bits', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], 'bad_number'],
    ['more items than allowed', [...varint(33n), ...Array.from({ length: 33 }, () => [2, 0x61, 0]).flat(), 0], 'invalid_value'],
    ['more items than allowed, in blocks of one', [...Array.from({ length: 33 }, () => [2, 2, 0x61, 0]).flat(), 0], 'invalid_value'],
  ])('%s', (_, block, code) => {
    const started = performance.now();
    expect(outcome(withBlock(...block))).toBe(code);
    expect(performance.now() - started).toBeLessThan(250);
  });

  test('blocks with a size, as other writers make them, are read', () => {
    const frame = withBlock(...varint(-1n), ...varint(3n), 2, 0x61, 0, ...varint(1n), 2, 0x62, 0, 0);
    expect(codec.decode(frame)).toMatchObject({ parameters: [{ component: 'a', kinds: [] }, { component: 'b', kinds: [] }] });
  });

  test.each<[string, unknown]>([
    ['null', 'null'],
    ['a record without fields', { type: 'record', name: 'Nothing', fields: [] }],
    ['a record of itself', { type: 'record', name: 'Loop', fields: [{ name: 'loop', type: ['null', 'Loop'] }] }],
  ])('a schema with items of %s is refused when the codec is made', (_, items) => {
    expect(() => createCodec([withField({ name: 'gaps', type: { type: 'array', items, 'parley.maxItems': 9 } })])).toThrow(TypeError);
  });

  test('a schema that begins with other metadata is refused when the codec is made', () => {
    const entry = REGISTERED_SCHEMAS[0]!;
    expect(() => createCodec([{ ...entry, schema: { ...entry.schema, fields: entry.schema.fields.slice(1) } }])).toThrow(/frozen metadata/);
    const [meta, ...others] = entry.schema.fields;
    const record = meta!.type as AvroRecord;
    const swapped = { ...record, fields: record.fields.toReversed() };
    expect(() => createCodec([{ ...entry, schema: { ...entry.schema, fields: [{ ...meta!, type: swapped }, ...others] } }])).toThrow(/frozen metadata/);
  });
});

function withField(field: object): RegisteredSchema {
  const entry = REGISTERED_SCHEMAS.find(({ name }) => name === 'DecisionSkipped')!;
  return { ...entry, schema: { ...entry.schema, fields: [...entry.schema.fields, field as never] } };
}

describe('mutated frames', () => {
  test.each(EVENT_TYPES)('%s: refused with a FrameError, or valid', (type) => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(anyEventOf(type), fc.array(anyMutation, { minLength: 1, maxLength: 4 }), (event, mutations) => {
        const frame = mutations.reduce((bytes, mutate) => mutate(bytes), [...codec.encode(event)]);
        const said = outcome(Uint8Array.from(frame));
        outcomes.set(said, (outcomes.get(said) ?? 0) + 1);
      }),
      { numRuns: 400, seed: 7 },
    );
    // Most mutations hit something that is checked: a run in which all were accepted would show that none was.
    expect(400 - (outcomes.get('accepted') ?? 0)).toBeGreaterThan(100);
  });
});

type Mutation = (bytes: number[]) => number[];
const anyMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom('flip', 'set', 'insert', 'remove', 'cut', 'huge', 'repeat'), fc.nat(), fc.nat({ max: 255 }))
  .map(([kind, where, byte]) => (bytes: number[]): number[] => {
    const at = Math.min(5, bytes.length) + (where % Math.max(1, bytes.length - 5));
    switch (kind) {
      case 'flip':
        return bytes.with(Math.min(at, bytes.length - 1), bytes[Math.min(at, bytes.length - 1)]! ^ (1 << (byte & 7)));
      case 'set':
        return bytes.with(Math.min(at, bytes.length - 1), byte);
      case 'insert':
        return bytes.toSpliced(at, 0, byte);
      case 'remove':
        return bytes.length > 6 ? bytes.toSpliced(at, 1 + (byte & 3)) : bytes;
      case 'cut':
        return bytes.length > 6 ? bytes.slice(0, at) : bytes;
      case 'huge':
        return bytes.toSpliced(at, 1, ...varint(2n ** BigInt(byte & 63) * (byte & 64 ? -1n : 1n)));
      default:
        return [...bytes.slice(0, at), ...bytes.slice(at, at + byte), ...bytes.slice(at)];
    }
  });
