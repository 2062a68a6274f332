/** One JSON value of an archive, or why there is none. */
export type Piece = { readonly line: number; readonly value: unknown } | { readonly line: number; readonly fault: string };

/** Cuts a stream of bytes into pieces. */
export interface Pieces {
  take(chunk: Buffer): Iterable<Piece>;
  end(): Iterable<Piece>;
}

/** No webhook is as large: whatever is, would only fill the memory. */
export const mostPieceBytes = 16 * 1024 * 1024;

const [newline, quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [...'\n"\\{}[]'].map((sign) => sign.charCodeAt(0)) as [number, number, number, number, number, number, number];
const between = new Set([...' \t\r\n,\uFEFF'].flatMap((sign) => [...Buffer.from(sign)]));

/** A value per line. Empty lines are none. */
export class LinePieces implements Pieces {
  #line = 0;
  #rest: Buffer[] = [];
  #restBytes = 0;

  *take(chunk: Buffer): Iterable<Piece> {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      yield* this.#cut();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  *end(): Iterable<Piece> {
    yield* this.#cut();
  }

  /** What is too large is counted on, and not kept. */
  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes <= mostPieceBytes) this.#rest.push(bytes);
  }

  *#cut(): Iterable<Piece> {
    this.#line += 1;
    const isTooLarge = this.#restBytes > mostPieceBytes;
    const text = isTooLarge ? '' : Buffer.concat(this.#rest).toString('utf8').replace(/^\uFEFF/, '').trim();
    this.#rest = [];
    this.#restBytes = 0;
    if (isTooLarge) yield tooLarge(this.#line);
    else if (text !== '') yield* parsed(text, this.#line);
  }
}

/** The items of an array, however they are laid out. Known by the line they begin in. */
export class ArrayPieces implements Pieces {
  #line = 1;
  #begin = 1;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #closed = false;
  #strays = 0;
  #rest: Buffer[] = [];
  #restBytes = 0;

  *take(chunk: Buffer): Iterable<Piece> {
    let from = this.#depth > 1 ? 0 : -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const sign = chunk[at]!;
      if (sign === newline) this.#line += 1;
      if (this.#isText) this.#inText(sign);
      else if (sign === quote && this.#depth > 1) this.#isText = true;
      else if (sign === openBrace || sign === openBracket) {
        this.#depth += 1;
        if (this.#depth === 2) {
          from = at;
          this.#begin = this.#line;
        }
      } else if (sign === closeBrace || sign === closeBracket) {
        this.#depth -= 1;
        if (this.#depth === 1) {
          this.#keep(chunk.subarray(from, at + 1));
          from = -1;
          yield* this.#cut();
        } else if (this.#depth <= 0) this.#closed = true;
      } else if (this.#depth <= 1 && !between.has(sign)) {
        this.#strays += 1;
        if (this.#strays === 1) yield { line: this.#line, fault: 'is no item of the array: items have to be objects' };
      }
    }
    if (from >= 0) this.#keep(chunk.subarray(from));
  }

  *end(): Iterable<Piece> {
    if (!this.#closed || this.#depth > 0) yield { line: this.#begin, fault: 'the array has no end: the file is cut off, or a bracket is missing from here on' };
  }

  #inText(sign: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (sign === backslash) this.#isEscaped = true;
    else if (sign === quote) this.#isText = false;
  }

  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes <= mostPieceBytes) this.#rest.push(bytes);
  }

  *#cut(): Iterable<Piece> {
    const isTooLarge = this.#restBytes > mostPieceBytes;
    const text = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#restBytes = 0;
    yield* isTooLarge ? [tooLarge(this.#begin)] : parsed(text, this.#begin);
  }
}

function tooLarge(line: number): Piece {
  return { line, fault: `is longer than ${mostPieceBytes / 1024 / 1024} MiB` };
}

/** A line may hold several bodies in a list. */
function* parsed(text: string, line: number): Iterable<Piece> {
  try {
    const value = JSON.parse(text) as unknown;
    if (!Array.isArray(value)) return yield { line, value };
    for (const item of value as readonly unknown[]) yield { line, value: item };
  } catch (error) {
    yield { line, fault: `is not JSON: ${withoutContent((error as Error).message)}` };
  }
}

/** The parser repeats what it met; that can be a message's text. */
function withoutContent(message: string): string {
  const position = /position \d+/.exec(message)?.[0];
  return position === undefined ? 'it ends too soon, or has a sign out of place' : `a sign out of place at ${position}`;
}
