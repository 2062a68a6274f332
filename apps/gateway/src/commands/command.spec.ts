import { describe, expect, it } from '@jest/globals';
import { maxCommandBytes, readCommand } from './command.js';

const text = { messaging_product: 'whatsapp', to: '+1 555 123 0001', type: 'text', text: { body: 'Hello' } };
const whole = { request_id: 'order-7', phone_number_id: '106540352242922', ...text };
const read = (value: unknown) => readCommand('commands', { partition: 2, offset: 17, value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });

describe('a command', () => {
  it('is the body of the wire, with its id and the number beside it', () => {
    expect(read(whole)).toMatchObject({ requestId: 'order-7', phoneNumberId: '106540352242922', fault: null, request: { type: 'text', to: '15551230001', body: 'Hello' } });
    expect(read({ ...whole, messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.x' })).toMatchObject({ request: { type: 'read', messageId: 'x' } });
  });

  it('goes by its place on the topic where it has no id', () => {
    expect(read({ ...whole, request_id: undefined })).toMatchObject({ requestId: 'commands-2-17', fault: null });
  });

  it('is the same however its JSON is spaced, and another with another word', () => {
    expect(read(JSON.stringify(whole, null, 2)).hash).toBe(read(whole).hash);
    expect(read({ ...whole, text: { body: 'Hi' } }).hash).not.toBe(read(whole).hash);
  });

  it.each<[string, unknown, string, string, RegExp]>([
    ['no value', null, 'commands-2-17', '', /must be JSON in UTF-8/],
    ['no JSON', '{"request_id":', 'commands-2-17', '', /must be JSON in UTF-8/],
    ['a list', [], 'commands-2-17', '', /must be a JSON object/],
    ['too much', { ...whole, text: { body: 'x'.repeat(maxCommandBytes) } }, 'commands-2-17', '', /at most 262144/],
    ['an id that is none', { ...whole, request_id: 'a b' }, 'commands-2-17', 'request_id', /1 to 128 letters/],
    ['no number to send from', { ...whole, phone_number_id: undefined }, 'order-7', 'phone_number_id', /is missing/],
    ['a number that is none', { ...whole, to: 'Ada' }, 'order-7', 'to', /must be a phone number/],
    ['no text', { ...whole, text: {} }, 'order-7', 'text.body', /is missing/],
    ['another type', { ...whole, type: 'order' }, 'order-7', 'type', /is not carried/],
    ['a picture without its file', { ...whole, type: 'image', image: {} }, 'order-7', 'image.id', /is missing/],
    ['a template without its language', { ...whole, type: 'template', template: { name: 'shipping' } }, 'order-7', 'template.language', /is missing/],
    ['another product', { ...whole, messaging_product: 'x' }, 'order-7', 'messaging_product', /must be "whatsapp"/],
  ])('with %s names the field and the fix', (_, value, requestId, field, hint) => {
    const { fault, ...command } = read(value);
    expect(command.requestId).toBe(requestId);
    expect(fault).toMatchObject({ field, details: expect.stringMatching(hint) });
  });
});
