import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '@parley/bus';
import { crc32c } from './crc32c.js';
import { batchHeaderBytes } from './record-batch.js';
import { WireError, WireReader } from './reader.js';

/** A batch as it lies in an answer: where it stands, and its bytes to read when they are wanted. */
export interface FoundBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly count: number;
  readonly producerId: number;
  readonly transactional: boolean;
  /** A transaction's end rather than records. */
  readonly control: boolean;
  readonly compression: number;
  readonly bytes: Buffer;
}

/** A transaction that was given up: its records are no records. */
export interface Aborted {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** The whole batches in an answer's bytes; the broker cuts the last one where its limit is. Throws WireError where a checksum is wrong. */
export function findBatches(bytes: Buffer): FoundBatch[] {
  const batches: FoundBatch[] = [];
  for (let at = 0; at + batchHeaderBytes <= bytes.length; ) {
    const length = 12 + bytes.readInt32BE(at + 8);
    const magic = bytes[at + 16];
    if (magic !== 2) throw new WireError(`a record batch of format ${magic}; the broker is older than Kafka 0.11`);
    if (length < batchHeaderBytes) throw new WireError(`a record batch of ${length} bytes`);
    if (at + length > bytes.length) break;
    batches.push(readHeader(bytes.subarray(at, at + length)));
    at += length;
  }
  return batches;
}

function readHeader(bytes: Buffer): FoundBatch {
  const header = new WireReader(bytes);
  const firstOffset = header.int64();
  header.at = 17;
  const checksum = header.uint32();
  if (crc32c(bytes, 21) !== checksum) throw new WireError(`the checksum of the batch at offset ${firstOffset} is wrong: its bytes were damaged on the way or on the broker's disk`);
  const attributes = header.int16();
  const lastOffset = firstOffset + header.int32();
  header.at = 43;
  const producerId = header.int64();
  header.at = 57;
  const count = header.int32();
  return { firstOffset, lastOffset, count, producerId, transactional: (attributes & 16) !== 0, control: (attributes & 32) !== 0, compression: attributes & 7, bytes };
}

/** The records of a batch, from `from` on. Nothing of them is copied: values are views of the answer. */
export function readRecords(batch: FoundBatch, from: number): LogRecord[] {
  const reader = new WireReader(uncompressed(batch));
  const records: LogRecord[] = [];
  for (let index = 0; index < batch.count; index += 1) {
    const length = reader.varint();
    const end = reader.at + length;
    if (length <= 0 || length > reader.left) throw new WireError(`a record of ${length} bytes, ${reader.left} left`);
    reader.int8();
    reader.varint();
    const offset = batch.firstOffset + reader.varint();
    if (offset >= from) records.push(readRecord(reader, offset));
    reader.at = end;
  }
  return records;
}

function readRecord(reader: WireReader, offset: number): LogRecord {
  const keyLength = reader.varint();
  const key = keyLength < 0 ? '' : reader.text(keyLength);
  const valueLength = reader.varint();
  const value = reader.slice(Math.max(0, valueLength));
  const count = reader.varint();
  if (count === 0) return { offset, key, value };
  const headers = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index += 1) {
    const name = reader.text(reader.varint());
    headers.set(name, reader.slice(Math.max(0, reader.varint())));
  }
  return { offset, key, value, headers };
}

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** The most that a compressed batch may become: a small one can be made that never ends. */
const largestBatchBytes = 64 * 1_048_576;

function uncompressed({ compression, bytes, firstOffset }: FoundBatch): Buffer {
  const body = bytes.subarray(batchHeaderBytes);
  if (compression === 0) return body;
  if (compression === 1) return gunzipSync(body, { maxOutputLength: largestBatchBytes });
  const name = compressions[compression] ?? `number ${compression}`;
  throw new WireError(`the batch at offset ${firstOffset} is compressed with ${name}; set compression.type of the topic to uncompressed, as \`parley topics\` does`);
}

/** Batches that count: no ends of transactions, and nothing of those that were given up. */
export function committedBatches(batches: readonly FoundBatch[], aborted: readonly Aborted[]): FoundBatch[] {
  const left = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<number>();
  return batches.filter((batch) => {
    while (left[0] && left[0].firstOffset <= batch.lastOffset) open.add(left.shift()!.producerId);
    if (batch.control) {
      open.delete(batch.producerId);
      return false;
    }
    return !(batch.transactional && open.has(batch.producerId));
  });
}
