import type { TopicName } from '@parley/contracts';

/** A record as the log gives it back. `value` is a frame (Confluent wire format). */
export interface LogRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array;
  /** Only on integrators' topics; absent where there are none. */
  readonly headers?: ReadonlyMap<string, Uint8Array>;
}

/** A record to append. */
export interface NewRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: ReadonlyMap<string, Uint8Array>;
}

/** One append request: records for one partition, in order. */
export interface Append {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** The event log: topics of partitions of records. Offsets of our own topics have no holes. */
export interface Log {
  partitions(topic: TopicName): number;
  /** Resolves when the records are durable, with the offset of the first. A rejection says nothing of whether they arrived. */
  append(request: Append): Promise<number>;
  /** Records from `offset` on, at most `limit` of them and at least one where there is one; empty at the end. An offset below the first kept one, or beyond the end, throws `OffsetOutOfRangeError`. */
  read(topic: TopicName, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]>;
  /** The offset of the first record still kept; the end where there is none. */
  start(topic: TopicName, partition: number): Promise<number>;
  /** The offset the next record will get. */
  end(topic: TopicName, partition: number): Promise<number>;
  /** Resolves when there may be records at `offset`, or after `timeoutMs`, or when `signal` aborts. */
  wait(topic: TopicName, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** The same log for one who reads on, partition by partition: what is fetched ahead of him is his alone. Absent where nothing is. */
  reader?(name: string): Log;
}

/** What was asked for is no longer there, or was never there: never answered by starting somewhere else. */
export class OffsetOutOfRangeError extends Error {
  override readonly name = 'OffsetOutOfRangeError';
}
