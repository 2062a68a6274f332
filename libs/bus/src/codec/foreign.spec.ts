// Our frames and schemas as any Avro client meets them: nothing of ours but the text of the registry.
import { expect, test } from '@jest/globals';
import { REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent } from '@parley/contracts';
import avsc from 'avsc';
import { createCodec } from './codec.js';

const texts = REGISTERED_SCHEMAS.map(({ id, name, schema }) => ({ id, name, text: JSON.stringify(schema) }));

test.each(texts)('schema $id, $name, is whole in itself', ({ name, text }) => {
  expect(avsc.Type.forSchema(JSON.parse(text) as avsc.Schema).name).toBe(`parley.v1.${name}`);
});

test('a frame is five bytes and plain Avro', () => {
  const event = {
    type: 'RecordConsent',
    meta: { eventId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', at: 1_764_000_000_000, recordedAt: 1_764_000_000_001, link: '', number: 0, cause: null, catalogOffset: 0 },
    ...{ authorization: null, requestId: 'r-1', contactId: 'c-1', action: 'grant', categories: ['utility'], source: 'a form', proof: 'ticked' },
  } as unknown as AnyEvent;
  const frame = Buffer.from(createCodec().encode(event));
  const { text } = texts.find(({ id }) => id === frame.readUInt32BE(1))!;
  const read: unknown = avsc.Type.forSchema(JSON.parse(text) as avsc.Schema).fromBuffer(frame.subarray(5));
  const { type: _, ...fields } = event;
  expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(fields)));
});
