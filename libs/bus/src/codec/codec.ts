import { REGISTERED_SCHEMAS } from '@parley/contracts';
import type { AnyEvent, EventType, Meta, RegisteredSchema } from '@parley/contracts';
import { Cursor } from './cursor.js';
import { FrameError } from './errors.js';
import { createRegistry } from './registry.js';
import type { Reader, Registry } from './registry.js';

/** The largest frame, in bytes, header included. */
export const FRAME_LIMIT = 64 * 1024;
/** A zero byte, then the schema id as four bytes, big-endian: the Confluent wire format. */
const HEADER_BYTES = 5;

/** What a frame says of itself without its content being read. */
export interface FrameMeta {
  readonly schemaId: number;
  readonly type: EventType;
  readonly meta: Meta;
}

/** Events to frames and back. Every method throws FrameError, and nothing else, for what it refuses. */
export interface Codec {
  /** A frame of at most 64 KiB, in the newest version of the event's schema. */
  encode(event: AnyEvent): Uint8Array;
  /** Reads the metadata only. What follows it is not looked at, so a frame may pass here that `decode` refuses. */
  readMeta(frame: Uint8Array): FrameMeta;
  /** The event, checked against all limits of its schema; frames of older versions come out as the newest. */
  decode(frame: Uint8Array): AnyEvent;
}

/** A codec over every schema of the lock file, or over `schemas` (tests). Throws TypeError for schemas that no reader should meet. */
export function createCodec(schemas: readonly RegisteredSchema[] = REGISTERED_SCHEMAS): Codec {
  return new AvroCodec(createRegistry(schemas));
}

class AvroCodec implements Codec {
  /** Kept between calls: to allocate one per event would double the cost. */
  readonly #buffer = Buffer.alloc(FRAME_LIMIT);
  readonly #cursor = new Cursor();

  constructor(private readonly registry: Registry) {}

  encode(event: AnyEvent): Uint8Array {
    const writer = this.registry.writers.get(event.type);
    if (!writer) throw new FrameError('unknown_schema', 'no schema is registered for this type of event');
    const fault = writer.check(event);
    if (fault !== null) throw new FrameError('invalid_value', `${event.type}${fault}`);
    const buffer = this.#buffer;
    const end = writer.avro.encode(event, buffer, HEADER_BYTES);
    if (end < 0) throw new FrameError('too_large', `a frame has at most ${FRAME_LIMIT} bytes`);
    buffer[0] = 0;
    buffer.writeUInt32BE(writer.id, 1);
    const frame = Buffer.allocUnsafe(end);
    buffer.copy(frame, 0, 0, end);
    return frame;
  }

  readMeta(frame: Uint8Array): FrameMeta {
    const bytes = bufferOf(frame);
    const { schemaId, reader } = this.#open(bytes);
    return { schemaId, type: reader.type, meta: reader.readMeta(this.#cursor.reset(bytes, HEADER_BYTES)) };
  }

  decode(frame: Uint8Array): AnyEvent {
    const bytes = bufferOf(frame);
    const { reader } = this.#open(bytes);
    const cursor = this.#cursor.reset(bytes, HEADER_BYTES);
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
