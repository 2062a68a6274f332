import { describe, expect, test } from '@jest/globals';
import { changes, count, field, part, record } from './changes.fixture.js';
import type { Verdict } from './changes.fixture.js';
import { historyFaults, incompatibilities, sentenceOf } from './full-transitive.js';
import { nodeOf } from './parse.js';

function verdicts(before: unknown, after: unknown): readonly [Verdict, Verdict] {
  const faults = incompatibilities(nodeOf(after), [{ version: 1, schema: nodeOf(before) }]);
  const of = (direction: string): Verdict => faults.find((fault) => fault.direction === direction)?.kind ?? 'ok';
  return [of('backward'), of('forward')];
}

describe.each(changes)('%s', (_, cases) => {
  test.each(cases)('%s', (_what, before, after, backward, forward) => {
    expect(verdicts(before, after)).toEqual([backward, forward]);
  });
});

describe('what is told', () => {
  test('names record, path, version and fix', () => {
    const later = part('Line', [count]);
    const faults = incompatibilities(nodeOf(later), [{ version: 3, schema: nodeOf(part('Line', [])) }]);
    expect(faults.map(sentenceOf)).toEqual(['Order.x.count is new and has no default: records of version 3 could not be read. Fix: give the field a default.']);
  });

  test('is every fault, in both directions', () => {
    const before = record({ name: 'a', type: 'int' }, { name: 'b', type: 'string' });
    const after = record({ name: 'a', type: 'string' }, { name: 'c', type: 'string' });
    const faults = incompatibilities(nodeOf(after), [{ version: 1, schema: nodeOf(before) }]);
    expect(faults.map(({ direction, path, kind }) => `${direction} ${path} ${kind}`)).toEqual([
      'backward Order.a TYPE_MISMATCH',
      'backward Order.c READER_FIELD_MISSING_DEFAULT_VALUE',
      'forward Order.a TYPE_MISMATCH',
      'forward Order.b READER_FIELD_MISSING_DEFAULT_VALUE',
    ]);
  });

  test('is transitive: a version is held against all before it', () => {
    // Removing a field, then adding it again with another type: each step is allowed, both together are not.
    const history = [field('int', { default: 0 }), record(), field('string', { default: '' })].map((json, index) => ({ version: index + 1, schema: nodeOf(json) }));
    expect(historyFaults(history.slice(0, 2))).toEqual([]);
    expect(historyFaults(history.slice(1))).toEqual([]);
    expect(historyFaults(history)).toMatchObject([
      { later: 3, earlier: 1, direction: 'backward', kind: 'TYPE_MISMATCH' },
      { later: 3, earlier: 1, direction: 'forward', kind: 'TYPE_MISMATCH' },
    ]);
  });

  test('comes to an end for records within records, however they refer to each other', () => {
    const deep = (kind: string) => field({ type: 'record', name: 'A', fields: [{ name: 'b', type: { type: 'record', name: 'B', fields: [{ name: 'as', type: { type: 'array', items: 'A' } }, { name: 'v', type: kind }] } }] });
    expect(verdicts(deep('int'), deep('long'))).toEqual(['ok', 'TYPE_MISMATCH']);
  });
});
