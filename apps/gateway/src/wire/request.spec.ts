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
    ['a type not carried', { ...text, type: 'order' }, 131051, /Send one of text, template, image/],
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

const said = (type: string, value: unknown, more: object = {}) => ({ ...base, type, [type]: value, ...more });
const buttons = [{ type: 'reply', reply: { id: '1', title: 'Yes' } }];
const row = { id: '1', title: 'Row' };
const button = (change: object = {}, action: object = { buttons }) => said('interactive', { type: 'button', body: { text: 'Well?' }, action, ...change });
const list = (sections: unknown, change: object = {}) => said('interactive', { type: 'list', body: { text: 'Which?' }, action: { button: 'Choose', sections }, ...change });
const cta = (parameters: unknown) => said('interactive', { type: 'cta_url', body: { text: 'Look' }, action: { name: 'cta_url', parameters } });

describe('a message of another type', () => {
  it.each<[string, unknown, unknown]>([
    ['an image by id', said('image', { id: '42', caption: 'A' }), { type: 'image', medium: { type: 'image', at: { id: '42' }, filename: null, field: 'image' }, caption: 'A', voice: false }],
    ['a document by link', said('document', { link: 'https://example.com/a.pdf', filename: 'a.pdf' }), { type: 'document', medium: { type: 'document', at: { link: 'https://example.com/a.pdf' }, filename: 'a.pdf', field: 'document' }, caption: null, voice: false }],
    ['a voice message', said('audio', { id: '1', voice: true }), { type: 'audio', voice: true }],
    ['a sticker', said('sticker', { id: '1' }), { type: 'sticker', caption: null }],
    ['a place in words', said('location', { latitude: '52.52', longitude: '-13.405', name: '' }), { type: 'location', latitudeE7: 525_200_000, longitudeE7: -134_050_000, name: null, address: null }],
    ['cards', said('contacts', [{ name: { formatted_name: 'Ada', first_name: 'Ada' }, phones: [{ phone: '1', wa_id: '2' }], emails: [], org: { company: 'E' }, urls: [{ url: 'u', type: '' }] }]), { type: 'contacts', contacts: [{ name: { formattedName: 'Ada', firstName: 'Ada' }, phones: [{ phone: '1', waId: '2' }], urls: [{ url: 'u' }], org: { company: 'E' } }] }],
    ['a reaction', said('reaction', { message_id: 'wamid.x', emoji: '👩‍👩‍👧‍👦' }), { type: 'reaction', messageId: 'x', emoji: '👩‍👩‍👧‍👦' }],
    ['a flag', said('reaction', { message_id: 'wamid.x', emoji: '🇩🇪' }), { emoji: '🇩🇪' }],
    ['a heart of its colour', said('reaction', { message_id: 'wamid.x', emoji: '❤️' }), { emoji: '❤️' }],
    ['a hand of a skin', said('reaction', { message_id: 'wamid.x', emoji: '👍🏽' }), { emoji: '👍🏽' }],
    ['a reaction taken back', said('reaction', { message_id: 'wamid.x', emoji: '' }), { type: 'reaction', emoji: '' }],
    ['buttons under a picture', button({ header: { type: 'image', image: { id: '7' } } }), { type: 'interactive', header: { kind: 'image', medium: { type: 'image', at: { id: '7' }, filename: null, field: 'interactive.header.image' } }, body: 'Well?', footer: null, action: { kind: 'button', buttons: [{ id: '1', title: 'Yes' }] } }],
    ['a list', list([{ rows: [row] }], { footer: { text: 'F' } }), { footer: 'F', action: { kind: 'list', button: 'Choose', sections: [{ rows: [row] }] } }],
    ['a link to tap on', cta({ display_text: 'Open', url: 'https://example.com' }), { action: { kind: 'cta_url', button: 'Open', url: 'https://example.com' } }],
  ])('is read: %s', (_, body, read) => expect(parseRequest(body)).toMatchObject({ to: '491701234567', ...(read as object) }));

  it.each<[string, unknown, number, RegExp]>([
    ['no file', said('image', {}), 131008, /image\.id is missing/],
    ['two files', said('image', { id: '1', link: 'https://example.com' }), 100, /image\.link and id/],
    ['a link that is none', said('video', { link: 'ftp://example.com/a' }), 100, /video\.link must be a URL/],
    ['a long caption', said('image', { id: '1', caption: 'x'.repeat(1025) }), 100, /image\.caption must have at most 1024/],
    ['a caption on a sound', said('audio', { id: '1', caption: 'x' }), 100, /audio\.caption goes with/],
    ['a name on a picture', said('image', { id: '1', filename: 'x' }), 100, /image\.filename goes with document/],
    ['a path for a name', said('document', { id: '1', filename: '../x' }), 100, /without a path/],
    ['a voice on a picture', said('image', { id: '1', voice: true }), 100, /image\.voice/],
    ['no place', said('location', {}), 131008, /location\.latitude is missing/],
    ['a place off the earth', said('location', { latitude: 91, longitude: 0 }), 131009, /between -90 and 90/],
    ['a place in words that are no number', said('location', { latitude: 'north', longitude: 0 }), 100, /must be a number/],
    ['no cards', said('contacts', []), 131009, /1 to 257/],
    ['a card without a name', said('contacts', [{}]), 131008, /contacts\[0\]\.name is missing/],
    ['a card with half a name', said('contacts', [{ name: { first_name: 'A' } }]), 131008, /formatted_name/],
    ['a birthday in words', said('contacts', [{ name: { formatted_name: 'A' }, birthday: 'May' }]), 131009, /YYYY-MM-DD/],
    ['a reaction in words', said('reaction', { message_id: 'wamid.x', emoji: 'ok' }), 131009, /one emoji/],
    ['two emoji', said('reaction', { message_id: 'wamid.x', emoji: '👍👍' }), 131009, /one emoji/],
    ['a reaction that quotes', said('reaction', { message_id: 'wamid.x', emoji: '👍' }, { context: { message_id: 'wamid.y' } }), 100, /context/],
    ['a reaction to nothing', said('reaction', { emoji: '👍' }), 131008, /message_id is missing/],
    ['nothing to tap on', said('interactive', { type: 'button', body: { text: 'x' } }), 131008, /action is missing/],
    ['no kind', said('interactive', {}), 131008, /interactive\.type/],
    ['a kind not carried', said('interactive', { type: 'flow' }), 131051, /flow/],
    ['four buttons', button({}, { buttons: Array(4).fill(buttons[0]) }), 131009, /1 to 3 items/],
    ['a long button', button({}, { buttons: [{ type: 'reply', reply: { id: '1', title: 'x'.repeat(21) } }] }), 131009, /title length invalid\. Min length: 1, Max length: 20/],
    ['two buttons of one id', button({}, { buttons: ['A', 'B'].map((title) => ({ type: 'reply', reply: { id: '1', title } })) }), 131009, /ids of their own/],
    ['a long text above buttons', button({ body: { text: 'x'.repeat(1025) } }), 131009, /Max length: 1024/],
    ['a header without its file', button({ header: { type: 'image' } }), 131008, /header\.image is missing/],
    ['a list under a picture', list([{ rows: [row] }], { header: { type: 'image', image: { id: '1' } } }), 100, /must be "text" in a list/],
    ['eleven rows', list(['A', 'B'].map((title) => ({ title, rows: Array(6).fill(0).map((_, i) => ({ id: title + i, title: 't' })) }))), 131009, /12 rows together/],
    ['sections without titles', list([{ rows: [row] }, { rows: [{ ...row, id: '2' }] }]), 131008, /sections\[0\]\.title/],
    ['a row without an id', list([{ rows: [{ title: 'x' }] }]), 131008, /rows\[0\]\.id/],
    ['a script for a link', cta({ display_text: 'Open', url: 'javascript:x' }), 131009, /must be a URL/],
  ])('with %s is refused', (_, body, code, details) => {
    const fault = refused(body);
    expect(faults[fault.kind].code).toBe(code);
    expect(fault.details).toMatch(details);
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
