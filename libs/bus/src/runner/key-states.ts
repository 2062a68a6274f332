import type { AnyEvent, AnyTopology, InParts } from '@parley/contracts';
import type { LaneStore, StateChange } from '../port/store.js';
import { writeState } from './state-text.js';
import { StateCache } from './states.js';

type Parts = InParts<unknown, unknown>;

/** A state's place: the record's key, and the key of the part aside where there is one. */
export interface StatePlace {
  readonly key: string;
  readonly aside: string | null;
}

/** Where an event's state is. A topology that keeps nothing aside has one state per key. */
export function placeOfState(topology: AnyTopology, key: string, event: AnyEvent, catalog: unknown): StatePlace {
  return { key, aside: topology.asideOf?.(event, catalog) ?? null };
}

/** The key under which a part aside is stored: no key of a log has a slash in it. */
function asideKey({ key, aside }: StatePlace): string {
  return `${key}/${aside}`;
}

/** The states that a lane has in memory, in one part or two. */
export class KeyStates {
  readonly #own: StateCache;
  readonly #aside: StateCache | undefined;

  constructor(
    lane: string,
    store: Pick<LaneStore, 'states'>,
    private readonly topology: AnyTopology,
    /** Most parts in memory between batches, of both kinds together. */
    private readonly limit: number,
  ) {
    if (topology.asideOf && topology.timers) throw new TypeError(`${topology.name}: timers follow from a whole state, and a part of it lies aside`);
    const { initial } = topology;
    this.#own = new StateCache(lane, store, topology.asideOf ? (initial as Parts).own : initial);
    this.#aside = topology.asideOf && new StateCache(lane, store, (initial as Parts).aside);
  }

  /** Brings states into memory, in one query for each kind of part. */
  async load(places: Iterable<StatePlace>): Promise<void> {
    const all = [...places];
    await this.#own.load(all.map(({ key }) => key));
    await this.#aside?.load(all.filter(({ aside }) => aside !== null).map(asideKey));
  }

  of(place: StatePlace): unknown {
    const own = this.#own.get(place.key);
    if (!this.#aside) return own;
    return { own, aside: place.aside === null ? (this.topology.initial as Parts).aside : this.#aside.get(asideKey(place)) };
  }

  /** Takes over committed states and lets the least recently used ones go. */
  keep({ own, aside }: ChangedStates): void {
    this.#own.keep(own, this.limit);
    this.#aside?.keep(aside, this.limit - this.#own.size);
  }

  get size(): number {
    return this.#own.size + (this.#aside?.size ?? 0);
  }
}

/** What a batch has changed so far, over what is known. */
export class ChangedStates {
  readonly own = new Map<string, unknown>();
  readonly aside = new Map<string, unknown>();

  constructor(
    private readonly topology: AnyTopology,
    private readonly known: KeyStates,
  ) {}

  of(place: StatePlace): unknown {
    if (this.own.size === 0 && this.aside.size === 0) return this.known.of(place);
    const own = this.own.get(place.key);
    if (!this.topology.asideOf) return own === undefined ? this.known.of(place) : own;
    const known = this.known.of(place) as Parts;
    const aside = place.aside === null ? undefined : this.aside.get(asideKey(place));
    return { own: own === undefined ? known.own : own, aside: aside === undefined ? known.aside : aside };
  }

  put(place: StatePlace, before: unknown, after: unknown): void {
    if (after === before) return;
    if (!this.topology.asideOf) return void this.own.set(place.key, after);
    const [first, last] = [before as Parts, after as Parts];
    if (last.aside !== first.aside) {
      if (place.aside === null) throw new TypeError(`${this.topology.name}: a part aside was changed that the event does not name`);
      this.aside.set(asideKey(place), last.aside);
    }
    if (last.own !== first.own) this.own.set(place.key, last.own);
  }

  /** As they are to be stored. A part aside belongs to whom its key belongs to. */
  changes(): StateChange[] {
    const { businessOf, initial, asideOf } = this.topology;
    const [own, aside] = asideOf ? [(initial as Parts).own, (initial as Parts).aside] : [initial, undefined];
    return [
      ...[...this.own].map(([key, state]) => ({ key, businessId: businessOf(key), state: writeState(state, own) })),
      ...[...this.aside].map(([key, state]) => ({ key, businessId: businessOf(key.slice(0, key.indexOf('/'))), state: writeState(state, aside) })),
    ];
  }

  clear(): void {
    this.own.clear();
    this.aside.clear();
  }
}
