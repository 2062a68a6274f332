import type { EventOf, EventType, TopicName } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log } from '../port/log.js';
import { PartitionCursor } from './cursor.js';

export interface AcceptedSource<Type extends EventType> {
  readonly topic: TopicName;
  readonly partition: number;
  /** Only these are decoded and given. */
  readonly types: readonly Type[];
  readonly log: Log;
  readonly codec: Codec;
}

/** An event with its place, and how far its partition is read. */
export interface AcceptedEvent<Type extends EventType> {
  readonly event: EventOf<Type>;
  readonly offset: number;
  readonly end: number;
}

/** A partition's events of some types in log order, repeats dropped, up to the end that the log has now. It changes nothing, and holds a page in memory. */
export async function* acceptedEvents<Type extends EventType>({ topic, partition, types, log, codec }: AcceptedSource<Type>): AsyncGenerator<AcceptedEvent<Type>> {
  const cursor = await PartitionCursor.open(log, codec, topic, partition);
  for (let accepted = await cursor.next(); accepted; accepted = await cursor.next()) {
    if (!(types as readonly EventType[]).includes(accepted.type)) continue;
    const { record, read } = accepted;
    yield { event: codec.decode(record.value, read) as EventOf<Type>, offset: record.offset, end: cursor.end };
  }
}
