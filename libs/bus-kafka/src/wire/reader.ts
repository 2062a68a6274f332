/** Bytes that end before what they announce: a damaged answer, or another protocol. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads Kafka's primitive types, big-endian, from front to back. Throws WireError beyond the end. */
export class WireReader {
  constructor(
    private readonly bytes: Buffer,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  /** A long that is known to stay below 2^53: offsets, ids, instants. */
  int64(): number {
    const at = this.#take(8);
    return this.bytes.readInt32BE(at) * 2 ** 32 + this.bytes.readUInt32BE(at + 4);
  }

  /** `varint` and, below 2^53, `varlong`: zigzag. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.#take(1)]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
      if (scale > 2 ** 63) throw new WireError('a varint of more than ten bytes');
    }
  }

  /** `unsigned varint`: lengths of compact types. */
  uvarint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.bytes[this.#take(1)]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new WireError('an unsigned varint of more than five bytes');
  }

  /** `nullable string`. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }

  compactString(): string | null {
    const length = this.uvarint();
    return length === 0 ? null : this.text(length - 1);
  }

  text(length: number): string {
    const at = this.#take(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  /** The bytes themselves, not a copy. */
  slice(length: number): Buffer {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  uuid(): string {
    const hex = this.slice(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  array<T>(item: () => T): T[] {
    return this.#items(this.int32(), item);
  }

  compactArray<T>(item: () => T): T[] {
    return this.#items(this.uvarint() - 1, item);
  }

  /** Tagged fields, which we know none of. */
  tags(): void {
    for (let left = this.uvarint(); left > 0; left -= 1) {
      this.uvarint();
      this.slice(this.uvarint());
    }
  }

  #items<T>(count: number, item: () => T): T[] {
    if (count > this.left) throw new WireError(`${count} items announced in ${this.left} bytes`);
    const items: T[] = [];
    for (let index = 0; index < count; index += 1) items.push(item());
    return items;
  }

  #take(length: number): number {
    const at = this.at;
    if (length < 0 || length > this.left) throw new WireError(`${length} bytes announced, ${this.left} left`);
    this.at += length;
    return at;
  }
}
