import { describe, expect, it } from '@jest/globals';
import type { Table } from '@parley/contracts';
import { differences } from './difference.js';

const envelope: Table = { name: 'envelope', key: ['id'], columns: { id: { type: 'text' }, bytes: { type: 'bytea' } } };
const row = (fields: object) => JSON.stringify(['row', 'envelope', JSON.stringify(fields)]);
const state = (key: string, value: unknown) => JSON.stringify(['state', key, 'shop', value]);
const changes = (before: readonly string[], after: readonly string[]) => differences('envelopes/0', [envelope], before.join('\n'), after.join('\n')).map(({ entry, change }) => `${entry}: ${change}`);

describe('what is not the same in two dumps', () => {
  it('is nothing where they are the same', () => {
    expect(changes([row({ id: 'a', bytes: '\\x00' })], [row({ id: 'a', bytes: '\\x00' })])).toEqual([]);
  });

  it('names each field of an entry that changed, and the entries that are on one side only', () => {
    expect(changes([state('k', { a: 1, b: 2 }), state('gone', 1)], [state('k', { a: 1, b: 3 }), state('new', 1)])).toEqual([
      'state of k: b was 2, the log says 3',
      'state of gone: it was there, and the log says nothing of it',
      'state of new: the log says it, and it was missing',
    ]);
    expect(changes([JSON.stringify(['timer', { key: 'k', due_at: 5 }])], [])).toEqual(['timer {"key":"k","due_at":5}: it was there, and the log says nothing of it']);
  });

  it('gives sealed content by its size only, in either store’s spelling', () => {
    expect(changes([row({ id: 'a', bytes: '\\xdeadbeef' })], [row({ id: 'a', bytes: `\\x${'00'.repeat(300)}` })])).toEqual(['row of envelope {"id":"a"}: bytes was (4 bytes), the log says (300 bytes)']);
    const memory = (bytes: string) => JSON.stringify(['row', 'envelope:{"id":"a"}', { id: 'a', bytes }]);
    expect(changes([memory('ab'.repeat(100))], [memory('cd'.repeat(200))])).toEqual(['row of envelope {"id":"a"}: bytes was (100 bytes), the log says (200 bytes)']);
  });

  it('cuts long values', () => {
    expect(changes([state('k', { text: 'a' })], [state('k', { text: 'b'.repeat(500) })])[0]!.length).toBeLessThan(150);
  });
});
