import type { AvroScalar } from '@parley/contracts';
import { readScalar, type Read } from './reading.js';

const slots = 4_096;
/** Longer ones hardly come twice. */
const longest = 64;
/** So many of the last bytes tell ids apart. */
const hashed = 16;

/**
 * Reads a string that comes again and again, such as a business's id, and gives the very one it gave before: to make another, and check it, costs
 * more than to compare, and a map finds a known string faster. So many are remembered, by a hash of their bytes; a new one takes another's place.
 */
export function readKnownText(type: AvroScalar): Read {
  const read = readScalar(type);
  let known: KnownTexts | undefined;
  return (cursor) => {
    known ??= new KnownTexts();
    const before = cursor.position;
    const length = cursor.span();
    const { bytes, position } = cursor;
    const text = known.find(bytes, position - length, length);
    if (text !== undefined) return text;
    cursor.position = before;
    const made = read(cursor) as string;
    known.keep(made, bytes, position - length, length);
    return made;
  };
}

class KnownTexts {
  readonly #texts = new Array<string>(slots).fill('');
  /** The bytes of each, and how many: to compare them is faster than to compare characters, and a text is no other's because it looks the same. */
  readonly #bytes = new Uint8Array(slots * longest);
  readonly #lengths = new Uint8Array(slots);
  /** Where the last one is, or would be. */
  #slot = 0;

  find(bytes: Uint8Array, start: number, length: number): string | undefined {
    if (length === 0 || length > longest) return undefined;
    if (this.#holds(bytes, start, length)) return this.#texts[this.#slot];
    const end = start + length;
    let hash = length;
    for (let at = length > hashed ? end - hashed : start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    this.#slot = (hash ^ (hash >>> 12)) & (slots - 1);
    return this.#holds(bytes, start, length) ? this.#texts[this.#slot] : undefined;
  }

  /** After it was not found. */
  keep(text: string, bytes: Uint8Array, start: number, length: number): void {
    if (length === 0 || length > longest) return;
    this.#texts[this.#slot] = text;
    this.#lengths[this.#slot] = length;
    for (let at = 0, to = this.#slot * longest; at < length; at++) this.#bytes[to + at] = bytes[start + at]!;
  }

  #holds(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[this.#slot] !== length) return false;
    for (let at = 0, from = this.#slot * longest; at < length; at++) if (this.#bytes[from + at] !== bytes[start + at]) return false;
    return true;
  }
}
