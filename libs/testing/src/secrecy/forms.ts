/** One way to write a text down so that it can still be read. */
export interface Form {
  readonly name: string;
  /** What to look for. */
  readonly bytes: Buffer;
  /** The text that stands where the form was found, and what follows it, as far as it can be read. */
  read(found: Buffer): string;
}

/** What can be read behind a hit: enough to tell one word from another. */
const readCharacters = 96;

const hexes = (text: string, write: (byte: number) => string): string => [...Buffer.from(text)].map(write).join('');
const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The forms of a text of ASCII letters, digits and what no notation escapes: one of which a part is written differently from the rest is not found. */
export function formsOf(text: string): readonly Form[] {
  if (!/^[A-Za-z0-9._-]+$/.test(text)) throw new RangeError(`only ASCII letters, digits and . _ - are the same in every notation, not '${text}'`);
  const bytes = Buffer.from(text);
  const wide = Buffer.from(text, 'utf16le');
  const forms: Form[] = [
    { name: 'plain', bytes, read: (found) => found.toString('latin1', 0, readCharacters) },
    { name: 'UTF-16LE', bytes: wide, read: (found) => found.toString('utf16le', 0, 2 * readCharacters) },
    { name: 'UTF-16BE', bytes: swapped(wide), read: (found) => swapped(found.subarray(0, 2 * Math.min(readCharacters, found.length >> 1))).toString('utf16le') },
    ...[0, 1, 2].map((before) => base64(text, before)),
    spelled('hex', text, hex2, /^[0-9a-f]{2}/),
    spelled('HEX', text, (byte) => hex2(byte).toUpperCase(), /^[0-9A-F]{2}/),
    spelled('hex with spaces', text, (byte) => `${hex2(byte)} `, /^[0-9a-f]{2} ?/), // As Node prints a Buffer.
    spelled('percent', text, (byte) => `%${hex2(byte).toUpperCase()}`, /^%[0-9A-Fa-f]{2}/),
    spelled('percent, lower', text, (byte) => `%${hex2(byte)}`, /^%[0-9A-Fa-f]{2}/),
    spelled('JSON escapes', text, (byte) => `\\u00${hex2(byte)}`, /^\\u00[0-9A-Fa-f]{2}/),
    spelled('JSON escapes, upper', text, (byte) => `\\u00${hex2(byte).toUpperCase()}`, /^\\u00[0-9A-Fa-f]{2}/),
    numbers(text),
  ];
  // Escapes of a text without letters beyond 9 are the same in both cases.
  return forms.filter(({ bytes: own }, index) => forms.findIndex((other) => other.bytes.equals(own)) === index);
}

function swapped(wide: Buffer): Buffer {
  return Buffer.from(wide.subarray(0, wide.length & ~1)).swap16();
}

/** Base64 of a text depends on how many bytes stand before it; what is whole in it is searched for. ASCII has neither + nor /, so base64url is the same. */
function base64(text: string, before: number): Form {
  const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64');
  const from = Math.ceil((before * 8) / 6);
  const whole = encoded.slice(from, Math.floor(((before + text.length) * 8) / 6));
  // The first letter may share its bits with what is cut off: it is put back from the text itself.
  const lead = encoded.slice(0, from);
  return {
    name: `base64 at ${before}`,
    bytes: Buffer.from(whole),
    read: (found) => Buffer.from(lead + /^[A-Za-z0-9+/_-]*/.exec(found.toString('latin1', 0, 2 * readCharacters))![0], 'base64').toString('latin1', before),
  };
}

/** A notation that writes byte after byte. */
function spelled(name: string, text: string, write: (byte: number) => string, one: RegExp): Form {
  const read = (found: Buffer): string => {
    const bytes: number[] = [];
    let rest = found.toString('latin1', 0, 6 * readCharacters);
    for (let match = one.exec(rest); match !== null; match = one.exec(rest)) {
      bytes.push(Number.parseInt(/[0-9a-f]{2}(?= ?$)/i.exec(match[0])![0], 16));
      rest = rest.slice(match[0].length);
    }
    return Buffer.from(bytes).toString('latin1');
  };
  // Of a notation with something between the bytes, nothing need follow the last.
  return { name, bytes: Buffer.from(hexes(text, write).trimEnd()), read };
}

/** `[75,113,…]`, as a Buffer is written in JSON. */
function numbers(text: string): Form {
  const read = (found: Buffer): string => Buffer.from((/^\d+(?:,\d+)*/.exec(found.toString('latin1', 0, 4 * readCharacters)) ?? [''])[0].split(',').map(Number)).toString('latin1');
  return { name: 'numbers', bytes: Buffer.from([...Buffer.from(text)].join(',')), read };
}
