import type { AvroRecord, AvroScalar, AvroType } from '@parley/contracts';
import { LARGEST_LONG } from './constraints.js';
import type { Cursor } from './cursor.js';
import { FrameError } from './errors.js';

/** Walks over one value of a type without building it; throws FrameError where the bytes cannot be such a value. */
export type Walk = (cursor: Cursor) => void;

interface Walked {
  readonly walk: Walk;
  /** Fewest bytes a value takes. */
  readonly width: number;
}

/**
 * The walk over a schema's records. It goes before Avro's decoder, which trusts lengths and counts: a frame of five bytes can make it build
 * an array of 2^53 items. Throws TypeError for a schema whose array items may have no width, or that contains itself.
 */
export function walkOf(schema: AvroRecord): Walk {
  return walked(schema, new Map()).walk;
}

function walked(type: AvroType, named: Map<string, Walked | null>): Walked {
  if (typeof type === 'string') return walkedName(type, named);
  if (isUnion(type)) return nullable(walked(type[1], named));
  switch (type.type) {
    case 'record':
      return remembered(type.name, named, () => record(type, named));
    case 'enum':
      return remembered(type.name, named, () => enumeration(type.symbols.length));
    case 'array':
      return array(walked(type.items, named));
    case 'string':
    case 'bytes':
    case 'long':
    case 'int':
    case 'boolean':
      return scalar(type);
    default:
      return type satisfies never;
  }
}

function isUnion(type: Exclude<AvroType, string>): type is readonly ['null', AvroType] {
  return Array.isArray(type);
}

function walkedName(name: string, named: Map<string, Walked | null>): Walked {
  if (name === 'boolean' || name === 'string' || name === 'bytes' || name === 'long' || name === 'int') return scalar({ type: name });
  const known = named.get(name);
  if (known === null) throw new TypeError(`the schema ${name} contains itself`);
  if (known === undefined) throw new TypeError(`the schema names an unknown or widthless type ${name}`);
  return known;
}

function remembered(name: string, named: Map<string, Walked | null>, build: () => Walked): Walked {
  named.set(name, null);
  const built = build();
  named.set(name, built);
  return built;
}

function scalar(type: AvroScalar): Walked {
  switch (type.type) {
    case 'string':
      // A pattern allows ASCII only, and is checked on the decoded value.
      return { width: 1, walk: type['parley.pattern'] === undefined ? (cursor) => cursor.text() : (cursor) => void cursor.span() };
    case 'bytes':
      return { width: 1, walk: (cursor) => void cursor.span() };
    case 'long':
      return { width: 1, walk: type.logicalType === 'micros' ? (cursor) => void cursor.long() : walkCount };
    case 'int':
      return { width: 1, walk: (cursor) => void cursor.long() };
    case 'boolean':
      return { width: 1, walk: walkBoolean };
    default:
      return type.type satisfies never;
  }
}

function walkCount(cursor: Cursor): void {
  if (!(Math.abs(cursor.long()) <= LARGEST_LONG)) throw new FrameError('invalid_value', 'an integer beyond 2^53');
}

function walkBoolean(cursor: Cursor): void {
  if (cursor.byte() > 1) throw new FrameError('bad_branch', 'a boolean that is neither 0 nor 1');
}

function enumeration(symbols: number): Walked {
  return {
    width: 1,
    walk: (cursor) => {
      const index = cursor.long();
      if (index < 0 || index >= symbols) throw new FrameError('bad_branch', 'an unknown enum symbol');
    },
  };
}

function nullable(some: Walked): Walked {
  return {
    width: 1,
    walk: (cursor) => {
      const branch = cursor.long();
      if (branch === 1) some.walk(cursor);
      else if (branch !== 0) throw new FrameError('bad_branch', 'an unknown union branch');
    },
  };
}

function record(type: AvroRecord, named: Map<string, Walked | null>): Walked {
  const fields = type.fields.map((field) => walked(field.type, named));
  const walks = fields.map((field) => field.walk);
  return {
    width: fields.reduce((sum, field) => sum + field.width, 0),
    walk: (cursor) => {
      for (let index = 0; index < walks.length; index++) walks[index]!(cursor);
    },
  };
}

function array(items: Walked): Walked {
  if (items.width === 0) throw new TypeError('an array whose items have no width');
  return { width: 1, walk: (cursor) => walkBlocks(cursor, items) };
}

function walkBlocks(cursor: Cursor, items: Walked): void {
  for (;;) {
    let count = cursor.long();
    if (count === 0) return;
    let end: number | null = null;
    if (count < 0) {
      // A negative count is followed by the block's size in bytes.
      count = -count;
      const size = cursor.long();
      end = cursor.position + size;
    }
    if (count * items.width > cursor.left) throw new FrameError('block_count', 'a block of more items than there are bytes for');
    for (let index = 0; index < count; index++) items.walk(cursor);
    if (end !== null && cursor.position !== end) throw new FrameError('block_count', 'a block that does not have the size it claims');
  }
}
