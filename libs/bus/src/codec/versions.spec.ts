// Records of older versions are read as the newest, for ever. The registries here are made up for the test.
import { describe, expect, test } from '@jest/globals';
import { REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent, AvroRecord, RegisteredSchema } from '@parley/contracts';
import { createCodec } from './codec.js';

const { schema: skipped } = REGISTERED_SCHEMAS.find((entry) => entry.name === 'DecisionSkipped')!;
const [meta] = skipped.fields;
const line = (...more: object[]): object => ({ type: 'record', name: 'Line', fields: [{ name: 'what', type: { type: 'string', 'parley.maxLength': 20 } }, ...more] });
const versionOf = (id: number, version: number, fields: object[]): RegisteredSchema => {
  const schema = { type: 'record', namespace: 'parley.v1', name: 'OrderPlaced', fields: [meta, ...fields] } as unknown as AvroRecord;
  return { id, name: 'OrderPlaced', version, fingerprint: '', schema };
};

const micros = { type: 'long', logicalType: 'micros' };
const first = versionOf(1, 1, [
  { name: 'state', type: { type: 'enum', name: 'State', symbols: ['open', 'paid'] } },
  { name: 'forgotten', type: { type: 'string', 'parley.maxLength': 50 } },
  { name: 'total', type: micros },
  { name: 'lines', type: { type: 'array', items: line(), 'parley.maxItems': 3 } },
  { name: 'proof', type: { type: 'bytes', 'parley.maxLength': 8 } },
  { name: 'paidAt', type: { type: 'long', 'parley.min': 0 } },
]);
const second = versionOf(9, 2, [
  { name: 'paidAt', type: ['null', { type: 'long', 'parley.min': 0 }] },
  { name: 'state', type: { type: 'enum', name: 'State', symbols: ['late', 'open', 'paid'] } },
  { name: 'total', type: micros },
  { name: 'discount', type: micros, default: -5 },
  { name: 'lines', type: { type: 'array', items: line({ name: 'count', type: { type: 'int', 'parley.min': 1 }, default: 1 }), 'parley.maxItems': 4 } },
  { name: 'proof', type: ['null', { type: 'bytes', 'parley.maxLength': 9 }] },
  { name: 'note', type: ['null', { type: 'string', 'parley.maxLength': 9 }], default: null },
]);

const stamped = {
  meta: { eventId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', at: Date.UTC(2024, 1, 29), recordedAt: Date.UTC(2024, 1, 29), link: 'orders/0', number: 1, cause: null, catalogOffset: 0 },
};
const old = { type: 'OrderPlaced', ...stamped, state: 'paid', forgotten: 'x', total: 2n ** 62n + 1n, lines: [{ what: 'a' }, { what: 'b' }], proof: Uint8Array.from([7]), paidAt: 9 };
const asNow = {
  type: 'OrderPlaced',
  ...stamped,
  paidAt: 9,
  state: 'paid',
  total: 2n ** 62n + 1n,
  discount: -5n,
  lines: [
    { what: 'a', count: 1 },
    { what: 'b', count: 1 },
  ],
  proof: Uint8Array.from([7]),
  note: null,
};
const event = (value: object): AnyEvent => value as unknown as AnyEvent;

describe('two versions of one schema', () => {
  const before = createCodec([first]);
  const now = createCodec([first, second]);
  const frame = before.encode(event(old));

  test('an old frame reads as the newest version: defaults filled in, lost fields skipped, symbols by name, values exact', () => {
    expect(before.decode(frame)).toStrictEqual(old);
    expect(now.decode(frame)).toStrictEqual(asNow);
    expect(now.readMeta(frame)).toStrictEqual({ schemaId: 1, type: 'OrderPlaced', meta: old.meta, end: expect.any(Number) });
  });

  test('new frames have the newest id, whatever the order of the registry', () => {
    for (const codec of [now, createCodec([second, first])]) {
      expect(codec.encode(event(asNow))[4]).toBe(9);
      expect(codec.decode(codec.encode(event(asNow)))).toStrictEqual(asNow);
      expect(codec.decode(frame)).toStrictEqual(asNow);
    }
  });

  test('an old frame is walked by its own schema: hostile counts are refused there too', () => {
    const at = Buffer.from(frame).indexOf(Buffer.from([4, 2, 0x61, 2, 0x62, 0]));
    const hostile = Uint8Array.from([...frame.subarray(0, at), 0xfe, 0xff, 0xff, 0xff, 0x0f, ...frame.subarray(at + 1)]);
    expect(() => now.decode(hostile)).toThrow(expect.objectContaining({ code: 'block_count' }));
  });

  test('a frame of a version this process does not know yet is refused by its id', () => {
    expect(() => before.decode(now.encode(event(asNow)))).toThrow(expect.objectContaining({ code: 'unknown_schema' }));
  });

  test('an older version that the newest cannot read is found when the codec is made', () => {
    const unreadable = versionOf(9, 2, [{ name: 'state', type: { type: 'enum', name: 'State', symbols: ['open'] } }]);
    expect(() => createCodec([first, unreadable])).toThrow();
  });
});
