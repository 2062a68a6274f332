import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, templateHash, type Json } from './template.js';

const template = { name: 'parcel', language: 'en', version: 1, category: 'utility', body: 'Your parcel {{1}} is on its way.' };

describe('canonical JSON', () => {
  it('is one text per value: key order does not matter, nothing is lost', () => {
    expect(canonicalJson({ b: [1, null, true], a: 'ü"\n' })).toBe('{"a":"ü\\"\\n","b":[1,null,true]}');
    const words = fc.string({ unit: 'grapheme', maxLength: 8 });
    fc.assert(
      fc.property(fc.dictionary(words, fc.oneof(words, fc.maxSafeInteger(), fc.boolean(), fc.constant(null))), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(canonicalJson(fields as Json)).toBe(canonicalJson(reversed as Json));
        expect(JSON.parse(canonicalJson(fields as Json))).toEqual({ ...fields });
      }),
    );
  });

  it('refuses values that have no one spelling', () => {
    for (const value of [0.5, NaN, 2 ** 53, '\ud800', { '\udc00': 1 }]) expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('a template hash', () => {
  it('is fixed for ever', () => {
    expect(templateHash(template)).toBe('38537a5730ed4b91186d28df068421918fef2b507664d3c07167703cd4017d41');
  });

  it('changes with every field it covers and with nothing else', () => {
    const changes = [{ name: 'x' }, { language: 'de' }, { version: 2 }, { category: 'marketing' }, { body: '{{1}}' }];
    const hashes = changes.map((change) => templateHash({ ...template, ...change }));
    expect(new Set([...hashes, templateHash(template)]).size).toBe(6);
    const more = { ...template, status: 'approved' };
    expect(templateHash(more)).toBe(templateHash(template));
  });
});
