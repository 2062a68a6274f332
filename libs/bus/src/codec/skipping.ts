import type { AvroScalar } from '@parley/contracts';
import type { Cursor } from './cursor.js';
import { readKnownText } from './known-text.js';
import { matchesBytes, stretchesOf } from './pattern.js';
import { GIVE_UP, readScalar } from './reading.js';

/** Steps over one value that is allowed, or gives up: as `Read`, but nothing is made of the value. */
export type Skip = (cursor: Cursor) => void;

export function skipScalar(type: AvroScalar): Skip {
  switch (type.type) {
    case 'string':
      return type['parley.pattern'] === undefined ? skipText(type) : skipPattern(type, type['parley.pattern']);
    case 'bytes':
      return skipBytes(type);
    case 'long':
      return type.logicalType === 'micros' ? skipMicros(type) : readScalar(type);
    case 'int':
    case 'boolean':
      return readScalar(type);
    default:
      return type.type satisfies never;
  }
}

function skipPattern(type: AvroScalar, pattern: string): Skip {
  const stretches = stretchesOf(pattern);
  // A regular expression needs the text, which is a known one more often than not.
  if (stretches === null) return readKnownText(type);
  const [only] = stretches;
  if (stretches.length > 1 || only === undefined) {
    return (cursor) => {
      const length = cursor.span();
      if (!matchesBytes(stretches, cursor.bytes, cursor.position - length, cursor.position)) throw GIVE_UP;
    };
  }
  const { table, least, most } = only;
  return (cursor) => {
    const length = cursor.span();
    if (length < least || length > most) throw GIVE_UP;
    const { bytes, position } = cursor;
    for (let at = position - length; at < position; at++) if (table[bytes[at]!] === 0) throw GIVE_UP;
  };
}

/** Where all is ASCII, each byte is one UTF-16 unit. Other text is read, and is a known one more often than not. */
function skipText(type: AvroScalar): Skip {
  const { 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity } = type;
  const read = readKnownText(type);
  return (cursor) => {
    const before = cursor.position;
    const length = cursor.span();
    const { bytes, position } = cursor;
    for (let at = position - length; at < position; at++) {
      if (bytes[at]! < 0x80) continue;
      cursor.position = before;
      return void read(cursor);
    }
    if (length < least || length > most) throw GIVE_UP;
  };
}

function skipBytes({ 'parley.minLength': least = 0, 'parley.maxLength': most = Infinity }: AvroScalar): Skip {
  return (cursor) => {
    const length = cursor.span();
    if (length < least || length > most) throw GIVE_UP;
  };
}

function skipMicros({ 'parley.min': least = -Infinity, 'parley.max': most = Infinity }: AvroScalar): Skip {
  const from = Math.max(least, -Number.MAX_SAFE_INTEGER);
  const to = Math.min(most, Number.MAX_SAFE_INTEGER);
  return (cursor) => {
    const value = cursor.long();
    if (!(value >= from && value <= to)) throw GIVE_UP;
  };
}
