import type * as Bus from '@parley/bus';
import type { TopicName } from '@parley/contracts';
import { calm, type FaultRates } from '../faults.js';
import { processPorts, processStore, type Outside } from '../ports.js';
import { Random } from '../random.js';
import { Scheduler, type Owner } from '../scheduler.js';
import { beginning, type Runner } from '../world.js';
import { requestOf } from './judge.js';

export const source: TopicName = 'parley.requests.v1';
export const written: readonly TopicName[] = ['parley.envelopes.v1', 'parley.conversations.v1', 'parley.requests.rejected.v1'];
export const partitions = 2;
export const laneOf = (partition: number): string => `ingest/requests/${partition}`;

/** The key of what a foreign transaction leaves behind: an offset that no reader is given. */
export const mark = 'mark';

interface Running {
  readonly owner: Owner;
  readonly partition: number;
  ended: boolean;
}

/** The intake lanes of one service in one seed: the topic of requests, the database, and processes that come and go. */
export class IntakeWorld implements Outside {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly log: Bus.MemoryLog;
  readonly codec: Bus.Codec;
  readonly store: Bus.MemoryStore;
  readonly halts: string[] = [];
  rates: FaultRates = calm;
  /** How far the catalog is; processes know as much or less. */
  catalog = 1;
  #running: Running[] = [];
  #names = 0;
  readonly #lastClaim = new Map<string, Owner>();
  restoring = false;

  constructor(
    seed: number,
    private readonly runner: Runner,
    private readonly embedded: boolean,
    private readonly violate: (invariant: number, detail: string) => void,
  ) {
    this.random = new Random(seed);
    this.scheduler = new Scheduler(this.random, beginning);
    this.log = new runner.MemoryLog(() => partitions);
    this.codec = runner.createCodec();
    const read = this.log.read.bind(this.log);
    this.log.read = async (topic, partition, offset, limit) => (await read(topic, partition, offset, Infinity)).filter(({ key }) => key !== mark).slice(0, limit);
    this.store = new runner.MemoryStore(embedded ? this.log : undefined);
  }

  report(report: Bus.Report): void {
    if (report.kind === 'halted') this.halts.push(`${report.lane}: ${report.error}`);
  }

  arrived({ topic, partition, records }: Bus.Append): void {
    if (this.embedded || this.restoring) return;
    for (const { value } of records) {
      const { link, number } = this.codec.readMeta(value).meta;
      const sent = this.store.rowOf(link)?.sent[`${topic}/${partition}`] ?? 0;
      if (number > sent) this.violate(5, `${topic}/${partition}: number ${number} of ${link} reached the log, its row knows ${sent}`);
    }
  }

  claimed(owner: Owner, lane: string): void {
    this.#lastClaim.set(lane, owner);
  }

  committed(owner: Owner, lane: string): void {
    const last = this.#lastClaim.get(lane);
    if (last !== owner) this.violate(4, `${lane}: ${owner.name} committed after ${last?.name ?? 'nobody'} had claimed`);
  }

  /** Starts whatever has no live process. */
  supervise(): void {
    for (let partition = 0; partition < partitions; partition += 1) {
      if (!this.#running.some((one) => one.partition === partition && !one.ended && !one.owner.dead && !one.owner.slow)) this.#start(partition);
    }
  }

  killOne(): void {
    const live = this.#running.filter(({ owner }) => !owner.dead);
    if (live.length > 0) this.random.pick(live).owner.dead = true;
    this.#forget();
  }

  /** Kills all. With `lost`, what they had under way never happens: a database is restored only after every request of its old processes has timed out. */
  killAll(lost = false): void {
    for (const { owner } of this.#running) owner.dead = true;
    this.#forget();
    if (lost) this.scheduler.drop(({ name }) => name.startsWith('ingest/'));
  }

  /** A second process claims a lane whose first goes on, slowly, not knowing. */
  addZombie(): void {
    const live = this.#running.filter(({ owner, ended }) => !owner.dead && !owner.slow && !ended);
    if (live.length === 0) return;
    const { owner, partition } = this.random.pick(live);
    owner.slow = true;
    this.#start(partition);
  }

  /** What recovers the lanes, without faults. */
  writer(): Bus.RequestWriter {
    const { log, codec, store, random, scheduler } = this;
    return { log, codec, store, topics: written, clock: () => scheduler.now, newId: () => random.uuid(), sleep: async () => undefined, report: () => undefined };
  }

  #forget(): void {
    this.#running = this.#running.filter(({ owner, ended }) => !owner.dead && !ended);
  }

  #start(partition: number): void {
    const owner: Owner = { name: `${laneOf(partition)}#${(this.#names += 1)}`, dead: false, slow: false };
    const running: Running = { owner, partition, ended: false };
    this.#running.push(running);
    const ports = processPorts(this, owner, this.codec, this.random);
    const spec: Bus.IntakeSpec = {
      ...ports,
      lane: laneOf(partition), source, partition, topics: written,
      store: processStore(this, owner, this.store),
      catalog: this.#catalogOf(ports),
      judge: async (records, catalog) => {
        // A look-up of keys: it takes its time, and may fail.
        await ports.log.end(source, partition);
        if (this.random.chance(this.rates.read)) throw new Error('simulated: no answer');
        return records.map((record) => requestOf(record, catalog as number));
      },
      limits: { batchRecords: 4, appendRecords: 2, idleMs: 1e12, retryMs: 60_000 },
    };
    const abort = new AbortController();
    void this.runner.runIntake(spec, abort.signal).then(() => {
      running.ended = true;
      if (!owner.dead) this.scheduler.drop((other) => other === owner);
    });
  }

  /** A process's catalog lags behind, and catches up when somebody waits for it. */
  #catalogOf(ports: Bus.RunnerPorts): Bus.IntakeSpec['catalog'] {
    let known = 1 + this.random.below(this.catalog);
    return {
      view: () => ({ state: known, offset: known }),
      reach: async (offset: number) => {
        await ports.log.end(source, 0);
        known = Math.max(known, offset);
      },
    } as unknown as Bus.IntakeSpec['catalog'];
  }
}
