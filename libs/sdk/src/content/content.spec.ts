import { describe, expect, it } from '@jest/globals';
import { canonicalJson, maxPlaintextBytes, utf8, type Json } from '@parley/crypto';
import fc from 'fast-check';
import { decodeContent, encodeContent, type Content } from './content.js';
import { aFile, contents } from './contents.fixture.js';
import { ContentError } from './error.js';
import { maxTextLength } from './kinds/text.js';

const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof ContentError ? error.code : error;
  }
};

describe('content', () => {
  it('comes back as it went, and is the same bytes whatever the order of its fields', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const bytes = encodeContent(content);
        expect(decodeContent(bytes)).toEqual(content);
        expect(encodeContent(Object.fromEntries(Object.entries(content).reverse()) as Content)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds what its type has and nothing else, at every depth', () => {
    const deeper: unknown[] = [
      { type: 'image', file: { ...aFile, x: 1 } }, { type: 'image', file: aFile, voice: true }, { type: 'reaction', messageId: 'm1', emoji: 'a', replyTo: 'm2' },
      { type: 'contacts', contacts: [{ name: { formattedName: 'Ada', nick: 'A' } }] }, { type: 'interactive', kind: 'button', body: 'b', buttons: [{ id: '1', title: 't', x: 1 }] },
    ];
    for (const claim of deeper) expect(codeOf(() => decodeContent(utf8(canonicalJson(claim as Json))))).toBe('content_malformed');
  });

  it('at its longest fits an envelope', () => {
    expect(encodeContent({ type: 'text', body: '\u0001'.repeat(maxTextLength) }).length).toBeLessThanOrEqual(maxPlaintextBytes);
  });

  it('is refused in any other spelling', () => {
    for (const spelling of ['{"type":"text", "body":"a"}', '{"type":"text","body":"a"}', '{"body":"a","type":"text","x":1}', '{"body":"\\u0061","type":"text"}', '{"body":"b","body":"a","type":"text"}', '{"body":"\\ud800","type":"text"}']) {
      expect(codeOf(() => decodeContent(utf8(spelling)))).toBe('content_malformed');
    }
    expect(decodeContent(utf8('{"body":"a","type":"text"}'))).toEqual({ type: 'text', body: 'a' });
  });

  it('is refused where it is not what it should be', () => {
    const template = { type: 'template', name: 'n', language: 'en', version: 1, hash: 'a'.repeat(64), parameters: [] };
    const malformed: unknown[] = [
      null, 7, 'text', [], {}, { type: 7 }, { type: 'text' }, { type: 'text', body: '' }, { type: 'text', body: 7 }, { type: 'text', body: '\ud800' },
      { type: 'text', body: 'a', from: null }, { type: 'text', body: 'a', from: { phone: '+4915112345678', name: '' } }, { type: 'text', body: 'a', replyTo: '' },
      { ...template, hash: 'A'.repeat(64) }, { ...template, version: 1.5 }, { ...template, parameters: {} }, { ...template, parameters: [null] },
      { ...template, parameters: [{ component: 'body' }] }, { ...template, parameters: [{ component: 'body', values: [{ kind: 'text' }] }] },
      { type: 'image' }, { type: 'image', file: null }, ...Object.keys(aFile).map((field) => ({ type: 'image', file: { ...aFile, [field]: undefined } })),
      { type: 'image', file: { ...aFile, key: aFile.hash } }, { type: 'image', file: { ...aFile, length: -1 } }, { type: 'image', file: { ...aFile, mimeType: 'jpeg' } },
      { type: 'document', file: { ...aFile, filename: '../x' } }, { type: 'document', file: { ...aFile, filename: 'a\u0000b' } }, { type: 'image', file: aFile, caption: '' },
      { type: 'audio', file: aFile, voice: false }, { type: 'sticker', file: aFile, animated: 'yes' },
      { type: 'location', latitudeE7: 900_000_001, longitudeE7: 0 }, { type: 'location', latitudeE7: 0, longitudeE7: 0.5 }, { type: 'location', latitudeE7: 0, longitudeE7: 0, name: '' },
      { type: 'contacts', contacts: [] }, { type: 'contacts', contacts: [{}] }, { type: 'contacts', contacts: [{ name: { formattedName: '' } }] },
      { type: 'contacts', contacts: [{ name: { formattedName: 'A' }, birthday: '31.12.1990' }] }, { type: 'contacts', contacts: [{ name: { formattedName: 'A' }, phones: [{ phone: 7 }] }] },
      { type: 'reaction', messageId: '', emoji: 'a' }, { type: 'reaction', messageId: 'm1' },
      { type: 'interactive', kind: 'poll', body: 'b' }, { type: 'interactive', kind: 'button', body: 'b', buttons: [] }, { type: 'interactive', kind: 'button', body: '', buttons: [{ id: '1', title: 't' }] },
      { type: 'interactive', kind: 'button', body: 'b', buttons: Array(4).fill(0).map((_, i) => ({ id: `${i}`, title: 't' })) },
      { type: 'interactive', kind: 'button', body: 'b', buttons: [{ id: '1', title: 't' }, { id: '1', title: 'u' }] },
      { type: 'interactive', kind: 'list', body: 'b', button: 'b', sections: [{ rows: [{ id: '1', title: 't' }] }, { title: 's', rows: [{ id: '2', title: 't' }] }] },
      { type: 'interactive', kind: 'list', body: 'b', button: 'b', sections: ['s', 't'].map((title) => ({ title, rows: Array(6).fill(0).map((_, i) => ({ id: `${title}${i}`, title: 't' })) })) },
      { type: 'interactive', kind: 'cta_url', body: 'b', button: 'b', url: 'javascript:alert(1)' },
      { type: 'interactive', kind: 'button', body: 'b', buttons: [{ id: '1', title: 't' }], header: { kind: 'audio', file: aFile } },
      { type: 'button_reply', id: '', title: 't' }, { type: 'list_reply', id: '1' }, { type: 'template_reply', payload: 'p' },
      { ...template, parameters: [{ component: 'header', values: [{ kind: 'image', text: '', file: { ...aFile, sha256: 'x' } }] }] },
      { ...template, parameters: Array(65).fill({ component: 'body', values: [] }) },
    ];
    for (const claim of malformed) expect(codeOf(() => encodeContent(claim as Content))).toBe('content_malformed');
    const long = (length: number) => 'x'.repeat(length);
    const tooLong: Content[] = [
      { type: 'text', body: long(maxTextLength + 1) }, { type: 'image', file: aFile, caption: long(1025) }, { type: 'document', file: { ...aFile, filename: long(241) } },
      { type: 'interactive', kind: 'button', body: long(1025), buttons: [{ id: '1', title: 't' }] }, { type: 'interactive', kind: 'button', body: 'b', buttons: [{ id: '1', title: long(21) }] },
      { type: 'interactive', kind: 'list', body: 'b', button: 'b', sections: [{ rows: [{ id: '1', title: long(25) }] }] }, { type: 'reaction', messageId: 'm1', emoji: long(41) },
    ];
    for (const content of tooLong) expect(codeOf(() => encodeContent(content))).toBe('content_too_long');
    expect(codeOf(() => encodeContent({ type: 'interactive', kind: 'list', body: long(4096), button: 'b', sections: [{ rows: [{ id: '1', title: 't' }] }] }))).toBe('nothing thrown');
    expect(codeOf(() => encodeContent({ type: 'poll' } as unknown as Content))).toBe('content_unsupported');
  });

  it('is a ContentError whatever the bytes', () => {
    const nearly = fc.json().map(utf8);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), nearly), (bytes) => {
        expect(['content_malformed', 'content_unsupported', 'content_too_long']).toContain(codeOf(() => decodeContent(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});
