import type { EventType, Meta, RegisteredSchema } from '@parley/contracts';
import type { Type } from 'avsc';
import { avroTypeOf } from './avro.js';
import { checkOf } from './constraints.js';
import type { Check } from './constraints.js';
import type { Cursor } from './cursor.js';
import { metaReaderOf, refuseOtherMeta } from './meta.js';
import { projectionOf } from './projection.js';
import type { Chosen, LastBytes } from './projection.js';
import { QuickSchemas } from './quick.js';
import type { Read } from './reading.js';
import { walkOf } from './structure.js';
import type { Walk } from './structure.js';
import type { Write } from './writing.js';

/** How events of a type are written, and checked both ways: the newest version of its schema. */
export interface Writer {
  readonly id: number;
  readonly avro: Type;
  readonly check: Check;
  /** As `check` and `avro` together, in one pass; gives up where they have to decide. */
  readonly quick: Write;
}

/** How frames of one schema id are read. */
export interface Reader {
  readonly type: EventType;
  readonly walk: Walk;
  readonly readMeta: (cursor: Cursor) => Meta;
  readonly check: Check;
  /** All that follows the metadata, as `walk`, `decode` and `check` together; gives up where they have to decide. Only for the newest version. */
  readonly quick: ((cursor: Cursor, meta: Meta) => unknown) | undefined;
  /** Decodes what `walk` has passed, as the newest version. */
  decode(bytes: Buffer, position: number): { readonly value: unknown; readonly offset: number };
}

export interface Registry {
  readonly writers: ReadonlyMap<string, Writer>;
  /** By schema id. */
  readonly readers: readonly (Reader | undefined)[];
  /** A reader of some fields of the newest version; undefined for a name that is not registered. Throws TypeError for a field that it does not have. */
  project(name: string, picks: { readonly [field: string]: Chosen }, last: Map<string, LastBytes>): { readonly id: number; readonly read: Read } | undefined;
}

/** Readers for every schema there was and writers for the newest of each name. Throws TypeError for a schema that no reader should meet. */
export function createRegistry(schemas: readonly RegisteredSchema[]): Registry {
  const writers = new Map<string, Writer>();
  const newest = new Map<string, RegisteredSchema>();
  for (const entry of schemas) if (entry.version > (newest.get(entry.name)?.version ?? 0)) newest.set(entry.name, entry);
  const quick = new QuickSchemas();
  const bodies = new Map<number, Reader['quick']>();
  const readers: (Reader | undefined)[] = [];
  // Refuses what the quick ways must not meet: a record that contains itself, an item without width.
  const walks = new Map(schemas.map(({ id, schema }) => [id, walkOf(schema)]));
  for (const [name, { id, schema }] of newest) {
    refuseOtherMeta(schema);
    const { body, write } = quick.event(schema);
    bodies.set(id, body);
    writers.set(name, { id, avro: avroTypeOf(schema), check: checkOf(schema), quick: write });
  }
  for (const entry of schemas) readers[entry.id] = readerOf(entry, writers.get(entry.name)!, quick, walks.get(entry.id)!, bodies.get(entry.id));
  const project: Registry['project'] = (name, picks, last) => {
    const entry = newest.get(name);
    return entry && { id: entry.id, read: projectionOf(entry.schema, picks, quick, last) };
  };
  return { writers, readers, project };
}

function readerOf(entry: RegisteredSchema, writer: Writer, quick: QuickSchemas, walk: Walk, body: Reader['quick']): Reader {
  const { schema } = entry;
  const written = entry.id === writer.id ? writer.avro : avroTypeOf(schema);
  const resolver = written === writer.avro ? undefined : writer.avro.createResolver(written);
  return {
    type: entry.name as EventType,
    readMeta: metaReaderOf(refuseOtherMeta(schema), quick),
    walk,
    check: writer.check,
    quick: body,
    decode: (bytes, position) => writer.avro.decode(bytes, position, resolver),
  };
}
