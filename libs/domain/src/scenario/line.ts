// The whole line on plain arrays: each topology reads the log in order, decides, and appends. What its runner does, without anything that can fail.
import { FoldedStates } from '@parley/contracts';
import type { AnyEvent, AnyTopology, Instant, Output, Payload, Position, RowChange, TopicName } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { logged } from './fixtures.js';

interface Entry {
  readonly key: string;
  readonly event: AnyEvent;
  readonly writer: string;
}

interface Reader {
  readonly topology: AnyTopology;
  readonly states: FoldedStates;
  next: number;
}

/** A platform in memory. Every record is decided at its own event time, as if nothing ever had to wait. */
export class Line {
  readonly #logs = new Map<TopicName, Entry[]>();
  readonly #readers: readonly Reader[];
  readonly rows = new Map<string, RowChange['row']>();

  constructor(
    topologies: readonly AnyTopology[],
    private readonly catalog: Catalog,
  ) {
    this.#readers = topologies.map((topology) => ({ topology, states: new FoldedStates(topology), next: 0 }));
  }

  /** Appends an event from outside and lets everything that follows from it happen. */
  happens(key: string, event: AnyEvent, topic: TopicName = 'parley.conversations.v1'): this {
    this.#append(topic, { key, event, writer: 'outside' });
    while (this.#readers.some((reader) => this.#readOne(reader)));
    return this;
  }

  log(topic: TopicName): readonly AnyEvent[] {
    return this.#entries(topic).map(({ event }) => event);
  }

  state(name: string, key: string): unknown {
    return this.#readers.find(({ topology }) => topology.name === name)?.states.of(key);
  }

  #readOne(reader: Reader): boolean {
    const { topology } = reader;
    const offset = reader.next;
    const entry = this.#entries(topology.source)[offset];
    if (entry === undefined) return false;
    reader.next += 1;
    if (entry.writer === topology.name || !topology.folds.includes(entry.event.type)) return true;
    const position: Position = { topic: topology.source, partition: 0, offset };
    this.#fold(reader, entry.key, entry.event, position);
    if (topology.commands.includes(entry.event.type) && (topology.accepts?.(entry.event) ?? true)) this.#decide(reader, entry, position);
    return true;
  }

  #decide(reader: Reader, { key, event }: Entry, position: Position): void {
    const { topology } = reader;
    const now = event.meta.at;
    const payload = topology.decide(event, reader.states.of(key, this.#asideOf(reader, event)), { now, catalog: this.catalog });
    const decision = written(payload, topology.happenedAt?.(event, payload) ?? now, position);
    this.#append(topology.decisions!, { key, event: decision, writer: topology.name });
    this.#fold(reader, key, decision, position);
    for (const output of topology.derive?.(decision) ?? []) this.#derived(output, decision.meta.at, position);
  }

  #derived({ topic, key, event }: Output, at: Instant, position: Position): void {
    this.#append(topic, { key, event: written(event, at, position), writer: 'derived' });
  }

  #asideOf({ topology }: Reader, event: AnyEvent): string | null {
    return topology.asideOf?.(event, this.catalog) ?? null;
  }

  #fold(reader: Reader, key: string, event: AnyEvent, position: Position): void {
    const { topology, states } = reader;
    const aside = this.#asideOf(reader, event);
    const state = topology.evolve(states.of(key, aside), event);
    states.put(key, aside, state);
    for (const change of topology.project?.(event, state, position) ?? []) this.rows.set(`${change.table} ${JSON.stringify(change.key)}`, change.row);
  }

  #append(topic: TopicName, entry: Entry): void {
    this.#entries(topic).push(entry);
  }

  #entries(topic: TopicName): Entry[] {
    const entries = this.#logs.get(topic) ?? [];
    this.#logs.set(topic, entries);
    return entries;
  }
}

function written(payload: Payload<AnyEvent>, at: Instant, cause: Position): AnyEvent {
  const event = logged(payload, at) as AnyEvent;
  return { ...event, meta: { ...event.meta, cause } };
}
