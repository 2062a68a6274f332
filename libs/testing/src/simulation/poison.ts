import type { AnyEvent, AnyTopology } from '@parley/contracts';
import type { LaneCommit, RebuildStore, SlotStore } from '@parley/bus';
import type { Runner } from './world.js';

/**
 * Records that cannot be handled until somebody mends the program: chosen by a hash of the event's id, so that every try of every process
 * meets the same ones. Three kinds: evolve throws, decide throws, the database refuses the row.
 */
export class Poison {
  #rate = 0;
  #everything = false;

  constructor(private readonly seed: number) {}

  /** @param rate the share of records that are poisoned, of each kind. */
  set(rate: number, everything = false): void {
    this.#rate = rate;
    this.#everything = everything;
  }

  mend(): void {
    this.#rate = 0;
    this.#everything = false;
  }

  get present(): boolean {
    return this.#rate > 0 || this.#everything;
  }

  in(topology: AnyTopology): AnyTopology {
    const refuse = (event: AnyEvent, kind: string): void => {
      if (this.#hits(event.meta.eventId, kind)) throw new Error(`simulated: ${kind} does not know this ${event.type}`);
    };
    return {
      ...topology,
      evolve: (state, event) => {
        // A decision was folded before it was kept: only what comes from the log is poisoned.
        if (event.meta.cause === null || !event.meta.link.startsWith(`${topology.name}/`)) refuse(event, `${topology.name} evolve`);
        return topology.evolve(state, event);
      },
      decide: (command, state, context) => {
        refuse(command, `${topology.name} decide`);
        return topology.decide(command, state, context);
      },
    };
  }

  /** A store that refuses some states, as a database refuses a value it cannot hold. */
  inStore<Store extends RebuildStore & SlotStore>(runner: Runner, store: Store): RebuildStore & SlotStore {
    const commit = async (lane: string, epoch: number, change: LaneCommit) => {
      for (const { key, state } of change.states) {
        if (this.#hits(`${key}${String(state).length}`, 'database')) throw new runner.DataError(`simulated: value out of range in ${lane}`);
      }
      return store.commit(lane, epoch, change);
    };
    return new Proxy(store, { get: (target, name) => (name === 'commit' ? commit : bound(target, name)) });
  }

  #hits(id: string, kind: string): boolean {
    if (this.#everything) return !kind.endsWith('database');
    if (this.#rate === 0) return false;
    return hash(`${this.seed} ${kind} ${id}`) < this.#rate;
  }
}

function bound<Target extends object>(target: Target, name: string | symbol): unknown {
  const value = (target as Record<string | symbol, unknown>)[name];
  return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
}

/** FNV-1a, as a share of one. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
  return ((sum ^ (sum >>> 12)) >>> 0) / 4_294_967_296;
}
