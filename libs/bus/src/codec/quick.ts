import type { AvroRecord, AvroScalar, AvroType } from '@parley/contracts';
import type { Cursor } from './cursor.js';
import { GIVE_UP, isNullable, readArray, readEnum, readNullable, readScalar, type Read } from './reading.js';
import { Sink, writeArray, writeEnum, writeNullable, writeScalar, type Write } from './writing.js';

/** A value's type with both ways made for it. */
export interface Quick {
  readonly read: Read;
  readonly write: Write;
  /** Fewest bytes a value takes. */
  readonly width: number;
  /** Equal where two types are the same in all that is read and written, whatever schema they stand in. */
  readonly kind: string;
}

/**
 * The last record of a kind that was read, with its bytes. A decision repeats the message it is about: those bytes are checked already, and
 * copied. An event is a value: nobody changes one that was read.
 */
class Remembered {
  #value: unknown = null;
  #length = 0;

  constructor(private readonly bytes: Buffer) {}

  keep(value: unknown, source: Buffer, start: number, end: number): void {
    this.#value = null;
    if (end - start > this.bytes.length) return;
    source.copy(this.bytes, 0, start, end);
    this.#value = value;
    this.#length = end - start;
  }

  /** Whether it was this very value, and is written. */
  copyTo(sink: Sink, value: unknown): boolean {
    if (value !== this.#value || value === null) return false;
    const length = this.#length;
    sink.need(length);
    this.bytes.copy(sink.bytes, sink.position, 0, length);
    sink.position += length;
    return true;
  }
}

/** Fields from which on copying a record's bytes is cheaper than to write them anew. */
const worthRemembering = 8;
const rememberedBytes = 4_096;

/**
 * The quick ways for the newest version of each schema: they check while they read and write, in one pass, and build each record at once. Where
 * they meet anything unusual they give up (throwing GIVE_UP, or a FrameError of the cursor), and the slow way (walk, Avro library, check) decides.
 * What they accept, it accepts, with the same value and the same bytes.
 */
export class QuickSchemas {
  /** By a definition's JSON: the same record in two schemas is the same kind. */
  readonly #remembered = new Map<string, Remembered>();

  /** @param schema begins with the metadata, which is read apart: see `meta`. */
  event(schema: AvroRecord): { readonly body: (cursor: Cursor, meta: unknown) => unknown; readonly write: Write } {
    const named = new Map<string, Quick>();
    const [meta, ...body] = schema.fields.map(({ name, type }) => ({ name, quick: this.#of(type, named) }));
    if (meta === undefined) throw new TypeError(`the schema ${schema.name} has no fields`);
    const bodyReader = assemble<(cursor: Cursor, meta: unknown) => unknown>(
      body.map(({ quick }) => quick.read),
      `(cursor, meta) => ({ type: ${JSON.stringify(schema.name)}, ${fieldName(meta.name)}: meta, ${readSource(body.map(({ name }) => name))} })`,
    );
    return { body: bodyReader, write: recordWriter([meta, ...body]) };
  }

  record(schema: AvroRecord): Quick {
    return this.#record(schema, new Map());
  }

  /** @param named types defined before, which it may name. */
  value(type: AvroType, named: Map<string, Quick>): Quick {
    return this.#of(type, named);
  }

  #of(type: AvroType, named: Map<string, Quick>): Quick {
    if (typeof type === 'string') return named.get(type) ?? quickScalar({ type: type as AvroScalar['type'] });
    if (isNullable(type)) {
      const some = this.#of(type[1], named);
      return { read: readNullable(some.read), write: writeNullable(some.write), width: 1, kind: `${some.kind}?` };
    }
    switch (type.type) {
      case 'record':
        return remembered(type.name, named, this.#record(type, named));
      case 'enum':
        return remembered(type.name, named, { read: readEnum(type.symbols), write: writeEnum(type.symbols), width: 1, kind: JSON.stringify(type.symbols) });
      case 'array': {
        const item = this.#of(type.items, named);
        return { read: readArray(type, item.read, item.width), write: writeArray(type, item.write), width: 1, kind: `${item.kind}*${type['parley.maxItems']}` };
      }
      case 'string':
      case 'bytes':
      case 'long':
      case 'int':
      case 'boolean':
        return quickScalar(type);
      default:
        return type satisfies never;
    }
  }

  #record(type: AvroRecord, named: Map<string, Quick>): Quick {
    const fields = type.fields.map((field) => ({ name: field.name, quick: this.#of(field.type, named) }));
    const read = assemble<Read>(
      fields.map(({ quick }) => quick.read),
      `(cursor) => ({ ${readSource(fields.map(({ name }) => name))} })`,
    );
    const write = recordWriter(fields);
    const width = fields.reduce((sum, { quick }) => sum + quick.width, 0);
    const kind = `{${fields.map(({ name, quick }) => `${name}:${quick.kind}`).join()}}`;
    if (fields.length < worthRemembering) return { read, write, width, kind };
    const last = this.#remembered.get(kind) ?? new Remembered(Buffer.alloc(rememberedBytes));
    this.#remembered.set(kind, last);
    return {
      read: (cursor) => {
        const start = cursor.position;
        const value = read(cursor);
        last.keep(value, cursor.bytes, start, cursor.position);
        return value;
      },
      write: (sink, value) => {
        if (!last.copyTo(sink, value)) write(sink, value);
      },
      width,
      kind,
    };
  }
}

function quickScalar(type: AvroScalar): Quick {
  return { read: readScalar(type), write: writeScalar(type), width: 1, kind: JSON.stringify(type) };
}

function remembered(name: string, named: Map<string, Quick>, quick: Quick): Quick {
  named.set(name, quick);
  return quick;
}

function recordWriter(fields: readonly { readonly name: string; readonly quick: Quick }[]): Write {
  const source = fields.map(({ name }, index) => `w${index}(sink, value.${fieldName(name)});`).join(' ');
  return assemble<Write>([...fields.map(({ quick }) => quick.write), GIVE_UP], `(sink, value) => { if (typeof value !== 'object' || value === null) throw w${fields.length}; ${source} }`);
}

function readSource(names: readonly string[]): string {
  return names.map((name, index) => `${fieldName(name)}: w${index}(cursor)`).join(', ');
}

/** A field's name as it may stand in source. */
export function fieldName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === '__proto__') throw new TypeError(`${name} is no name of a field`);
  return name;
}

/**
 * A function from its source, in which `w0`, `w1`, … stand for the parts. Only names that `fieldName` has passed and the names of schemas get
 * into it. A loop over fields would make objects field by field, which takes several times as long.
 */
export function assemble<Made>(parts: readonly unknown[], source: string): Made {
  return new Function(...parts.map((_, index) => `w${index}`), `'use strict'; return ${source};`)(...parts) as Made;
}
