import { describe, expect, it } from '@jest/globals';
import { faultBody, faults, WireFault } from './fault.js';
import { parseRequest } from './request.js';

const base = { messaging_product: 'whatsapp', to: '491701234567' };
const text = { ...base, type: 'text', text: { body: 'Hello' } };

function refused(body: unknown): WireFault {
  try {
    parseRequest(body);
  } catch (error) {
    if (error instanceof WireFault) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a message request', () => {
  it('is read whole', () => {
    const body = {
      ...text, recipient_type: 'individual', to: '+49 (170) 123-4567', context: { message_id: 'wamid.abc_-1' },
      biz_opaque_callback_data: 'order 7', text: { body: 'Hello', preview_url: true },
    }; // prettier-ignore
    expect(parseRequest(body)).toEqual({
      type: 'text', input: '+49 (170) 123-4567', to: '491701234567', context: 'abc_-1', callbackData: 'order 7', body: 'Hello', previewUrl: true,
    }); // prettier-ignore
  });

  it('is text where no type is given', () => {
    expect(parseRequest({ ...base, text: { body: 'Hello' } })).toMatchObject({ type: 'text', context: null, callbackData: null, previewUrl: false });
  });

  it('may mark a message as read', () => {
    const body = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.x', typing_indicator: { type: 'text' } };
    expect(parseRequest(body)).toEqual({ type: 'read', messageId: 'x' });
  });

  it.each<[string, unknown, number, RegExp]>([
    ['no object', 'text', 100, /JSON object/],
    ['a list', [], 100, /JSON object/],
    ['no product', { to: '1', type: 'text' }, 100, /messaging_product/],
    ['another product', { ...text, messaging_product: 'sms' }, 100, /messaging_product/],
    ['an unknown type', { ...text, type: 'telegram' }, 100, /type must be one of/],
    ['a type to come', { ...text, type: 'image' }, 131051, /Send text or template/],
    ['no recipient', { ...text, to: undefined }, 131008, /to is missing/],
    ['a recipient in words', { ...text, to: 'Anna' }, 131009, /phone number/],
    ['a recipient as number', { ...text, to: 491701234567 }, 131009, /phone number as text/],
    ['a group', { ...text, recipient_type: 'group' }, 131009, /individual/],
    ['no text', { ...text, text: undefined }, 131008, /text is missing/],
    ['no body', { ...text, text: {} }, 131008, /text.body/],
    ['an empty body', { ...text, text: { body: '' } }, 131008, /text.body/],
    ['a body that is no text', { ...text, text: { body: 7 } }, 100, /text.body/],
    ['a long body', { ...text, text: { body: 'x'.repeat(4097) } }, 100, /at most 4096.*it has 4097/],
    ['half a character', { ...text, text: { body: '\ud83d' } }, 100, /well-formed/],
    ['a wrong preview', { ...text, text: { body: 'x', preview_url: 'yes' } }, 100, /preview_url/],
    ['text that is no object', { ...text, text: 'Hello' }, 100, /text must be a JSON object/],
    ['a wrong quote', { ...text, context: { message_id: '17' } }, 131009, /context.message_id/],
    ['an empty quote', { ...text, context: {} }, 131008, /context.message_id/],
    ['long callback data', { ...text, biz_opaque_callback_data: 'x'.repeat(513) }, 100, /512/],
    ['a status other than read', { messaging_product: 'whatsapp', status: 'delivered', message_id: 'wamid.x' }, 131009, /status/],
    ['read without an id', { messaging_product: 'whatsapp', status: 'read' }, 131008, /message_id/],
    ['read with a foreign id', { messaging_product: 'whatsapp', status: 'read', message_id: '../x' }, 131009, /message_id/],
    ['a template without a body', { ...base, type: 'template' }, 131008, /template is missing/],
  ])('with %s is refused', (_, body, code, details) => {
    const fault = refused(body);
    expect(faults[fault.kind].code).toBe(code);
    expect(fault.details).toMatch(details);
  });

  it('is taken with 4096 characters of text', () => {
    expect(parseRequest({ ...text, text: { body: 'x'.repeat(4096) } })).toMatchObject({ type: 'text' });
  });
});

describe('an error answer', () => {
  it('has the shape that clients read', () => {
    expect(faultBody(new WireFault('parameter-count', 'body: 1, not 2'), 'Atrace')).toEqual({
      error: {
        message: '(#132000) Number of parameters does not match the expected number of params',
        type: 'OAuthException',
        code: 132000,
        error_data: { messaging_product: 'whatsapp', details: 'body: 1, not 2' },
        fbtrace_id: 'Atrace',
      },
    });
  });

  it('has one code per kind', () => {
    const codes = Object.values(faults).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
