import { groupBy } from './group.js';
import { WireReader } from './reader.js';
import { WireWriter } from './writer.js';
import type { Aborted } from './batches.js';

/** A request as it goes out, and how its answer is read. Versions are the last ones before the flexible format, where that will do. */
export interface WireRequest<Answer> {
  readonly name: string;
  readonly apiKey: number;
  readonly version: number;
  readonly body: Buffer;
  /** How long the broker itself may take to answer, ms. */
  readonly patienceMs?: number;
  read(answer: WireReader): Answer;
}

export interface PartitionOf<T> {
  readonly topic: string;
  readonly partition: number;
  readonly value: T;
}

/** Reads `[topic [partition …]]`. */
function readTopics<T>(reader: WireReader, read: (partition: number) => T): PartitionOf<T>[] {
  return reader
    .array(() => {
      const topic = reader.string() ?? '';
      return reader.array(() => {
        const partition = reader.int32();
        return { topic, partition, value: read(partition) };
      });
    })
    .flat();
}

export interface Placement {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topics: readonly { readonly name: string; readonly id: string; readonly error: number; /** Leader per partition, -1 where there is none. */ readonly leaders: readonly number[] }[];
}

/** Where topics are, with their ids (12 is flexible; ids came with 10). Never makes a topic. */
export function metadataRequest(topics: readonly string[]): WireRequest<Placement> {
  const body = new WireWriter().tags().uvarint(topics.length + 1);
  for (const topic of topics) body.raw(new Uint8Array(16)).compactString(topic).tags();
  body.int8(0).int8(0).tags();
  return { name: 'Metadata', apiKey: 3, version: 12, body: body.bytes, read: readMetadata };
}

function readMetadata(reader: WireReader): Placement {
  reader.tags();
  reader.int32();
  const brokers = reader.compactArray(() => {
    const broker = { nodeId: reader.int32(), host: reader.compactString() ?? '', port: reader.int32() };
    reader.compactString();
    reader.tags();
    return broker;
  });
  reader.compactString();
  reader.int32();
  const topics = reader.compactArray(() => {
    const error = reader.int16();
    const name = reader.compactString() ?? '';
    const id = reader.uuid();
    reader.int8();
    const partitions = reader.compactArray(() => readPartition(reader)).sort((a, b) => a.partition - b.partition);
    reader.int32();
    reader.tags();
    return { error, name, id, leaders: partitions.map(({ leader }) => leader) };
  });
  return { brokers, topics };
}

function readPartition(reader: WireReader): { partition: number; leader: number } {
  reader.int16();
  const placed = { partition: reader.int32(), leader: reader.int32() };
  reader.int32();
  for (let list = 0; list < 3; list += 1) reader.compactArray(() => reader.int32());
  reader.tags();
  return placed;
}

export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchLimits {
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly partitionBytes: number;
}

export interface Fetched {
  readonly error: number;
  /** Offsets below it are settled: neither an open transaction nor a missing replica. */
  readonly stableEnd: number;
  readonly start: number;
  readonly aborted: readonly Aborted[];
  readonly records: Buffer;
}

/** Records from positions on, one per partition; waits until there is something. Transactions that are open or given up are not shown. */
export function fetchRequest(positions: readonly Position[], { waitMs, maxBytes, partitionBytes }: FetchLimits): WireRequest<PartitionOf<Fetched>[]> {
  const body = new WireWriter(256 + positions.length * 40);
  body.int32(-1).int32(waitMs).int32(1).int32(maxBytes).int8(1); // As a consumer; at least a byte; committed records only.
  body.int32(0).int32(-1); // No fetch session: it would have to be kept in step with what each lane reads.
  body.array([...groupBy(positions, ({ topic }) => topic)], ([topic, places]) => {
    body.string(topic).array(places, ({ partition, offset }) => body.int32(partition).int32(-1).int64(offset).int64(-1).int32(partitionBytes));
  });
  body.int32(0).string('');
  return { name: 'Fetch', apiKey: 1, version: 11, body: body.bytes, patienceMs: waitMs, read: readFetched };
}

function readFetched(reader: WireReader): PartitionOf<Fetched>[] {
  reader.int32();
  const error = reader.int16();
  reader.int32();
  const found = readTopics(reader, () => {
    const refused = reader.int16();
    reader.int64();
    const stableEnd = reader.int64();
    const start = reader.int64();
    const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
    reader.int32();
    const length = reader.int32();
    return { error: refused, stableEnd, start, aborted, records: reader.slice(Math.max(0, length)) };
  });
  return error === 0 ? found : found.map((place) => ({ ...place, value: { ...place.value, error } }));
}

/** One record batch for each of some partitions; answered when all replicas in step have them. */
export function produceRequest(batches: readonly { readonly topic: string; readonly partition: number; readonly bytes: Buffer }[], timeoutMs: number): WireRequest<PartitionOf<{ readonly error: number; readonly offset: number }>[]> {
  const body = new WireWriter(256 + batches.reduce((sum, { bytes }) => sum + bytes.length + 64, 0));
  body.string(null).int16(-1).int32(timeoutMs);
  body.array([...groupBy(batches, ({ topic }) => topic)], ([topic, parts]) => {
    body.string(topic).array(parts, ({ partition, bytes }) => body.int32(partition).block(bytes));
  });
  const read = (reader: WireReader) =>
    readTopics(reader, () => {
      const produced = { error: reader.int16(), offset: reader.int64() };
      reader.int64();
      reader.int64();
      return produced;
    });
  return { name: 'Produce', apiKey: 0, version: 7, body: body.bytes, patienceMs: timeoutMs, read };
}

export const beginning = -2;
export const end = -1;

/** The first offset kept (`beginning`) or the next one to be given (`end`), per partition. */
export function listOffsetsRequest(places: readonly { readonly topic: string; readonly partition: number; readonly which: typeof beginning | typeof end }[]): WireRequest<PartitionOf<{ readonly error: number; readonly offset: number }>[]> {
  const body = new WireWriter().int32(-1).int8(1);
  body.array([...groupBy(places, ({ topic }) => topic)], ([topic, parts]) => {
    body.string(topic).array(parts, ({ partition, which }) => body.int32(partition).int64(which));
  });
  const read = (reader: WireReader) => {
    reader.int32();
    return readTopics(reader, () => {
      const error = reader.int16();
      reader.int64();
      return { error, offset: reader.int64() };
    });
  };
  return { name: 'ListOffsets', apiKey: 2, version: 2, body: body.bytes, read };
}

/** An identity under which repeated batches are recognised. */
export function producerIdRequest(): WireRequest<{ readonly error: number; readonly producerId: number; readonly producerEpoch: number }> {
  const body = new WireWriter().string(null).int32(60_000).bytes;
  const read = (reader: WireReader) => {
    reader.int32();
    return { error: reader.int16(), producerId: reader.int64(), producerEpoch: reader.int16() };
  };
  return { name: 'InitProducerId', apiKey: 22, version: 1, body, read };
}
