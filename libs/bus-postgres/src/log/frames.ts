import type { NewRecord } from '@parley/bus';

const lengthBytes = 4;

/** Bytes that `writeRecords` needs for a record, given its key's length in UTF-8. */
export function framedBytes(record: NewRecord, keyBytes: number): number {
  return lengthBytes * 2 + keyBytes + record.value.length;
}

/** Records one after the other: key length, key, value length, value. Lengths are unsigned, 32 bits, big-endian. */
export function frameRecords(records: readonly NewRecord[]): Buffer {
  const keys = records.map(({ key }) => Buffer.byteLength(key));
  const framed = Buffer.allocUnsafe(records.reduce((sum, record, index) => sum + framedBytes(record, keys[index]!), 0));
  let at = 0;
  records.forEach(({ key, value }, index) => {
    at = framed.writeUInt32BE(keys[index]!, at);
    at += framed.write(key, at);
    at = framed.writeUInt32BE(value.length, at);
    framed.set(value, at);
    at += value.length;
  });
  return framed;
}

/** Reads frames back, one `next` per record. Values are views of the bytes given. */
export class FrameReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(): void {
    this.#take();
    this.#take();
  }

  next(): NewRecord {
    const key = this.#take().toString('utf8');
    return { key, value: this.#take() };
  }

  #take(): Buffer {
    const start = this.#at + lengthBytes;
    const end = start > this.#bytes.length ? Infinity : start + this.#bytes.readUInt32BE(this.#at);
    if (end > this.#bytes.length) throw new RangeError('a frame ends before its bytes do');
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }
}
