import type { AnyEvent, AnyTopology, EventPicks, PickedEvent } from '@parley/contracts';
import type { Codec, Glimpse, Projection } from '../codec/codec.js';
import type { Log } from '../port/log.js';
import { laneName } from '../runner/session.js';
import { isCommand, isOwn } from '../runner/work.js';
import { PartitionCursor, type Seen } from './cursor.js';

/** A command of a topology's source with its decision; null where none is on the log. */
export interface Decided<Event = AnyEvent> {
  readonly offset: number;
  readonly command: Event;
  readonly decision: Event | null;
}

/** Some commands, and how far the source is read. */
export interface DecidedPage<Event = AnyEvent> {
  readonly decided: readonly Decided<Event>[];
  /** So far the source is read. */
  readonly offset: number;
  /** Every command below was given; one that waited for its decision may be behind. */
  readonly givenTo: number;
  readonly end: number;
}

export interface DecidedSource {
  readonly topology: Pick<AnyTopology, 'name' | 'source' | 'decisions' | 'commands' | 'accepts'>;
  readonly partition: number;
  readonly log: Log;
  readonly codec: Codec;
  readonly pageRecords?: number;
}

/**
 * A partition's commands, each with the decision that was taken on it: repeats dropped, up to the end that the log has now. They come in log order,
 * but for those that waited, which come when they were decided, with all that follows of their keys; those not decided yet come last. For questions
 * over the whole log: it changes nothing, and holds a page in memory and what waits.
 */
export async function* decidedPages(source: DecidedSource): AsyncGenerator<DecidedPage> {
  yield* pagesOf(source, {}) as AsyncGenerator<DecidedPage>;
}

/** The same, of each event only the fields picked: several times as fast where these are few. Metadata beyond `LinkMeta` is not picked. */
export async function* pickedPages<Chosen extends EventPicks>(source: DecidedSource & { readonly picks: Chosen }): AsyncGenerator<DecidedPage<PickedEvent<Chosen>>> {
  yield* pagesOf(source, source.picks);
}

async function* pagesOf<Chosen extends EventPicks>({ topology, partition, log, codec, pageRecords = 500 }: DecidedSource, picks: Chosen): AsyncGenerator<DecidedPage<PickedEvent<Chosen>>> {
  if (topology.decisions === null) throw new TypeError(`${topology.name} decides nothing`);
  // Whether a command is accepted is asked of all of it.
  const projection = codec.project(topology.accepts ? ({} as Chosen) : picks);
  const source = await PartitionCursor.reading(log, projection.glimpse, topology.source, partition);
  const decisions = await PartitionCursor.reading(log, projection.glimpse, topology.decisions, partition);
  const pairs = new Pairs(laneName(topology, partition), decisions, projection);
  for (;;) {
    if (!source.advance()) {
      if (await source.turn()) continue;
      break;
    }
    if (!topology.commands.includes(source.seen.type)) continue;
    const command = projection.read(source.record.value, source.seen);
    if (!isCommand(topology as AnyTopology, command as AnyEvent)) continue;
    while (!pairs.take(source.record.offset, command)) await pairs.turn();
    if (pairs.page.length >= pageRecords) yield { decided: pairs.flush(), offset: source.offset, givenTo: pairs.waitsFrom ?? source.offset, end: source.end };
  }
  do pairs.drain();
  while (await pairs.turn());
  pairs.undecided();
  if (pairs.page.length > 0) yield { decided: pairs.flush(), offset: source.offset, givenTo: source.offset, end: source.end };
}

/**
 * Joins commands with a lane's decisions, both in the order of their logs. A lane decides in the order of its source, but for what waits: a command
 * that is not decided before one behind it waited, and is kept until its decision comes.
 */
class Pairs<Event extends Seen> {
  page: Decided<Event>[] = [];
  readonly #waiting = new Map<number, Event>();
  /** Whether the cursor is at a decision of this lane that is not given yet. */
  #isAhead = false;
  #atEnd = false;

  constructor(
    private readonly lane: string,
    private readonly decisions: PartitionCursor<Glimpse<Event>>,
    private readonly projection: Projection<Event>,
  ) {}

  /** The first command that waits. */
  get waitsFrom(): number | undefined {
    for (const offset of this.#waiting.keys()) return offset;
    return undefined;
  }

  flush(): readonly Decided<Event>[] {
    const full = this.page;
    this.page = [];
    return full;
  }

  /** False where the decisions at hand are used up: turn the page, and take it again. */
  take(offset: number, command: Event): boolean {
    while (this.#next()) {
      const cause = this.#cause;
      if (cause > offset) {
        this.#waiting.set(offset, command);
        return true;
      }
      const decision = this.#given();
      if (cause === offset) {
        this.page.push({ offset, command, decision });
        return true;
      }
      this.#late(cause, decision);
    }
    if (this.#atEnd) this.page.push({ offset, command, decision: null });
    return this.#atEnd;
  }

  /** More decisions; false where there are none. */
  async turn(): Promise<boolean> {
    this.#atEnd = !(await this.decisions.turn());
    return !this.#atEnd;
  }

  /** When all commands are taken: the decisions at hand on those that waited. */
  drain(): void {
    for (; this.#next(); this.#isAhead = false) if (this.#waiting.has(this.#cause)) this.#late(this.#cause, this.#given());
  }

  /** What waits has no decision on the log. */
  undecided(): void {
    for (const [offset, command] of this.#waiting) this.page.push({ offset, command, decision: null });
    this.#waiting.clear();
  }

  #next(): boolean {
    while (!this.#isAhead && this.decisions.advance()) this.#isAhead = isOwn(this.lane, this.decisions.seen.meta);
    return this.#isAhead;
  }

  /** The offset of the command that the decision ahead is on: one of a lane's own has a cause. */
  get #cause(): number {
    return this.decisions.seen.meta.cause!.offset;
  }

  #given(): Event {
    this.#isAhead = false;
    return this.projection.read(this.decisions.record.value, this.decisions.seen);
  }

  #late(offset: number, decision: Event): void {
    const command = this.#waiting.get(offset);
    if (command === undefined) return;
    this.#waiting.delete(offset);
    this.page.push({ offset, command, decision });
  }
}
