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

interface Numbered {
  readonly topic: TopicName;
  readonly partition: number;
  readonly number: number;
  readonly record: NewRecord;
}

/**
 * The outputs of one batch, numbered per partition. Records are staged one command at a time, so that a command whose output cannot be
 * encoded leaves no trace.
 */
export class Outbox {
  readonly #sent: Map<Place, number>;
  readonly #records: Numbered[] = [];
  #staged: Numbered[] = [];
  #stagedNumbers = new Map<Place, number>();

  constructor(
    private readonly lane: string,
    private readonly codec: Codec,
    private readonly log: Pick<Log, 'partitions'>,
    sent: Numbers,
  ) {
    this.#sent = new Map(Object.entries(sent) as [Place, number][]);
  }

  /** Stages an output and returns the event as it will stand on the log. `partition` where it is not the key's. */
  stage(output: Output, stamp: Stamp, partition = partitionOf(output.key, this.log.partitions(output.topic))): AnyEvent {
    const place = placeOf(output.topic, partition);
    const number = (this.#stagedNumbers.get(place) ?? this.#sent.get(place) ?? 0) + 1;
    const event = stamped(output.event, { ...stamp, link: this.lane, number });
    const record = { key: output.key, value: this.codec.encode(event) };
    this.#stagedNumbers.set(place, number);
    this.#staged.push({ topic: output.topic, partition, number, record });
    return event;
  }

  /** Takes what is staged into the batch. */
  keep(): void {
    for (const [place, number] of this.#stagedNumbers) this.#sent.set(place, number);
    this.#records.push(...this.#staged);
    this.discard();
  }

  /** Forgets what is staged. */
  discard(): void {
    this.#staged = [];
    this.#stagedNumbers = new Map();
  }

  get size(): number {
    return this.#records.length;
  }

  sent(): { [place: Place]: number } {
    return Object.fromEntries(this.#sent);
  }

  /**
   * The appends in the order to send them: envelopes before the records that announce them, decisions before what follows from them, so
   * that a record found on the log never lacks what it depends on.
   */
  pending(first: readonly TopicName[], appendRecords: number): PendingAppend[] {
    const byPlace = new Map<Place, Numbered[]>();
    for (const record of this.#records) {
      const place = placeOf(record.topic, record.partition);
      const list = byPlace.get(place);
      if (list) list.push(record);
      else byPlace.set(place, [record]);
    }
    const rank = (topic: TopicName): number => (first.includes(topic) ? first.indexOf(topic) : first.length);
    const groups = [...byPlace.values()].sort((a, b) => rank(a[0]!.topic) - rank(b[0]!.topic));
    return groups.flatMap((group) => chunks(group, appendRecords));
  }
}

function chunks(group: readonly Numbered[], size: number): PendingAppend[] {
  const appends: PendingAppend[] = [];
  for (let start = 0; start < group.length; start += size) {
    const part = group.slice(start, start + size);
    const { topic, partition, number } = part[0]!;
    appends.push({ topic, partition, firstNumber: number, records: part.map((numbered) => numbered.record) });
  }
  return appends;
}

function stamped(payload: Payload<AnyEvent>, meta: Meta): AnyEvent {
  return { ...payload, meta } as AnyEvent;
}

/** The id of the n-th output (0, 1, …) derived from a decision: a function of the decision's own, so that a rebuild writes the same. */
export function derivedId(decisionId: string, index: number): string {
  const tail = (BigInt(`0x${decisionId.slice(-12)}`) + BigInt(index + 1)) & 0xffff_ffff_ffffn;
  return decisionId.slice(0, -12) + tail.toString(16).padStart(12, '0');
}
