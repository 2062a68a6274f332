/** Reads a byte string from its start; every overrun is a fault of the reader's kind, never a short answer. Integers are unsigned, big-endian. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #fault: (why: string) => Error;
  #at = 0;

  constructor(bytes: Uint8Array, fault: (why: string) => Error) {
    this.#bytes = bytes;
    this.#fault = fault;
  }

  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The bytes from one position to another, as a copy. */
  between(start: number, end: number): Uint8Array {
    return this.#bytes.slice(start, end);
  }

  take(n: number): Uint8Array {
    if (n > this.left) throw this.#fault('the bytes end too soon');
    this.#at += n;
    return this.#bytes.slice(this.#at - n, this.#at);
  }

  byte(): number {
    return this.#integer(1);
  }

  u16(): number {
    return this.#integer(2);
  }

  u32(): number {
    return this.#integer(4);
  }

  /** Eight bytes that hold at most 2^53 - 1. */
  u53(): number {
    const [high, low] = [this.u32(), this.u32()];
    if (high > 0x1f_ffff) throw this.#fault('a number is over 2^53 - 1');
    return high * 2 ** 32 + low;
  }

  prefixed(): Uint8Array {
    return this.take(this.byte());
  }

  text(pattern: RegExp): string {
    const text = String.fromCharCode(...this.prefixed());
    if (!pattern.test(text)) throw this.#fault('an id holds a character it must not');
    return text;
  }

  finish(): void {
    if (this.left > 0) throw this.#fault('the bytes go on after their end');
  }

  #integer(n: number): number {
    if (n > this.left) throw this.#fault('the bytes end too soon');
    let value = 0;
    for (let i = 0; i < n; i++) value = value * 256 + this.#bytes[this.#at++]!;
    return value;
  }
}
