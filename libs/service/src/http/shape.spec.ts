import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from './problem.js';
import { base64, instant, integer, list, object, oneOf, optional, read, share, text } from './shape.js';

const order = object({
  orderId: text({ max: 8, pattern: /^[a-z0-9]+$/, hint: 'must be lower-case letters and digits' }),
  kind: oneOf(['gift', 'plain']),
  lines: list(object({ sku: text({ max: 4 }), count: integer({ min: 1, max: 9 }) }), { min: 1, max: 2 }),
  dueAt: optional(instant()),
});

function errorsOf(value: unknown): readonly { readonly path: string; readonly hint: string }[] {
  try {
    read(order, value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).status).toBe(400);
    return (error as Problem).errors;
  }
}

describe('a request body', () => {
  it('is read as the shape has it; what is optional and absent is null', () => {
    expect(read(order, { orderId: 'a1', kind: 'gift', lines: [{ sku: 'x', count: 2 }] })).toEqual({ orderId: 'a1', kind: 'gift', lines: [{ sku: 'x', count: 2 }], dueAt: null });
  });

  it('names every wrong field with its path and what would be right', () => {
    expect(errorsOf({ orderId: 'A!', kind: 'none', lines: [{ sku: 'x', count: 0 }, { sku: 'toolong', count: 1 }], dueAt: 'tomorrow' })).toEqual([
      { path: 'orderId', hint: 'must be lower-case letters and digits' },
      { path: 'kind', hint: 'must be one of gift, plain' },
      { path: 'lines[0].count', hint: 'must be a whole number from 1 to 9' },
      { path: 'lines[1].sku', hint: 'must have 1 to 4 characters' },
      { path: 'dueAt', hint: 'must be a time with its offset, such as 2026-11-23T18:00:00Z' },
    ]);
  });

  it('says what is missing, and does not take a misspelt field for an absent one', () => {
    expect(errorsOf({ orderID: 'a1', kind: 'gift', lines: [{ sku: 'x', count: 1 }] })).toEqual([
      { path: 'orderID', hint: 'is not known here; known are orderId, kind, lines, dueAt' },
      { path: 'orderId', hint: 'is required' },
    ]);
  });

  it('refuses what is no object', () => {
    for (const value of [null, undefined, 3, 'x', []]) expect(errorsOf(value)).toHaveLength(1);
  });

  it('does not take inherited names for fields', () => {
    expect(errorsOf(JSON.parse('{"__proto__": {"orderId": "a1"}, "constructor": 1}')).map(({ path }) => path)).toEqual(['__proto__', 'constructor', 'orderId', 'kind', 'lines']);
  });

  it('reads a share as a number from 0 to 1', () => {
    for (const value of [0, 0.25, 1]) expect(read(share(), value)).toBe(value);
    for (const value of [-0.1, 1.1, '1', null, NaN]) expect(() => read(share(), value)).toThrow(Problem);
  });

  it('reads times of any offset, and none without one', () => {
    expect(read(instant(), '2026-03-29T03:30:00+02:00')).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(() => read(instant(), '2026-03-29T03:30:00')).toThrow(Problem);
    expect(() => read(instant(), '2026-13-29T03:30:00Z')).toThrow(Problem);
  });

  it('reads base64 exactly: what Node would forgive is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(read(base64({ min: 1, max: 40 }), Buffer.from(bytes).toString('base64'))).toEqual(bytes);
      }),
    );
    for (const text of ['', 'AAA', 'AA==\n', 'AB==', '-_-_', 'A A=', 'AAAA'.repeat(20)]) expect(() => read(base64({ min: 1, max: 40 }), text)).toThrow(Problem);
  });

  it('refuses text that would not come back as it was', () => {
    for (const value of ['\ud800', 'a\u0000b']) expect(() => read(text({ max: 9 }), value)).toThrow(Problem);
    expect(read(text({ max: 9 }), '😀')).toBe('😀');
  });
});
