import { describe, expect, it } from '@jest/globals';
import type { LaneEnd } from '@parley/bus';
import { LeasedLanes } from './assignment.js';

const lanes = ['t/0', 't/1', 't/2', 't/3'];

/** Leases of one service in memory, on virtual time. */
class Leases {
  readonly members = new Map<string, number>();
  readonly leases = new Map<string, string>();
  now = 0;
  away = false;

  of(): ConstructorParameters<typeof LeasedLanes>[0]['leases'] {
    const drop = (): void => {
      for (const [lane, holder] of this.leases) if (!this.members.has(holder)) this.leases.delete(lane);
    };
    return {
      renew: async (holder, leaseMs) => {
        if (this.away) throw new Error('database away');
        this.members.set(holder, this.now + leaseMs);
        for (const [member, until] of this.members) if (until < this.now) this.members.delete(member);
        drop();
        return { members: [...this.members.keys()].sort(), leases: new Map(this.leases) };
      },
      take: async (holder, wanted) => wanted.filter((lane) => !this.leases.has(lane) && this.leases.set(lane, holder)),
      give: async (holder, given) => given.forEach((lane) => this.leases.get(lane) === holder && this.leases.delete(lane)),
      leave: async (holder) => {
        this.members.delete(holder);
        drop();
      },
    };
  }
}

/** A process: its lanes run until told to stop, or as `ends` says. Each `step` is one round. */
class Process {
  readonly running = new Set<string>();
  readonly starts: string[] = [];
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #rested: () => void = () => undefined;
  readonly #done: Promise<void>;

  constructor(table: Leases, holder: string, everywhere: Set<string>, ends: (lane: string) => LaneEnd | undefined = () => undefined) {
    const assignment = new LeasedLanes({
      leases: table.of(), holder, log: () => undefined,
      sleep: () => new Promise((resolve) => {
        this.#wake = resolve;
        this.#rested();
      }),
    });
    const start = async (lane: string, signal: AbortSignal): Promise<LaneEnd> => {
      this.starts.push(lane);
      const end = ends(lane);
      if (end) return end;
      expect(everywhere.has(lane)).toBe(false);
      everywhere.add(lane);
      this.running.add(lane);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => setImmediate(resolve)));
      this.running.delete(lane);
      everywhere.delete(lane);
      return { kind: 'stopped' };
    };
    this.#done = new Promise((resolve) => setImmediate(() => void assignment.run([lanes], start, this.#stop.signal).then(resolve)));
  }

  async step(): Promise<void> {
    const rested = new Promise<void>((resolve) => (this.#rested = resolve));
    this.#wake();
    await rested;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#done;
  }
}

describe('leased lanes', () => {
  it('are shared by two, never run by both, and taken back when one leaves', async () => {
    const [table, everywhere] = [new Leases(), new Set<string>()];
    const one = new Process(table, 'one', everywhere);
    await one.step();
    expect(one.running.size).toBe(4);
    const two = new Process(table, 'two', everywhere);
    await two.step();
    expect(two.running.size).toBe(0);
    await one.step();
    await two.step();
    expect([one.running.size, two.running.size]).toEqual([2, 2]);
    await one.end();
    await two.step();
    expect([one.running.size, two.running.size]).toEqual([0, 4]);
    await two.end();
    expect([...table.members]).toEqual([]);
  });

  it('of one who says nothing for five seconds are others’; should it come back, it stops what is no longer its own', async () => {
    const [table, everywhere] = [new Leases(), new Set<string>()];
    const still = new Process(table, 'still', everywhere);
    await still.step();
    table.now = 6_000;
    const other = new Process(table, 'other', new Set());
    await other.step();
    expect(other.running.size).toBe(4);
    await still.step();
    expect(still.running.size).toBe(0);
    await Promise.all([other.end(), still.end()]);
  });

  it('run on while the database is away', async () => {
    const [table, everywhere] = [new Leases(), new Set<string>()];
    const one = new Process(table, 'one', everywhere);
    await one.step();
    table.away = true;
    await one.step();
    expect(one.running.size).toBe(4);
    await one.end();
  });

  it('that another has claimed are claimed again; halted ones are left to a person', async () => {
    const table = new Leases();
    const one = new Process(table, 'one', new Set(), (lane) => (lane === 't/0' ? { kind: 'superseded' } : { kind: 'halted', reason: 'look' }));
    for (let round = 0; round < 3; round += 1) await one.step();
    expect(one.starts.filter((lane) => lane === 't/0').length).toBeGreaterThanOrEqual(2);
    expect(one.starts.filter((lane) => lane !== 't/0')).toEqual(['t/1', 't/2', 't/3']);
    await one.end();
  });
});
