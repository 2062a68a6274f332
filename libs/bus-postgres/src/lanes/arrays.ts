import { DataError } from '@parley/bus';
import type { ColumnType } from '@parley/contracts';

/**
 * Columns of a batch as PostgreSQL's own binary arrays. As text, each value would be escaped here and parsed there, and as JSON each row would
 * carry the names of its columns too: a row of forty columns then costs more to write down than to decide.
 */
const elementTypes = { boolean: 16, bytea: 17, bigint: 20, integer: 23, text: 25, jsonb: 3802, 'integer[]': 25, 'bigint[]': 25 } as const satisfies Record<ColumnType, number>;

/** The type of the array that a column's values travel in. PostgreSQL has no array of arrays of different lengths: lists travel as texts. */
export function carrierOf(type: ColumnType): string {
  return type.endsWith('[]') ? 'text[]' : `${type}[]`;
}

const headerBytes = 20;
const nullLength = 0xffff_ffff;
const jsonbVersion = 1;

/** Grows, and is used again: one array is built at a time, and copied when it is done. */
let scratch = Buffer.allocUnsafe(1 << 20);
let at = 0;

/** An array parameter of that element type, null items included. Throws DataError for an item that its type cannot hold. */
export function arrayOf(type: ColumnType, items: readonly unknown[]): Buffer {
  const put = writers[type];
  at = headerBytes;
  let nulls = 0;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    room(16);
    if (item === null || item === undefined) {
      at = scratch.writeUInt32BE(nullLength, at);
      nulls = 1;
    } else put(item);
  }
  scratch.writeInt32BE(items.length === 0 ? 0 : 1, 0);
  scratch.writeInt32BE(nulls, 4);
  scratch.writeInt32BE(elementTypes[type], 8);
  scratch.writeInt32BE(items.length, 12);
  scratch.writeInt32BE(1, 16);
  // An empty array has no dimensions.
  return Buffer.from(scratch.subarray(0, items.length === 0 ? 12 : at));
}

function room(bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

const writers: { readonly [Type in ColumnType]: (item: unknown) => void } = {
  text: (item) => putText(typeof item === 'string' ? item : JSON.stringify(item), 0),
  jsonb: (item) => putText(JSON.stringify(item), 1),
  integer: (item) => {
    if (typeof item !== 'number' || (item | 0) !== item) throw unfit('an integer', item);
    at = scratch.writeInt32BE(4, at);
    at = scratch.writeInt32BE(item, at);
  },
  bigint: (item) => {
    at = scratch.writeInt32BE(8, at);
    putBigint(item);
  },
  boolean: (item) => {
    if (typeof item !== 'boolean') throw unfit('a boolean', item);
    at = scratch.writeInt32BE(1, at);
    scratch[at] = item ? 1 : 0;
    at += 1;
  },
  bytea: (item) => {
    if (!(item instanceof Uint8Array)) throw unfit('bytes', item);
    room(item.length + 4);
    at = scratch.writeInt32BE(item.length, at);
    scratch.set(item, at);
    at += item.length;
  },
  'integer[]': (item) => putText(listText(item), 0),
  'bigint[]': (item) => putText(listText(item), 0),
};

/** Whole numbers, or decimal integers as text, as PostgreSQL writes a list of them. */
function listText(item: unknown): string {
  const whole = (one: unknown): boolean => Number.isSafeInteger(one) || (typeof one === 'string' && /^-?[0-9]{1,20}$/.test(one));
  if (!Array.isArray(item) || !item.every(whole)) throw unfit('a list of integers', item);
  return `{${item.join(',')}}`;
}

const TWO_32 = 2 ** 32;

/** A number, a bigint, or a decimal integer as text (micros). */
function putBigint(item: unknown): void {
  const number = typeof item === 'string' && item.length < 16 && /^-?[0-9]+$/.test(item) ? Number(item) : item;
  if (typeof number === 'number' && Number.isSafeInteger(number)) {
    const high = Math.floor(number / TWO_32);
    at = scratch.writeInt32BE(high, at);
    at = scratch.writeUInt32BE(number - high * TWO_32, at);
    return;
  }
  const exact = typeof item === 'bigint' ? item : typeof item === 'string' && /^-?[0-9]{1,20}$/.test(item) ? BigInt(item) : undefined;
  if (exact === undefined || BigInt.asIntN(64, exact) !== exact) throw unfit('an integer of 64 bits', item);
  at = scratch.writeBigInt64BE(exact, at);
}

const shortText = 48;

/** @param version bytes before the text: jsonb has one that says its version. */
function putText(text: string, version: 0 | 1): void {
  room(text.length * 3 + 5);
  const start = at + 4;
  let end = start;
  if (version === 1) scratch[end++] = jsonbVersion;
  if (text.length > shortText || !putAscii(text, end)) end += scratch.write(text, end, 'utf8');
  else end += text.length;
  scratch.writeInt32BE(end - start, at);
  at = end;
}

/** Short texts byte by byte, which is quicker than to call out of JavaScript. False where one is not ASCII. */
function putAscii(text: string, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    scratch[start + index] = code;
  }
  return true;
}

function unfit(wanted: string, item: unknown): DataError {
  return new DataError(`a ${typeof item} where ${wanted} is wanted`);
}
