/** Writes Kafka's primitive types, big-endian, into one growing buffer. */
export class WireWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(size = 1_024) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /** What was written; the writer must not be used after. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  int8(value: number): this {
    const at = this.#room(1);
    this.#bytes.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#room(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  /** A whole number between -2^53 and 2^53. */
  int64(value: number): this {
    const at = this.#room(8);
    const high = Math.floor(value / 2 ** 32);
    this.#bytes.writeInt32BE(high, at);
    this.#bytes.writeUInt32BE(value - high * 2 ** 32, at + 4);
    return this;
  }

  uvarint(value: number): this {
    let left = value;
    for (; left > 127; left >>>= 7) this.#byte((left & 127) | 128);
    this.#byte(left);
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    this.int16(Buffer.byteLength(value));
    return this.#text(value);
  }

  compactString(value: string | null): this {
    if (value === null) return this.uvarint(0);
    this.uvarint(Buffer.byteLength(value) + 1);
    return this.#text(value);
  }

  /** A block with its length before it. */
  block(bytes: Uint8Array): this {
    this.int32(bytes.length);
    return this.raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** No tagged fields. */
  tags(): this {
    return this.uvarint(0);
  }

  #text(value: string): this {
    const length = Buffer.byteLength(value);
    const at = this.#room(length);
    this.#bytes.write(value, at, 'utf8');
    return this;
  }

  #byte(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  #room(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#at += length;
    return at;
  }
}
