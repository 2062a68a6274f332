import type { AvroArray, AvroScalar } from '@parley/contracts';
import { LARGEST_LONG } from './constraints.js';
import { stretchesOf, type Stretch } from './pattern.js';
import { GIVE_UP } from './reading.js';

/** Writes one value that is allowed, or gives up. */
export type Write = (sink: Sink, value: unknown) => void;

/** Writes Avro's primitives into a buffer that is kept; what would go past its end gives up. */
export class Sink {
  position = 0;

  constructor(readonly bytes: Buffer) {}

  /** Makes sure of room for so many bytes. */
  need(count: number): void {
    if (this.position + count > this.bytes.length) throw GIVE_UP;
  }

  /** A zigzag long; exact for safe integers. */
  long(value: number): void {
    this.need(10);
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      let bits = ((value << 1) ^ (value >> 31)) >>> 0;
      while (bits >= 0x80) {
        this.bytes[this.position++] = (bits & 0x7f) | 0x80;
        bits >>>= 7;
      }
      this.bytes[this.position++] = bits;
      return;
    }
    // Twice a safe integer may not be one: the sign's bit is written with the lowest seven.
    const magnitude = value < 0 ? -(value + 1) : value;
    this.bytes[this.position++] = ((magnitude % 64) << 1) | (value < 0 ? 1 : 0) | 0x80;
    let rest = Math.floor(magnitude / 64);
    while (rest >= 0x80) {
      this.bytes[this.position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.position++] = rest;
  }
}

export function writeScalar(type: AvroScalar): Write {
  switch (type.type) {
    case 'string':
      return type['parley.pattern'] === undefined ? writeText(type) : writePattern(type['parley.pattern']);
    case 'bytes':
      return writeBytes(type);
    case 'long':
      return type.logicalType === 'micros' ? writeMicros(type) : writeInteger(type, -LARGEST_LONG, LARGEST_LONG);
    case 'int':
      return writeInteger(type, -(2 ** 31), 2 ** 31 - 1);
    case 'boolean':
      return writeBoolean;
    default:
      return type.type satisfies never;
  }
}

function writeBoolean(sink: Sink, value: unknown): void {
  if (typeof value !== 'boolean') throw GIVE_UP;
  sink.need(1);
  sink.bytes[sink.position++] = value ? 1 : 0;
}

function writeInteger(limits: AvroScalar, least: number, most: number): Write {
  const { 'parley.min': from = least, 'parley.max': to = most } = limits;
  return (sink, value) => {
    if (!Number.isSafeInteger(value) || (value as number) < from || (value as number) > to) throw GIVE_UP;
    sink.long(value as number);
  };
}

function writeMicros({ 'parley.min': least, 'parley.max': most }: AvroScalar): Write {
  const from = Math.max(least ?? -Infinity, -Number.MAX_SAFE_INTEGER);
  const to = Math.min(most ?? Infinity, Number.MAX_SAFE_INTEGER);
  return (sink, value) => {
    if (typeof value !== 'bigint') throw GIVE_UP;
    const number = Number(value);
    if (!(number >= from && number <= to)) throw GIVE_UP;
    sink.long(number);
  };
}

function writePattern(pattern: string): Write {
  const stretches = stretchesOf(pattern);
  if (stretches === null) {
    const form = new RegExp(pattern, 'u');
    return (sink, value) => {
      if (typeof value !== 'string' || !form.test(value)) throw GIVE_UP;
      writeChecked(sink, value, false);
    };
  }
  return (sink, value) => {
    if (typeof value !== 'string') throw GIVE_UP;
    const { length } = value;
    sink.need(length + 10);
    sink.long(length);
    const { bytes } = sink;
    let { position } = sink;
    let at = 0;
    for (let index = 0; index < stretches.length; index++) {
      const { table, least, most }: Stretch = stretches[index]!;
      const from = at;
      const limit = Math.min(length, from + most);
      while (at < limit) {
        const code = value.charCodeAt(at);
        if (code > 0x7f || table[code] === 0) break;
        bytes[position++] = code;
        at++;
      }
      if (at - from < least) throw GIVE_UP;
    }
    if (at !== length) throw GIVE_UP;
    sink.position = position;
  };
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function writeText({ 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity }: AvroScalar): Write {
  return (sink, value) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) throw GIVE_UP;
    writeChecked(sink, value, true);
  };
}

/** Writes a text byte by byte while it is ASCII, and anew as UTF-8 where it is not. */
function writeChecked(sink: Sink, value: string, surrogates: boolean): void {
  const { length } = value;
  sink.need(length + 10);
  const start = sink.position;
  sink.long(length);
  const { bytes } = sink;
  let { position } = sink;
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    if (code > 0x7f) {
      if (surrogates && LONE_SURROGATE.test(value)) throw GIVE_UP;
      sink.position = start;
      return writeUtf8(sink, value);
    }
    bytes[position++] = code;
  }
  sink.position = position;
}

function writeUtf8(sink: Sink, value: string): void {
  const length = Buffer.byteLength(value, 'utf8');
  sink.need(length + 10);
  sink.long(length);
  sink.bytes.write(value, sink.position, length, 'utf8');
  sink.position += length;
}

function writeBytes({ 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity }: AvroScalar): Write {
  return (sink, value) => {
    if (!(value instanceof Uint8Array) || value.length < least || value.length > most) throw GIVE_UP;
    sink.need(value.length + 10);
    sink.long(value.length);
    sink.bytes.set(value, sink.position);
    sink.position += value.length;
  };
}

export function writeEnum(symbols: readonly string[]): Write {
  const indexes = new Map<unknown, number>(symbols.map((symbol, index) => [symbol, index]));
  return (sink, value) => {
    const index = indexes.get(value);
    if (index === undefined) throw GIVE_UP;
    sink.long(index);
  };
}

export function writeNullable(some: Write): Write {
  return (sink, value) => {
    sink.need(1);
    sink.bytes[sink.position++] = value === null ? 0 : 2;
    if (value !== null) some(sink, value);
  };
}

export function writeArray(type: AvroArray, item: Write): Write {
  const most = type['parley.maxItems'];
  return (sink, value) => {
    if (!Array.isArray(value) || value.length > most) throw GIVE_UP;
    if (value.length > 0) {
      sink.long(value.length);
      for (let index = 0; index < value.length; index++) item(sink, value[index]);
    }
    sink.long(0);
  };
}
