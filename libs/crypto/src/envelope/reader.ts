import { SealError } from '../errors.js';

/** Reads a byte string from its start; every overrun is SealError 'malformed', never a short answer. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  take(n: number): Uint8Array {
    if (n > this.#bytes.length - this.#at) throw new SealError('malformed', 'the envelope ends too soon');
    this.#at += n;
    return this.#bytes.slice(this.#at - n, this.#at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  prefixed(): Uint8Array {
    return this.take(this.byte());
  }

  text(pattern: RegExp): string {
    const text = String.fromCharCode(...this.prefixed());
    if (!pattern.test(text)) throw new SealError('malformed', 'an id holds a character it must not');
    return text;
  }

  finish(): void {
    if (this.#at !== this.#bytes.length) throw new SealError('malformed', 'the envelope goes on after its end');
  }
}
