import { REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent, EventPicks, EventType, Meta, PickedEvent, RegisteredSchema } from '@parley/contracts';
import { Cursor } from './cursor.js';
import { FrameError } from './errors.js';
import { createRegistry } from './registry.js';
import type { Chosen as FieldChoice, LastBytes } from './projection.js';
import type { Read } from './reading.js';
import type { Reader, Registry, Writer } from './registry.js';
import { Sink } from './writing.js';

/** The largest frame, in bytes, header included. */
export const FRAME_LIMIT = 64 * 1024;
/** A zero byte, then the schema id as four bytes, big-endian: the Confluent wire format. */
const HEADER_BYTES = 5;

/** What a frame says of itself without its content being read. */
export interface FrameMeta {
  readonly schemaId: number;
  readonly type: EventType;
  readonly meta: Meta;
  /** Where in the frame the metadata ends. */
  readonly end: number;
}

/** What a reader of some fields sees of a frame at first: the event with all that was picked, or the metadata only. */
export type Glimpse<Event> = Event | (FrameMeta & { readonly isMeta: true });

/** Reads some fields of some types of events: for a question over the whole log, which would else make strings of millions of fields that it drops. */
export interface Projection<Event> {
  /** An event of a type that was picked from is read at once, and in full checked; of any other, and of what an older version wrote, the metadata. */
  glimpse(frame: Uint8Array): Glimpse<Event>;
  /** The event, read now where the glimpse has not. Refuses what `decode` refuses, and nothing else. */
  read(frame: Uint8Array, glimpse: Glimpse<Event>): Event;
}

/** Events to frames and back. Every method throws FrameError, and nothing else, for what it refuses. */
export interface Codec {
  /** A frame of at most 64 KiB, in the newest version of the event's schema. */
  encode(event: AnyEvent): Uint8Array;
  /** Reads the metadata only. What follows it is not looked at, so a frame may pass here that `decode` refuses. */
  readMeta(frame: Uint8Array): FrameMeta;
  /**
   * The event, checked against all limits of its schema; frames of older versions come out as the newest. With `read`, what `readMeta` has
   * said of this very frame, the metadata is not read a second time.
   */
  decode(frame: Uint8Array, read?: FrameMeta): AnyEvent;
  /** A reader of the fields picked. Throws TypeError for a field that no schema has. */
  project<Chosen extends EventPicks>(picks: Chosen): Projection<PickedEvent<Chosen>>;
}

/** A codec over every schema of the lock file, or over `schemas` (tests). Throws TypeError for schemas that no reader should meet. */
export function createCodec(schemas: readonly RegisteredSchema[] = REGISTERED_SCHEMAS): Codec {
  return new AvroCodec(createRegistry(schemas));
}

class AvroCodec implements Codec {
  /** Kept between calls: to allocate one per event would double the cost. */
  readonly #sink = new Sink(Buffer.alloc(FRAME_LIMIT));
  readonly #cursor = new Cursor();

  constructor(private readonly registry: Registry) {}

  encode(event: AnyEvent): Uint8Array {
    const writer = this.registry.writers.get(event.type);
    if (!writer) throw new FrameError('unknown_schema', 'no schema is registered for this type of event');
    const end = this.#written(writer, event);
    const buffer = this.#sink.bytes;
    buffer[0] = 0;
    buffer.writeUInt32BE(writer.id, 1);
    const frame = Buffer.allocUnsafe(end);
    buffer.copy(frame, 0, 0, end);
    return frame;
  }

  /** Writes the event behind the header; the end of the frame. */
  #written(writer: Writer, event: AnyEvent): number {
    const sink = this.#sink;
    sink.position = HEADER_BYTES;
    try {
      writer.quick(sink, event);
      return sink.position;
    } catch {
      const fault = writer.check(event);
      if (fault !== null) throw new FrameError('invalid_value', `${event.type}${fault}`);
      const end = writer.avro.encode(event, sink.bytes, HEADER_BYTES);
      if (end < 0) throw new FrameError('too_large', `a frame has at most ${FRAME_LIMIT} bytes`);
      return end;
    }
  }

  readMeta(frame: Uint8Array): FrameMeta {
    const bytes = bufferOf(frame);
    const { schemaId, reader } = this.#open(bytes);
    const cursor = this.#cursor.reset(bytes, HEADER_BYTES);
    const meta = reader.readMeta(cursor);
    return { schemaId, type: reader.type, meta, end: cursor.position };
  }

  decode(frame: Uint8Array, read?: FrameMeta): AnyEvent {
    const bytes = bufferOf(frame);
    const { reader } = this.#open(bytes);
    const cursor = this.#cursor;
    if (reader.quick) {
      try {
        cursor.reset(bytes, read?.end ?? HEADER_BYTES);
        const event = reader.quick(cursor, read?.meta ?? reader.readMeta(cursor));
        if (cursor.left === 0) return event as AnyEvent;
      } catch {
        // The slow way says what is wrong, if anything is.
      }
    }
    return this.#slow(bytes, reader, cursor.reset(bytes, HEADER_BYTES));
  }

  project<Chosen extends EventPicks>(picks: Chosen): Projection<PickedEvent<Chosen>> {
    const readers: (Read | undefined)[] = [];
    const last = new Map<string, LastBytes>();
    for (const [type, fields] of Object.entries(picks)) {
      const made = this.registry.project(type, fields as { readonly [field: string]: FieldChoice }, last);
      if (made === undefined) throw new TypeError(`no schema is registered for ${type}`);
      readers[made.id] = made.read;
    }
    const cursor = new Cursor();
    const glimpse = (frame: Uint8Array): Glimpse<PickedEvent<Chosen>> => {
      const bytes = bufferOf(frame);
      // What is no frame of ours is told by `readMeta`.
      const read = bytes.length >= HEADER_BYTES && bytes.length <= FRAME_LIMIT && bytes[0] === 0 ? readers[bytes.readUInt32BE(1)] : undefined;
      if (read !== undefined) {
        try {
          const event = read(cursor.reset(bytes, HEADER_BYTES)) as PickedEvent<Chosen>;
          if (cursor.left === 0) return event;
        } catch {
          // Whoever wants the event reads it the slow way, which says what is wrong, if anything is.
        }
      }
      return { ...this.readMeta(frame), isMeta: true };
    };
    // What is decoded in full holds all that was picked.
    const read = (frame: Uint8Array, seen: Glimpse<PickedEvent<Chosen>>): PickedEvent<Chosen> => ('isMeta' in seen ? (this.decode(frame, seen) as PickedEvent<Chosen>) : seen);
    return { glimpse, read };
  }

  /** Walks over the frame, decodes and checks it, one after the other: what older versions need, and what names every fault. */
  #slow(bytes: Buffer, reader: Reader, cursor: Cursor): AnyEvent {
    reader.walk(cursor);
    if (cursor.left > 0) throw new FrameError('trailing_bytes', 'the frame goes on after its last value');
    const { value, offset } = reader.decode(bytes, HEADER_BYTES);
    // The walk has seen every byte, so this says that walk and decoder disagree.
    if (offset !== bytes.length) throw new FrameError('truncated', 'the frame ends within a value');
    const fault = reader.check(value);
    if (fault !== null) throw new FrameError('invalid_value', `${reader.type}${fault}`);
    return value as AnyEvent;
  }

  #open(bytes: Buffer): { readonly schemaId: number; readonly reader: Reader } {
    if (bytes.length > FRAME_LIMIT) throw new FrameError('too_large', `a frame has at most ${FRAME_LIMIT} bytes`);
    if (bytes.length < HEADER_BYTES) throw new FrameError('truncated', 'the frame ends within its header');
    if (bytes[0] !== 0) throw new FrameError('bad_magic', 'the first byte is not 0');
    const schemaId = bytes.readUInt32BE(1);
    const reader = this.registry.readers[schemaId];
    if (!reader) throw new FrameError('unknown_schema', `no schema has the id ${schemaId}`);
    return { schemaId, reader };
  }
}

function bufferOf(frame: Uint8Array): Buffer {
  return Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}
