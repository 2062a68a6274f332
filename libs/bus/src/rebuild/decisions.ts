import { partitionOf, type AnyEvent, type AnyTopology } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log } from '../port/log.js';
import type { Acked } from '../port/store.js';
import { derivedId, Outbox, placeOf, type Numbers } from '../runner/outbox.js';
import { isOwn } from '../runner/work.js';
import { PartitionCursor } from './cursor.js';

/**
 * A lane's decisions as they stand on the log, found by the command that caused them. They are read in the order the lane made them, so what
 * each of them derives gets its number again; outputs beyond the last number found on the log were committed, but never arrived, and are
 * collected to be appended.
 */
export class RecordedDecisions {
  readonly #ahead = new Map<number, AnyEvent>();
  #lastNumber = 0;
  catalogOffset = 0;

  private constructor(
    private readonly lane: string,
    private readonly topology: AnyTopology,
    private readonly log: Log,
    private readonly codec: Codec,
    private readonly cursor: PartitionCursor | undefined,
    private readonly derived: Outbox,
    private readonly arrived: Numbers,
    private readonly missing: Outbox,
    /** Where each partition written to ends. */
    readonly ends: Acked,
  ) {}

  static async open(lane: string, topology: AnyTopology, partition: number, log: Log, codec: Codec): Promise<RecordedDecisions> {
    const cursor = topology.decisions ? await PartitionCursor.open(log, codec, topology.decisions, partition) : undefined;
    const arrived: { [place: string]: number } = {};
    const ends: { [place: string]: number } = cursor ? { [placeOf(topology.decisions!, partition)]: cursor.end } : {};
    for (const topic of topology.derives) {
      for (let other = 0; other < log.partitions(topic); other += 1) {
        const reached = await PartitionCursor.open(log, codec, topic, other);
        const last = await lastNumberOf(lane, reached);
        if (last > 0) arrived[placeOf(topic, other)] = last;
        ends[placeOf(topic, other)] = reached.end;
      }
    }
    return new RecordedDecisions(lane, topology, log, codec, cursor, new Outbox(lane, codec, log, {}), arrived, new Outbox(lane, codec, log, arrived), ends);
  }

  /** The decision on the command at this offset of the source; undefined where there is none on the log. */
  async of(commandOffset: number): Promise<AnyEvent | undefined> {
    while (!this.#ahead.has(commandOffset)) {
      const found = await this.#next();
      if (!found) return undefined;
    }
    const decision = this.#ahead.get(commandOffset);
    this.#ahead.delete(commandOffset);
    return decision;
  }

  /** Reads to the end. Returns the last number on the decisions' partition and the outputs that never arrived. */
  async finish(): Promise<{ lastNumber: number; missing: Outbox }> {
    while (await this.#next());
    return { lastNumber: this.#lastNumber, missing: this.missing };
  }

  async #next(): Promise<boolean> {
    const accepted = await this.cursor?.next();
    if (!accepted) return false;
    const { record, meta } = accepted;
    if (meta.link === this.lane) {
      this.#lastNumber = meta.number;
      this.catalogOffset = Math.max(this.catalogOffset, meta.catalogOffset);
    }
    if (isOwn(this.lane, meta)) {
      const decision = this.codec.decode(record.value);
      this.#ahead.set(meta.cause!.offset, decision);
      this.#derive(decision);
    }
    return true;
  }

  #derive(decision: AnyEvent): void {
    const { eventId, at, recordedAt, cause, catalogOffset } = decision.meta;
    (this.topology.derive?.(decision) ?? []).forEach((output, index) => {
      const stamp = { eventId: derivedId(eventId, index), at, recordedAt, cause, catalogOffset };
      const { meta } = this.derived.stage(output, stamp);
      this.derived.keep();
      const place = placeOf(output.topic, partitionOf(output.key, this.log.partitions(output.topic)));
      if (meta.number <= (this.arrived[place] ?? 0)) return;
      this.missing.stage(output, stamp);
      this.missing.keep();
    });
  }
}

/** The last number of a link on a partition; reads all of it. */
export async function lastNumberOf(link: string, cursor: PartitionCursor): Promise<number> {
  let last = 0;
  for (let accepted = await cursor.next(); accepted; accepted = await cursor.next()) {
    if (accepted.meta.link === link) last = accepted.meta.number;
  }
  return last;
}
