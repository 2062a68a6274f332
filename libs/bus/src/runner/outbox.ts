import { partitionOf, type AnyEvent, type Cause, type Instant, type Meta, type Output, type Payload, type TopicName } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log, NewRecord } from '../port/log.js';
import type { PendingAppend, Place } from '../port/store.js';

export type Numbers = { readonly [place: Place]: number };

export function placeOf(topic: TopicName, partition: number): Place {
  return `${topic}/${partition}`;
}

/** What the metadata of an output needs besides its link and number. */
export interface Stamp {
  readonly eventId: string;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly cause: Cause | null;
  readonly catalogOffset: number;
}

/** What a batch writes to one partition: numbered from `first` on. */
interface Stretch {
  readonly topic: TopicName;
  readonly partition: number;
  readonly place: Place;
  readonly first: number;
  readonly records: NewRecord[];
}

/**
 * The outputs of one batch, numbered per partition. Records are staged one command at a time, so that a command whose output cannot be
 * encoded leaves no trace.
 */
export class Outbox {
  readonly #sent: Numbers;
  /** By topic and partition, in the order in which they were first written to. */
  readonly #stretches = new Map<TopicName, Map<number, Stretch>>();
  /** Where the last record is staged, once for each: what is kept is no longer here. */
  readonly #staged: Stretch[] = [];
  #size = 0;

  constructor(
    private readonly lane: string,
    private readonly codec: Codec,
    private readonly log: Pick<Log, 'partitions'>,
    sent: Numbers,
  ) {
    this.#sent = sent;
  }

  /** Stages an output and returns the event as it will stand on the log. `partition` where it is not the key's. */
  stage(output: Output, stamp: Stamp, partition = partitionOf(output.key, this.log.partitions(output.topic))): AnyEvent {
    const stretch = this.#stretch(output.topic, partition);
    const event = stamped(output.event, metaOf(stamp, this.lane, stretch.first + stretch.records.length));
    stretch.records.push({ key: output.key, value: this.codec.encode(event) });
    this.#staged.push(stretch);
    return event;
  }

  #stretch(topic: TopicName, partition: number): Stretch {
    let ofTopic = this.#stretches.get(topic);
    if (!ofTopic) this.#stretches.set(topic, (ofTopic = new Map()));
    let stretch = ofTopic.get(partition);
    if (!stretch) {
      const place = placeOf(topic, partition);
      ofTopic.set(partition, (stretch = { topic, partition, place, first: (this.#sent[place] ?? 0) + 1, records: [] }));
    }
    return stretch;
  }

  /** Takes what is staged into the batch. */
  keep(): void {
    this.#size += this.#staged.length;
    this.#staged.length = 0;
  }

  /** Forgets what is staged. */
  discard(): void {
    for (const stretch of this.#staged) stretch.records.pop();
    this.#staged.length = 0;
  }

  get size(): number {
    return this.#size;
  }

  sent(): { [place: Place]: number } {
    return { ...this.#sent, ...Object.fromEntries(this.#written().map(({ place, first, records }) => [place, first + records.length - 1])) };
  }

  /**
   * The appends in the order to send them: envelopes before the records that announce them, decisions before what follows from them, so
   * that a record found on the log never lacks what it depends on.
   */
  pending(first: readonly TopicName[], appendRecords: number): PendingAppend[] {
    const rank = ({ topic }: Stretch): number => (first.includes(topic) ? first.indexOf(topic) : first.length);
    return this.#written()
      .sort((a, b) => rank(a) - rank(b))
      .flatMap((stretch) => chunks(stretch, appendRecords));
  }

  #written(): Stretch[] {
    return [...this.#stretches.values()].flatMap((ofTopic) => [...ofTopic.values()]).filter(({ records }) => records.length > 0);
  }
}

function chunks({ topic, partition, first, records }: Stretch, size: number): PendingAppend[] {
  const appends: PendingAppend[] = [];
  for (let start = 0; start < records.length; start += size) {
    appends.push({ topic, partition, firstNumber: first + start, records: records.slice(start, start + size) });
  }
  return appends;
}

/** The fields in the order of the schema, as a decoded event has them. */
function metaOf({ eventId, at, recordedAt, cause, catalogOffset }: Stamp, link: string, number: number): Meta {
  return { eventId, at, recordedAt, link, number, cause, catalogOffset };
}

function stamped(payload: Payload<AnyEvent>, meta: Meta): AnyEvent {
  return { ...payload, meta } as AnyEvent;
}

/** The id of the n-th output (0, 1, …) derived from a decision: a function of the decision's own, so that a rebuild writes the same. */
export function derivedId(decisionId: string, index: number): string {
  const tail = (BigInt(`0x${decisionId.slice(-12)}`) + BigInt(index + 1)) & 0xffff_ffff_ffffn;
  return decisionId.slice(0, -12) + tail.toString(16).padStart(12, '0');
}
