import type { EventType, Meta, RegisteredSchema } from '@parley/contracts';
import type { Type } from 'avsc';
import { avroTypeOf } from './avro.js';
import { checkOf } from './constraints.js';
import type { Check } from './constraints.js';
import type { Cursor } from './cursor.js';
import { metaReaderOf, refuseOtherMeta } from './meta.js';
import { walkOf } from './structure.js';
import type { Walk } from './structure.js';

/** How events of a type are written, and checked both ways: the newest version of its schema. */
export interface Writer {
  readonly id: number;
  readonly avro: Type;
  readonly check: Check;
}

/** How frames of one schema id are read. */
export interface Reader {
  readonly type: EventType;
  readonly walk: Walk;
  readonly readMeta: (cursor: Cursor) => Meta;
  readonly check: Check;
  /** Decodes what `walk` has passed, as the newest version. */
  decode(bytes: Buffer, position: number): { readonly value: unknown; readonly offset: number };
}

export interface Registry {
  readonly writers: ReadonlyMap<string, Writer>;
  /** By schema id. */
  readonly readers: readonly (Reader | undefined)[];
}

/** Readers for every schema there was and writers for the newest of each name. Throws TypeError for a schema that no reader should meet. */
export function createRegistry(schemas: readonly RegisteredSchema[]): Registry {
  const writers = new Map<string, Writer>();
  const newest = new Map<string, RegisteredSchema>();
  for (const entry of schemas) if (entry.version > (newest.get(entry.name)?.version ?? 0)) newest.set(entry.name, entry);
  for (const [name, entry] of newest) writers.set(name, { id: entry.id, avro: avroTypeOf(entry.schema), check: checkOf(entry.schema) });
  const readers: (Reader | undefined)[] = [];
  for (const entry of schemas) readers[entry.id] = readerOf(entry, writers.get(entry.name)!);
  return { writers, readers };
}

function readerOf(entry: RegisteredSchema, writer: Writer): Reader {
  const { schema } = entry;
  const written = entry.id === writer.id ? writer.avro : avroTypeOf(schema);
  const resolver = written === writer.avro ? undefined : writer.avro.createResolver(written);
  return {
    type: entry.name as EventType,
    readMeta: metaReaderOf(refuseOtherMeta(schema)),
    walk: walkOf(schema),
    check: writer.check,
    decode: (bytes, position) => writer.avro.decode(bytes, position, resolver),
  };
}
