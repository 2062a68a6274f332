import type { Append, LaneCommit, Log, RebuildStore, Report, RunnerPorts, SlotStore } from '@parley/bus';
import type { FaultRates } from './faults.js';
import type { Random } from './random.js';
import type { Owner, Scheduler } from './scheduler.js';

/** The world's parts that a process's ports lead to. */
export interface Outside {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: Log;
  rates: FaultRates;
  report(report: Report): void;
  /** Told of every append that arrives, for the checks that hold at every moment. */
  arrived(append: Append): void;
  claimed(owner: Owner, lane: string): void;
  committed(owner: Owner, lane: string): void;
}

const never = new Promise<never>(() => undefined);

/** Sends one call through the scheduler: it is executed when picked, and answered when picked, if its process still lives. */
function call<Result>(outside: Outside, owner: Owner, effect: () => Promise<Result>, faultRate: number, late: boolean): Promise<Result> {
  if (owner.dead) return never;
  const { scheduler, random } = outside;
  return new Promise((resolve, reject) => {
    scheduler.add({
      owner,
      dueAt: scheduler.now,
      run: async () => {
        const faulty = random.chance(faultRate);
        // A dead process's request may have left before it died.
        const executes = faulty || owner.dead ? random.chance(0.5) : true;
        if (!executes) {
          if (late && random.chance(0.5)) deliverLate(outside, owner, effect);
          if (!owner.dead) reject(new Error('simulated: no answer'));
          return;
        }
        const outcome = await effect().then(
          (value) => () => resolve(value),
          (error: unknown) => () => reject(error as Error),
        );
        if (owner.dead) return;
        if (faulty) reject(new Error('simulated: no answer'));
        else outcome();
      },
    });
  });
}

/** A request that was given up as lost and arrives all the same, within the hour. */
function deliverLate(outside: Outside, owner: Owner, effect: () => Promise<unknown>): void {
  const dueAt = outside.scheduler.now + outside.random.below(3_600_000);
  outside.scheduler.add({ owner: { name: owner.name, dead: false, slow: false }, dueAt, run: () => effect().then(() => undefined, () => undefined) });
}

export function processPorts(outside: Outside, owner: Owner, codec: RunnerPorts['codec'], random: Random): RunnerPorts {
  const { scheduler, log } = outside;
  const simulated: Log = {
    partitions: (topic) => log.partitions(topic),
    append: (request) =>
      call(outside, owner, async () => {
        outside.arrived(request);
        return log.append(request);
      }, outside.rates.append, true),
    read: (topic, partition, offset, limit) => call(outside, owner, () => log.read(topic, partition, offset, 1 + random.below(limit)), outside.rates.read, false),
    start: (topic, partition) => call(outside, owner, () => log.start(topic, partition), 0, false),
    end: (topic, partition) => call(outside, owner, () => log.end(topic, partition), 0, false),
    wait: (topic, partition, offset, timeoutMs, signal) => waitFor(outside, owner, timeoutMs, signal, () => lengthOf(log, topic, partition) > offset),
  };
  return {
    log: simulated,
    codec,
    clock: () => scheduler.now,
    newId: () => random.uuid(),
    sleep: (ms, signal) => waitFor(outside, owner, ms, signal),
    report: (report) => {
      if (!owner.dead) outside.report(report);
    },
  };
}

/** The memory log answers at once; its length is looked at without a promise so that waiting costs no step. */
function lengthOf(log: Log, topic: Parameters<Log['end']>[0], partition: number): number {
  return (log as Log & { records(topic: string, partition: number): readonly unknown[] }).records(topic, partition).length;
}

function waitFor({ scheduler }: Outside, owner: Owner, ms: number, signal: AbortSignal, ready?: () => boolean): Promise<void> {
  if (owner.dead) return never;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      remove();
      signal.removeEventListener('abort', done);
      if (!owner.dead) resolve();
    };
    const remove = scheduler.add({ owner, dueAt: scheduler.now + ms, ...(ready ? { ready: () => !owner.dead && ready() } : {}), run: done });
    signal.addEventListener('abort', done);
  });
}

type AnyStore = RebuildStore & SlotStore;
type CommitRequests = [requests: Parameters<SlotStore['commitRequests']>[2], build: Parameters<SlotStore['commitRequests']>[3]];

/** Calls that write get an unknown outcome at the commit's rate, the others fail at the read's. */
export function processStore(outside: Outside, owner: Owner, store: AnyStore): AnyStore {
  const write = <Arguments extends unknown[], Result>(effect: (...given: Arguments) => Promise<Result>) =>
    (...given: Arguments): Promise<Result> => call(outside, owner, () => effect(...given), outside.rates.commit, false);
  const read = <Arguments extends unknown[], Result>(effect: (...given: Arguments) => Promise<Result>) =>
    (...given: Arguments): Promise<Result> => call(outside, owner, () => effect(...given), outside.rates.read, false);
  return {
    appendsInCommit: store.appendsInCommit,
    load: read(store.load.bind(store)),
    claim: write(async (lane: string, unless?: number) => {
      const row = await store.claim(lane, unless);
      outside.claimed(owner, lane);
      return row;
    }),
    commit: write(async (lane: string, epoch: number, change: LaneCommit) => {
      const acked = await store.commit(lane, epoch, change);
      outside.committed(owner, lane);
      return acked;
    }),
    states: read(store.states.bind(store)),
    balances: read(store.balances.bind(store)),
    balancesOf: read(store.balancesOf.bind(store)),
    waitingKeys: read(store.waitingKeys.bind(store)),
    waitingRecords: read(store.waitingRecords.bind(store)),
    dueTimers: read(store.dueTimers.bind(store)),
    redriveRequests: read(store.redriveRequests.bind(store)),
    requestRedrive: write(store.requestRedrive.bind(store)),
    reset: write(store.reset.bind(store)),
    dump: read(store.dump.bind(store)),
    lease: write(async (lanes: readonly string[], holder: string, now: number, leaseMs: number) => {
      const leased = await store.lease(lanes, holder, now, leaseMs);
      if (leased) outside.claimed(owner, leased.lane);
      return leased;
    }),
    renew: write(store.renew.bind(store)),
    commitRequests: write(async (lane: string, epoch: number, ...rest: CommitRequests) => {
      const result = await store.commitRequests(lane, epoch, ...rest);
      outside.committed(owner, lane);
      return result;
    }),
    knows: read(store.knows.bind(store)),
    removed: read(store.removed.bind(store)),
    forgetRequests: write(store.forgetRequests.bind(store)),
  };
}
