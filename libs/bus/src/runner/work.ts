import type { AnyEvent, AnyTopology, EventType, Instant, Meta, Position, RowChange, Timer } from '@parley/contracts';
import type { Codec, FrameMeta } from '../codec/codec.js';
import type { LogRecord } from '../port/log.js';
import type { StateChange, TimerChange, WaitingRecord } from '../port/store.js';
import { derivedId, type Outbox } from './outbox.js';
import { HaltError, messageOf } from './ports.js';
import { writeState } from './state-text.js';
import type { StateCache } from './states.js';

export interface WorkContext {
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly codec: Codec;
  readonly states: StateCache;
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
  readonly #states = new Map<string, unknown>();
  readonly #timersBefore = new Map<string, readonly Timer[]>();
  readonly #rows: RowChange[] = [];
  decided = 0;

  constructor(private readonly context: WorkContext) {}

  /** Folds one record and, where it is a command of ours, decides it. */
  handle(record: LogRecord, read: FrameMeta): Handled {
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

  #apply(record: LogRecord, read: FrameMeta): void {
    const { topology, codec } = this.context;
    const { key } = record;
    const position: Position = { topic: topology.source, partition: this.context.partition, offset: record.offset };
    const event = codec.decode(record.value, read);
    const before = this.state(key);
    let state = topology.evolve(before, event);
    const rows = topology.project?.(event, state, position) ?? [];
    let more: readonly RowChange[] = [];
    if (isCommand(topology, event)) {
      const decision = this.#decide(event, key, state, position);
      if (topology.folds.includes(decision.type)) {
        state = topology.evolve(state, decision);
        more = topology.project?.(decision, state, position) ?? [];
      }
      this.decided += 1;
    }
    this.#set(key, before, state);
    for (const row of rows) this.#rows.push(row);
    for (const row of more) this.#rows.push(row);
  }

  #decide(command: AnyEvent, key: string, state: unknown, position: Position): AnyEvent {
    const { topology, outbox, now, catalog, catalogOffset, newId } = this.context;
    if (topology.decisions === null) throw new Error(`${topology.name} has commands but nowhere to write decisions`);
    const payload = topology.decide(command, state, { now, catalog });
    const at = topology.happenedAt?.(command, payload) ?? now;
    const stamp = { eventId: newId(), at, recordedAt: now, cause: position, catalogOffset };
    const decision = outbox.stage({ topic: topology.decisions, key, event: payload }, stamp, position.partition);
    topology.derive?.(decision).forEach((output, index) => outbox.stage(output, { ...stamp, eventId: derivedId(stamp.eventId, index) }));
    return decision;
  }

  state(key: string): unknown {
    const own = this.#states.get(key);
    return own === undefined ? this.context.states.get(key) : own;
  }

  #set(key: string, before: unknown, state: unknown): void {
    if (state === before) return;
    const { topology } = this.context;
    if (topology.timers && !this.#timersBefore.has(key)) this.#timersBefore.set(key, topology.timers(before));
    this.#states.set(key, state);
  }

  get states(): ReadonlyMap<string, unknown> {
    return this.#states;
  }

  stateChanges(): StateChange[] {
    const { businessOf, initial } = this.context.topology;
    return [...this.#states].map(([key, state]) => ({ key, businessId: businessOf(key), state: writeState(state, initial) }));
  }

  rowChanges(): readonly RowChange[] {
    return this.#rows;
  }

  /** Timers of the keys whose timers are no longer what they were. */
  timerChanges(): TimerChange[] {
    const { topology } = this.context;
    const changes: TimerChange[] = [];
    for (const [key, before] of this.#timersBefore) {
      const timers = topology.timers?.(this.#states.get(key)) ?? [];
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
export function isOwn(lane: string, meta: Meta): boolean {
  return meta.link === lane && meta.cause !== null;
}

export function folds(topology: AnyTopology, type: EventType): boolean {
  return topology.folds.includes(type);
}

export function waitingRecord(topology: AnyTopology, record: LogRecord, error: string): WaitingRecord {
  let businessId = '*';
  try {
    businessId = topology.businessOf(record.key);
  } catch {
    // A key that names no business must not keep its record from waiting like any other.
  }
  return { key: record.key, businessId, offset: record.offset, value: record.value, error };
}
