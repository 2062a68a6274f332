import { describe, expect, it } from '@jest/globals';
import { Problem, read } from '@parley/service';
import { messageShape } from './message-shape.js';

const plain = { messageId: 'm1', numberId: 'n1', contactId: 'c1', kind: 'free_form', envelope: 'AQID' };
const template = { name: 'shipping', language: 'en_US', parameters: [{ component: 'body', kinds: ['text'] }] };

function wrong(message: object): readonly string[] {
  try {
    read(messageShape, message);
    return [];
  } catch (error) {
    return (error as Problem).errors.map(({ path }) => path);
  }
}

describe('a message', () => {
  it('is plain, or has a template', () => {
    expect(read(messageShape, plain)).toMatchObject({ kind: 'free_form', template: null, sendAt: null, envelope: Uint8Array.of(1, 2, 3) });
    expect(read(messageShape, { ...plain, kind: 'template', template, sendAt: '2026-12-01T09:00:00+01:00' })).toMatchObject({ template: { ...template, version: null }, sendAt: Date.UTC(2026, 11, 1, 8) });
  });

  it.each([
    ['a template that is missing', { ...plain, kind: 'template' }, ['template']],
    ['a template that does not belong', { ...plain, template }, ['template']],
    ['an id of another form', { ...plain, messageId: 'm 1', contactId: '+491713920007' }, ['messageId', 'contactId']],
    ['content in clear', { ...plain, text: 'hello' }, ['text']],
    ['an envelope that is none', { ...plain, envelope: 'hello' }, ['envelope']],
    ['an envelope that is too large', { ...plain, envelope: Buffer.alloc(49_153).toString('base64') }, ['envelope']],
  ])('is refused for %s', (_, message, paths) => {
    expect(wrong(message)).toEqual(paths);
  });
});
