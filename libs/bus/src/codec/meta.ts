import type { AvroRecord, Cause, Meta } from '@parley/contracts';
import { checkOf } from './constraints.js';
import type { Cursor } from './cursor.js';
import { FrameError } from './errors.js';
import type { QuickSchemas } from './quick.js';

/** The first field of every schema there will ever be, in the order this file reads it. */
const FROZEN_FIELDS = 'eventId:string at:long recordedAt:long link:string number:long cause:null|Cause catalogOffset:long';
const FROZEN_CAUSE = 'topic:string partition:int offset:long';

/** Throws TypeError for a schema whose records do not begin with the frozen metadata: its frames could not be read without it. */
export function refuseOtherMeta(schema: AvroRecord): AvroRecord {
  const [first] = schema.fields;
  const meta = first?.type as AvroRecord;
  const cause = (meta.fields?.[5]?.type as readonly unknown[] | undefined)?.[1] as AvroRecord | undefined;
  if (first?.name !== 'meta' || outline(meta) !== FROZEN_FIELDS || outline(cause) !== FROZEN_CAUSE)
    throw new TypeError(`the schema ${schema.name} does not begin with the frozen metadata`);
  return meta;
}

function outline(record: AvroRecord | undefined): string {
  const kind = (type: unknown): string => {
    if (Array.isArray(type)) return type.map(kind).join('|');
    const { name, type: inner } = type as { readonly name?: string; readonly type?: string };
    return typeof type === 'string' ? type : (name ?? String(inner));
  };
  return (record?.fields ?? []).map((field) => `${field.name}:${kind(field.type)}`).join(' ');
}

/** Reads the metadata at the cursor and checks it; a few hundred nanoseconds, whatever follows. */
export function metaReaderOf(schema: AvroRecord, quick: QuickSchemas): (cursor: Cursor) => Meta {
  const { read } = quick.record(schema);
  const slow = slowReaderOf(schema);
  return (cursor) => {
    const start = cursor.position;
    try {
      return read(cursor) as Meta;
    } catch {
      cursor.position = start;
      return slow(cursor);
    }
  };
}

function slowReaderOf(schema: AvroRecord): (cursor: Cursor) => Meta {
  const check = checkOf(schema);
  return (cursor) => {
    const meta: Meta = {
      eventId: cursor.ascii(),
      at: cursor.long(),
      recordedAt: cursor.long(),
      link: cursor.ascii(),
      number: cursor.long(),
      cause: readCause(cursor),
      catalogOffset: cursor.long(),
    };
    const fault = check(meta);
    if (fault !== null) throw new FrameError('invalid_value', `meta${fault}`);
    return meta;
  };
}

function readCause(cursor: Cursor): Cause | null {
  const branch = cursor.long();
  if (branch === 0) return null;
  if (branch !== 1) throw new FrameError('bad_branch', 'an unknown union branch');
  return { topic: cursor.ascii(), partition: cursor.long(), offset: cursor.long() };
}
