import type { NewRecord } from '@parley/bus';
import { crc32c } from './crc32c.js';

/** Who wrote a batch and where it stands among that writer's: what lets the broker drop a repeated one. */
export interface Sequence {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Number of the batch's first record among this producer's on the partition. */
  readonly first: number;
}

/** Bytes before the first record. */
export const batchHeaderBytes = 61;

/**
 * One record batch (magic 2, uncompressed) in one buffer, encoded once and in place. kafkajs makes an Encoder of 512 bytes per record and per
 * header, which is what a producer's time goes to.
 *
 * @param at epoch ms, the same for all records.
 */
export function encodeBatch(records: readonly NewRecord[], at: number, sequence: Sequence): Buffer {
  const sizes = records.map(sizeOf);
  const bodies = sizes.reduce((sum, size) => sum + size.bytes + varintSize(size.bytes), 0);
  const bytes = Buffer.allocUnsafe(batchHeaderBytes + bodies);
  const cursor: Cursor = { bytes, at: batchHeaderBytes };
  records.forEach((record, index) => writeRecord(cursor, record, sizes[index]!, index));
  writeHeader(bytes, records.length, at, sequence);
  return bytes;
}

/** At least as many bytes as a record takes in a batch. */
export function recordBytesAtMost({ key, value, headers }: NewRecord): number {
  let size = 32 + key.length * 3 + value.length;
  if (headers) for (const [name, bytes] of headers) size += 10 + name.length * 3 + bytes.length;
  return size;
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

interface Size {
  readonly key: number;
  /** Of the record behind its length. */
  readonly bytes: number;
}

function sizeOf({ key, value, headers }: NewRecord, index: number): Size {
  const keyBytes = Buffer.byteLength(key);
  // Attributes and the timestamp's delta (0) take a byte each.
  let bytes = 2 + varintSize(index) + varintSize(keyBytes) + keyBytes + varintSize(value.length) + value.length + varintSize(headers?.size ?? 0);
  if (headers) {
    for (const [name, content] of headers) {
      const nameBytes = Buffer.byteLength(name);
      bytes += varintSize(nameBytes) + nameBytes + varintSize(content.length) + content.length;
    }
  }
  return { key: keyBytes, bytes };
}

function writeRecord(cursor: Cursor, { key, value, headers }: NewRecord, size: Size, index: number): void {
  writeVarint(cursor, size.bytes);
  cursor.bytes[cursor.at] = 0;
  cursor.bytes[cursor.at + 1] = 0;
  cursor.at += 2;
  writeVarint(cursor, index);
  writeVarint(cursor, size.key);
  writeText(cursor, key, size.key);
  writeVarint(cursor, value.length);
  writeBytes(cursor, value);
  writeVarint(cursor, headers?.size ?? 0);
  if (!headers) return;
  for (const [name, content] of headers) {
    const nameBytes = Buffer.byteLength(name);
    writeVarint(cursor, nameBytes);
    writeText(cursor, name, nameBytes);
    writeVarint(cursor, content.length);
    writeBytes(cursor, content);
  }
}

function writeHeader(bytes: Buffer, count: number, at: number, { producerId, producerEpoch, first }: Sequence): void {
  bytes.writeBigInt64BE(0n, 0); // The broker puts the offset here; the checksum begins behind it.
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(0, 12); // Leader epoch: the broker puts its own.
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(0, 21); // Attributes: uncompressed, time of creation, no transaction.
  bytes.writeInt32BE(count - 1, 23);
  bytes.writeBigInt64BE(BigInt(at), 27);
  bytes.writeBigInt64BE(BigInt(at), 35);
  bytes.writeBigInt64BE(BigInt(producerId), 43);
  bytes.writeInt16BE(producerEpoch, 51);
  bytes.writeInt32BE(first, 53);
  bytes.writeInt32BE(count, 57);
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
}

/** Bytes of a non-negative number below 2^30 as a zigzag varint. */
function varintSize(value: number): number {
  const zigzag = value * 2;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

function writeVarint(cursor: Cursor, value: number): void {
  let left = value * 2;
  for (; left > 127; left = Math.floor(left / 128)) {
    cursor.bytes[cursor.at] = (left & 127) | 128;
    cursor.at += 1;
  }
  cursor.bytes[cursor.at] = left;
  cursor.at += 1;
}

/** Keys are short and plain: a loop beats the call into the runtime. */
function writeText(cursor: Cursor, text: string, length: number): void {
  const { bytes } = cursor;
  if (length === text.length && length < 64) for (let index = 0; index < length; index += 1) bytes[cursor.at + index] = text.charCodeAt(index);
  else bytes.write(text, cursor.at, 'utf8');
  cursor.at += length;
}

function writeBytes(cursor: Cursor, content: Uint8Array): void {
  cursor.bytes.set(content, cursor.at);
  cursor.at += content.length;
}
