import type { AnyEvent, AnyTopology, BalanceMove, EventType, Instant, LinkMeta, Position, RowChange, Timer } from '@parley/contracts';
import type { Codec, FrameMeta } from '../codec/codec.js';
import type { LogRecord } from '../port/log.js';
import type { StateChange, TallyChange, TimerChange, WaitingRecord } from '../port/store.js';
import { BalanceMoves } from './balances.js';
import { derivedId, type Outbox } from './outbox.js';
import { HaltError, messageOf } from './ports.js';
import { Tallies } from './tallies.js';
import { ChangedStates, placeOfState, type KeyStates, type StatePlace } from './key-states.js';

export interface WorkContext {
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly codec: Codec;
  readonly states: KeyStates;
  readonly outbox: Outbox;
  readonly newId: () => string;
  /** One instant and one catalog for the whole batch. */
  readonly now: Instant;
  readonly catalog: unknown;
  readonly catalogOffset: number;
}

/** What came of one record. `failed`: nothing of it was kept; the error is for whoever decides whether it waits. */
export type Handled = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: string };

/** A batch in the making: states, rows and outputs that its commit will move. Nothing here is visible before that. */
export class Work {
  readonly #states: ChangedStates;
  readonly #timersBefore = new Map<string, readonly Timer[]>();
  readonly #rows: RowChange[] = [];
  #balances: BalanceMoves;
  readonly #tallies = new Tallies();
  decided = 0;

  /** Events that had to be read before their states could be loaded. */
  readonly #read = new Map<object, AnyEvent>();

  constructor(private readonly context: WorkContext) {
    this.#states = new ChangedStates(context.topology, context.states);
    this.#balances = new BalanceMoves(context.topology, new Map());
  }

  /** Reads a record ahead of its turn, for the place of its state. What cannot be read has none: its turn shows what is wrong with it. */
  placeOf(record: Pick<LogRecord, 'key' | 'value'>, read: FrameMeta): StatePlace {
    const { topology, codec, catalog } = this.context;
    const { key } = record;
    if (!topology.asideOf) return { key, aside: null };
    try {
      const event = codec.decode(record.value, read);
      const place = placeOfState(topology, key, event, catalog);
      this.#read.set(record, event);
      return place;
    } catch {
      return { key, aside: null };
    }
  }

  /** Reads records ahead of their turn, for the accounts that the decisions on them look at. */
  accountsOf(records: readonly { readonly record: Pick<LogRecord, 'key' | 'value'>; readonly read: FrameMeta }[]): readonly string[] {
    const { topology, codec, now, catalog } = this.context;
    const { balances } = topology;
    if (!balances) return [];
    const accounts = new Set<string>();
    for (const { record, read } of records) {
      if (!topology.commands.includes(read.type)) continue;
      try {
        const event = this.#read.get(record) ?? codec.decode(record.value, read);
        this.#read.set(record, event);
        if (isCommand(topology, event)) for (const account of balances.accountsOf(event, { now, catalog })) accounts.add(account);
      } catch {
        // Its turn shows what is wrong with it.
      }
    }
    return [...accounts];
  }

  /** Balances as they are before the batch. */
  knowBalances(balances: ReadonlyMap<string, bigint>): void {
    this.#balances = new BalanceMoves(this.context.topology, balances);
  }

  /** Folds one record and, where it is a command of ours, decides it. */
  handle(record: Pick<LogRecord, 'key' | 'offset' | 'value'>, read: FrameMeta): Handled {
    try {
      this.#apply(record, read);
      this.context.outbox.keep();
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof HaltError) throw error;
      this.context.outbox.discard();
      return { kind: 'failed', error: messageOf(error) };
    }
  }

  #apply(record: Pick<LogRecord, 'key' | 'offset' | 'value'>, read: FrameMeta): void {
    const { topology, codec, catalog } = this.context;
    const { key } = record;
    const position: Position = { topic: topology.source, partition: this.context.partition, offset: record.offset };
    const event = this.#read.get(record) ?? codec.decode(record.value, read);
    const place = placeOfState(topology, key, event, catalog);
    const before = this.#states.of(place);
    let state = topology.evolve(before, event);
    const rows = topology.project?.(event, state, position) ?? [];
    let more: readonly RowChange[] = [];
    let decided: AnyEvent | undefined;
    if (isCommand(topology, event)) {
      const decision = this.#decide(event, key, state, position);
      decided = decision;
      if (topology.folds.includes(decision.type)) {
        state = topology.evolve(state, decision);
        more = topology.project?.(decision, state, position) ?? [];
      }
      this.decided += 1;
    }
    this.#set(place, before, state);
    for (const row of rows) this.#rows.push(row);
    for (const row of more) this.#rows.push(row);
    if (topology.tallies) this.#tallies.add(topology.tallies(event, decided ?? null));
    if (!topology.balances) return;
    this.#balances.add(event);
    if (decided && topology.folds.includes(decided.type)) this.#balances.add(decided);
  }

  #decide(command: AnyEvent, key: string, state: unknown, position: Position): AnyEvent {
    const { topology, outbox, now, catalog, catalogOffset, newId } = this.context;
    if (topology.decisions === null) throw new Error(`${topology.name} has commands but nowhere to write decisions`);
    const payload = topology.decide(command, state, { now, catalog, balance: (account) => this.#balances.of(account) });
    const at = topology.happenedAt?.(command, payload) ?? now;
    const stamp = { eventId: newId(), at, recordedAt: now, cause: position, catalogOffset };
    const decision = outbox.stage({ topic: topology.decisions, key, event: payload }, stamp, position.partition);
    topology.derive?.(decision).forEach((output, index) => outbox.stage(output, { ...stamp, eventId: derivedId(stamp.eventId, index) }));
    return decision;
  }

  #set(place: StatePlace, before: unknown, state: unknown): void {
    if (state === before) return;
    const { topology } = this.context;
    if (topology.timers && !this.#timersBefore.has(place.key)) this.#timersBefore.set(place.key, topology.timers(before));
    this.#states.put(place, before, state);
  }

  get states(): ChangedStates {
    return this.#states;
  }

  stateChanges(): StateChange[] {
    return this.#states.changes();
  }

  rowChanges(): readonly RowChange[] {
    return this.#rows;
  }

  tallyChanges(): readonly TallyChange[] {
    return this.#tallies.all();
  }

  balanceMoves(): readonly BalanceMove[] {
    return this.#balances.all();
  }

  /** Timers of the keys whose timers are no longer what they were. */
  timerChanges(): TimerChange[] {
    const { topology } = this.context;
    const changes: TimerChange[] = [];
    for (const [key, before] of this.#timersBefore) {
      const timers = topology.timers?.(this.#states.own.get(key)) ?? [];
      if (!sameTimers(timers, before)) changes.push({ key, businessId: topology.businessOf(key), timers });
    }
    return changes;
  }
}

function sameTimers(some: readonly Timer[], others: readonly Timer[]): boolean {
  return some.length === others.length && some.every(({ name, subject, dueAt }, index) => name === others[index]!.name && subject === others[index]!.subject && dueAt === others[index]!.dueAt);
}

/** Whether a topology must decide this event. */
export function isCommand(topology: AnyTopology, event: AnyEvent): boolean {
  return topology.commands.includes(event.type) && (topology.accepts?.(event) ?? true);
}

/** Whether a record is an output of this very lane that it folded when it decided it. Timers' commands have no cause, and are taken. */
export function isOwn(lane: string, meta: Pick<LinkMeta, 'link' | 'cause'>): boolean {
  return meta.link === lane && meta.cause !== null;
}

export function folds(topology: AnyTopology, type: EventType): boolean {
  return topology.folds.includes(type);
}

export function waitingRecord(topology: AnyTopology, record: Pick<LogRecord, 'key' | 'offset' | 'value'>, error: string): WaitingRecord {
  let businessId = '*';
  try {
    businessId = topology.businessOf(record.key);
  } catch {
    // A key that names no business must not keep its record from waiting like any other.
  }
  return { key: record.key, businessId, offset: record.offset, value: record.value, error };
}
