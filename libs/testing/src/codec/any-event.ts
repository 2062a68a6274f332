import { REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent, AvroRecord, AvroScalar, AvroType, EventType } from '@parley/contracts';
import fc from 'fast-check';

/** Any event of that type that its schema allows, from the edges of every limit as well as from between. */
export function anyEventOf(type: EventType): fc.Arbitrary<AnyEvent> {
  const { schema } = REGISTERED_SCHEMAS.findLast((entry) => entry.name === type)!;
  return anyRecord(schema, new Map(), [['type', fc.constant(type)]]) as fc.Arbitrary<AnyEvent>;
}

function anyOf(type: AvroType, named: Map<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  if (typeof type === 'string') return named.get(type) ?? anyScalar({ type: type as AvroScalar['type'] });
  if (isUnion(type)) return fc.option(anyOf(type[1], named), { nil: null });
  switch (type.type) {
    case 'record':
      return remembered(type.name, named, anyRecord(type, named));
    case 'enum':
      return remembered(type.name, named, fc.constantFrom(...type.symbols));
    case 'array':
      return fc.array(anyOf(type.items, named), { maxLength: Math.min(6, type['parley.maxItems']) });
    default:
      return anyScalar(type);
  }
}

function isUnion(type: Exclude<AvroType, string>): type is readonly ['null', AvroType] {
  return Array.isArray(type);
}

function remembered(name: string, named: Map<string, fc.Arbitrary<unknown>>, arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  named.set(name, arbitrary);
  return arbitrary;
}

function anyRecord(schema: AvroRecord, named: Map<string, fc.Arbitrary<unknown>>, before: [string, fc.Arbitrary<unknown>][] = []): fc.Arbitrary<unknown> {
  const fields = schema.fields.map((field) => [field.name, anyOf(field.type, named)] as const);
  return fc.record(Object.fromEntries([...before, ...fields]), { noNullPrototype: true });
}

function anyScalar(type: AvroScalar): fc.Arbitrary<unknown> {
  const { 'parley.min': min, 'parley.max': max, 'parley.minLength': minLength = 0, 'parley.maxLength': maxLength = 64 } = type;
  switch (type.type) {
    case 'string': {
      const pattern = type['parley.pattern'];
      if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
      return fc.string({ unit: 'binary', minLength, maxLength: Math.min(64, maxLength) }).filter((text) => text.length <= maxLength);
    }
    case 'bytes':
      return fc.uint8Array({ minLength, maxLength: Math.min(300, maxLength) });
    case 'long':
      if (type.logicalType === 'micros') return fc.bigInt({ min: BigInt(min ?? -(2n ** 63n)), max: BigInt(max ?? 2n ** 63n - 1n) });
      return fc.integer({ min: min ?? 0, max: max ?? Number.MAX_SAFE_INTEGER - 1 });
    case 'int':
      return fc.integer({ min: min ?? -(2 ** 31), max: max ?? 2 ** 31 - 1 });
    case 'boolean':
      return fc.boolean();
    default:
      return type.type satisfies never;
  }
}
