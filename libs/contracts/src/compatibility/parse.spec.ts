import { describe, expect, test } from '@jest/globals';
import { REGISTERED_SCHEMAS } from '../generated/schemas.js';
import { canonicalOf, hasLimits } from './canonical.js';
import { nodeOf, parseSchema, SchemaError } from './parse.js';

const record = (...fields: readonly object[]) => ({ type: 'record', name: 'Order', fields });

describe('what is no Avro is refused, with the place', () => {
  test.each<[string, unknown, string]>([
    ['a number', 7, 'must be a name, an object or a list'],
    ['an unknown type', record({ name: 'x', type: 'money' }), 'fields[0].type: names an unknown type "money"'],
    ['a type used before it is defined', record({ name: 'x', type: 'Line' }, { name: 'y', type: { type: 'record', name: 'Line', fields: [] } }), 'fields[0].type: names an unknown type'],
    ['a type defined twice', record({ name: 'x', type: { type: 'enum', name: 'E', symbols: ['a'] } }, { name: 'y', type: { type: 'enum', name: 'E', symbols: ['a'] } }), 'fields[1].type: defines E again'],
    ['a record without fields', { type: 'record', name: 'Order' }, 'record Order has no fields'],
    ['a name that is none', { type: 'record', name: 'my-order', fields: [] }, 'has no name, or one that Avro does not allow'],
    ['a name that is a primitive’s', { type: 'enum', name: 'string', symbols: ['a'] }, 'may not be called string'],
    ['a field twice', record({ name: 'x', type: 'int' }, { name: 'x', type: 'int' }), 'has the field x twice'],
    ['a default of another type', record({ name: 'x', type: 'int', default: '1' }), 'fields[0]: the default does not fit the type'],
    ['a default of the second branch', record({ name: 'x', type: ['string', 'null'], default: null }), 'of a union: its first branch'],
    ['a union in a union', ['null', ['int', 'string']], 'a union may not hold a union'],
    ['a branch twice', ['int', 'int'], 'a union may hold int once only'],
    ['a symbol twice', { type: 'enum', name: 'E', symbols: ['a', 'a'] }, 'has a symbol twice'],
    ['a default that is no symbol', { type: 'enum', name: 'E', symbols: ['a'], default: 'b' }, 'its default is none of its symbols'],
    ['a fixed without size', { type: 'fixed', name: 'F' }, 'fixed F has no size'],
  ])('%s', (_, json, reason) => {
    expect(() => nodeOf(json)).toThrow(SchemaError);
    expect(() => nodeOf(json)).toThrow(reason);
  });

  test('text that is not JSON; but a bare primitive is a schema', () => {
    expect(() => parseSchema('{"type":')).toThrow('is not JSON');
    expect(parseSchema(' string ')).toMatchObject({ kind: 'string' });
    expect(parseSchema('"string"')).toMatchObject({ kind: 'string' });
  });

  test('a schema without end in depth or width', () => {
    const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => ({ type: 'array', items: inner }), 'int');
    const wide = record(...Array.from({ length: 5_000 }, (_, index) => ({ name: `f${index}`, type: 'int' })));
    for (const json of [deep, wide]) expect(() => nodeOf(json)).toThrow('is too large');
  });
});

describe('one schema, however it is written', () => {
  const canonical = (json: unknown) => canonicalOf(nodeOf(json), { limits: true });

  test('is the same: order of attributes, docs, what tools leave, names written out', () => {
    const plain = { type: 'record', namespace: 'shop', name: 'Order', fields: [{ name: 'x', type: { type: 'enum', name: 'State', symbols: ['a'] } }] };
    const other = { fields: [{ type: { symbols: ['a'], name: 'shop.State', type: 'enum', doc: 'd' }, doc: 'd', name: 'x' }], name: 'shop.Order', type: 'record', __fastavro_parsed__: true };
    expect(canonical(other)).toBe(canonical(plain));
  });

  test.each<[string, object]>([
    ['default', { default: 1 }],
    ['alias', { aliases: ['y'] }],
  ])('is another with another %s', (_, more) => {
    expect(canonical(record({ name: 'x', type: 'int', ...more }))).not.toBe(canonical(record({ name: 'x', type: 'int' })));
  });

  test('ours parse, and say their limits', () => {
    for (const { schema } of REGISTERED_SCHEMAS) expect(hasLimits(nodeOf(schema))).toBe(true);
    expect(hasLimits(nodeOf(record({ name: 'x', type: 'int' })))).toBe(false);
  });
});
