import { messageOf } from '@parley/bus';
import type { LaneEnd } from '@parley/bus';
import type { LaneLeases } from '@parley/bus-postgres';
import { shareOf } from './share.js';

/** Says which lanes this process runs, for as long as it does. */
export interface Assignment {
  /**
   * Calls `start` for each lane that becomes ours, with a signal that aborts when it no longer is; the lane has ended before another process
   * may have it. Resolves once `signal` has aborted and every lane has ended.
   */
  run(topologies: readonly (readonly string[])[], start: (lane: string, signal: AbortSignal) => Promise<LaneEnd>, signal: AbortSignal): Promise<void>;
}

/** Every lane, from start to stop: for the only process of an installation. */
export const everyLane: Assignment = {
  run: async (topologies, start, signal) => {
    await Promise.all(topologies.flat().map((lane) => start(lane, signal)));
  },
};

export interface LeasedLanesOptions {
  readonly leases: Pick<LaneLeases, 'renew' | 'take' | 'give' | 'leave'>;
  /** This process's name among those of its service. Who starts again under the same name goes on with the same lanes. */
  readonly holder: string;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  log(line: string): void;
  readonly leaseMs?: number;
  readonly renewMs?: number;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<LaneEnd>;
  /** Somebody else claimed it and may be done: while the lease is ours, we claim it again. */
  superseded: boolean;
}

/** A member that dies is missed after 5 s, and its lanes are others' a second later. */
const usualLeaseMs = 5_000;
const usualRenewMs = 1_000;

/** An even part of a service's lanes, shared with its other processes through leases in the database. */
export class LeasedLanes implements Assignment {
  readonly #running = new Map<string, Running>();

  constructor(private readonly options: LeasedLanesOptions) {}

  async run(topologies: readonly (readonly string[])[], start: (lane: string, signal: AbortSignal) => Promise<LaneEnd>, signal: AbortSignal): Promise<void> {
    const { holder, leases, sleep, log, renewMs = usualRenewMs } = this.options;
    while (!signal.aborted) {
      try {
        await this.#round(topologies, start, signal);
      } catch (error) {
        // Lanes go on: without the database they commit nothing, and should another have taken them, their epoch is the past one.
        log(`sharing lanes failed and is tried again: ${messageOf(error)}`);
      }
      await sleep(renewMs, signal);
    }
    await this.#end([...this.#running.keys()]);
    await leases.leave(holder).catch((error: unknown) => log(`leaving failed; other processes take over in a few seconds: ${messageOf(error)}`));
  }

  async #round(topologies: readonly (readonly string[])[], start: (lane: string, signal: AbortSignal) => Promise<LaneEnd>, signal: AbortSignal): Promise<void> {
    const { holder, leases, leaseMs = usualLeaseMs } = this.options;
    const picture = await leases.renew(holder, leaseMs);
    const { give, take } = shareOf(holder, { topologies, ...picture });
    const lost = [...this.#running].filter(([lane, { superseded }]) => superseded || picture.leases.get(lane) !== holder).map(([lane]) => lane);
    await this.#end([...lost, ...give], AbortSignal.any([signal, AbortSignal.timeout(leaseMs / 4)]));
    // One that is still ending (the broker is away) is given back in a later round.
    const given = give.filter((lane) => !this.#running.has(lane));
    if (given.length > 0) await leases.give(holder, given);
    const taken = take.length > 0 ? await leases.take(holder, take) : [];
    if (signal.aborted) return;
    const ours = topologies.flat().filter((lane) => picture.leases.get(lane) === holder && !give.includes(lane));
    for (const lane of [...ours, ...taken]) this.#start(lane, start);
  }

  #start(lane: string, start: (lane: string, signal: AbortSignal) => Promise<LaneEnd>): void {
    if (this.#running.has(lane)) return;
    const stop = new AbortController();
    const ended = start(lane, stop.signal);
    // One that halted stays here while it is ours, so that it is not started in a circle: a person has to look.
    const running: Running = { stop, ended, superseded: false };
    this.#running.set(lane, running);
    void ended.then(({ kind }) => (running.superseded = kind === 'superseded'));
  }

  /** Stops lanes, and waits until they have ended or `patience` has. */
  async #end(lanes: readonly string[], patience?: AbortSignal): Promise<void> {
    const ending = lanes.map(async (lane) => {
      const running = this.#running.get(lane);
      if (!running) return;
      running.stop.abort();
      await running.ended;
      this.#running.delete(lane);
    });
    const waited = patience && new Promise<void>((resolve) => (patience.aborted ? resolve() : patience.addEventListener('abort', () => resolve(), { once: true })));
    await Promise.race([Promise.all(ending), ...(waited ? [waited] : [])]);
  }
}
