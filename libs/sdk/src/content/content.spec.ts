import { describe, expect, it } from '@jest/globals';
import { maxPlaintextBytes, utf8 } from '@parley/crypto';
import fc from 'fast-check';
import { decodeContent, encodeContent, maxTextLength, type Content } from './content.js';
import { ContentError } from './error.js';

const text = (minLength: number, maxLength: number) => fc.string({ unit: 'grapheme', minLength, maxLength }).filter((one) => one.length <= maxLength && one.length >= minLength);
const from = fc.record({ phone: fc.stringMatching(/^[1-9][0-9]{6,14}$/), name: text(0, 20) });
const optional = <T>(field: string, value: fc.Arbitrary<T>) => fc.oneof(fc.constant({}), value.map((one) => ({ [field]: one })));
const texts = fc.tuple(text(1, 50), optional('from', from), optional('replyTo', text(1, 20))).map(([body, a, b]): Content => ({ type: 'text', body, ...a, ...b }));
const values = fc.array(fc.record({ kind: text(1, 8), text: text(0, 20) }), { maxLength: 4 });
const templates = fc.record({
  type: fc.constant('template' as const),
  name: text(1, 20),
  language: text(1, 8),
  version: fc.nat(),
  hash: fc.stringMatching(/^[0-9a-f]{64}$/),
  parameters: fc.array(fc.record({ component: text(1, 8), values }), { maxLength: 3 }),
});
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
      fc.property(fc.oneof(texts, templates), (content) => {
        const bytes = encodeContent(content);
        expect(decodeContent(bytes)).toEqual(content);
        expect(encodeContent(Object.fromEntries(Object.entries(content).reverse()) as Content)).toEqual(bytes);
      }),
    );
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
      { ...template, parameters: Array(65).fill({ component: 'body', values: [] }) },
    ];
    for (const claim of malformed) expect(codeOf(() => encodeContent(claim as Content))).toBe('content_malformed');
    expect(codeOf(() => encodeContent({ type: 'text', body: 'x'.repeat(maxTextLength + 1) }))).toBe('content_too_long');
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
