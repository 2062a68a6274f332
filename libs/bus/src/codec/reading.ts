import type { AvroArray, AvroScalar, AvroType } from '@parley/contracts';
import { isUtf8 } from 'node:buffer';
import { LARGEST_LONG } from './constraints.js';
import type { Cursor } from './cursor.js';
import { matchesBytes, stretchesOf } from './pattern.js';

/** Reads one value that is allowed, or gives up. */
export type Read = (cursor: Cursor) => unknown;

/** Thrown where the quick way gives up; the slow way then says what is wrong, if anything is. One object: nobody looks at its stack. */
export const GIVE_UP = new Error('the quick way gives up');

export function readScalar(type: AvroScalar): Read {
  switch (type.type) {
    case 'string':
      return type['parley.pattern'] === undefined ? readText(type) : readPattern(type['parley.pattern']);
    case 'bytes':
      return readBytes(type);
    case 'long':
      return type.logicalType === 'micros' ? readMicros(type) : readInteger(type, -LARGEST_LONG, LARGEST_LONG);
    case 'int':
      return readInteger(type, -(2 ** 31), 2 ** 31 - 1);
    case 'boolean':
      return readBoolean;
    default:
      return type.type satisfies never;
  }
}

function readBoolean(cursor: Cursor): boolean {
  const byte = cursor.byte();
  if (byte > 1) throw GIVE_UP;
  return byte === 1;
}

function readInteger(limits: AvroScalar, least: number, most: number): Read {
  const { 'parley.min': from = least, 'parley.max': to = most } = limits;
  return (cursor) => {
    const value = cursor.long();
    if (!(value >= from && value <= to)) throw GIVE_UP;
    return value;
  };
}

function readMicros({ 'parley.min': least, 'parley.max': most }: AvroScalar): Read {
  // Beyond 2^53 a double is not exact.
  const from = Math.max(least ?? -Infinity, -Number.MAX_SAFE_INTEGER);
  const to = Math.min(most ?? Infinity, Number.MAX_SAFE_INTEGER);
  return (cursor) => {
    const value = cursor.long();
    if (!(value >= from && value <= to)) throw GIVE_UP;
    return BigInt(value);
  };
}

function readPattern(pattern: string): Read {
  const stretches = stretchesOf(pattern);
  if (stretches === null) {
    const form = new RegExp(pattern, 'u');
    return (cursor) => {
      const text = cursor.ascii();
      if (!form.test(text)) throw GIVE_UP;
      return text;
    };
  }
  const [only] = stretches;
  if (stretches.length > 1 || only === undefined) {
    return (cursor) => {
      const length = cursor.span();
      const { bytes, position } = cursor;
      if (!matchesBytes(stretches, bytes, position - length, position)) throw GIVE_UP;
      return latin1(bytes, position - length, position);
    };
  }
  const { table, least, most } = only;
  return (cursor) => {
    const length = cursor.span();
    if (length < least || length > most) throw GIVE_UP;
    const { bytes, position } = cursor;
    for (let at = position - length; at < position; at++) if (table[bytes[at]!] === 0) throw GIVE_UP;
    return latin1(bytes, position - length, position);
  };
}

function readText({ 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity }: AvroScalar): Read {
  return (cursor) => {
    const length = cursor.span();
    const { bytes, position } = cursor;
    let isAscii = true;
    for (let at = position - length; at < position; at++)
      if (bytes[at]! >= 0x80) {
        isAscii = false;
        break;
      }
    if (!isAscii && !isUtf8(bytes.subarray(position - length, position))) throw GIVE_UP;
    const text = isAscii ? latin1(bytes, position - length, position) : bytes.toString('utf8', position - length, position);
    if (text.length < least || text.length > most) throw GIVE_UP;
    return text;
  };
}

function readBytes({ 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity }: AvroScalar): Read {
  return (cursor) => {
    const length = cursor.span();
    if (length < least || length > most) throw GIVE_UP;
    return new Uint8Array(cursor.bytes.subarray(cursor.position - length, cursor.position));
  };
}

export function readEnum(symbols: readonly string[]): Read {
  return (cursor) => {
    const symbol = symbols[cursor.long()];
    if (symbol === undefined) throw GIVE_UP;
    return symbol;
  };
}

export function readNullable(some: Read): Read {
  return (cursor) => {
    const branch = cursor.byte();
    if (branch === 0) return null;
    // The zigzag of 1. A longer way of writing it is left to the slow way.
    if (branch !== 2) throw GIVE_UP;
    return some(cursor);
  };
}

/** @param width fewest bytes an item takes: a count that the rest of the frame cannot hold is never believed. */
export function readArray(type: AvroArray, item: Read, width: number): Read {
  const most = type['parley.maxItems'];
  return (cursor) => {
    const items: unknown[] = [];
    for (;;) {
      let count = cursor.long();
      if (count === 0) return items;
      let end = -1;
      if (count < 0) {
        count = -count;
        end = cursor.long();
        end += cursor.position;
      }
      if (items.length + count > most || count * width > cursor.left) throw GIVE_UP;
      for (let index = 0; index < count; index++) items.push(item(cursor));
      if (end !== -1 && cursor.position !== end) throw GIVE_UP;
    }
  };
}

/** Whether a type is a union with null. */
export function isNullable(type: Exclude<AvroType, string>): type is readonly ['null', AvroType] {
  return Array.isArray(type);
}

function latin1(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}
