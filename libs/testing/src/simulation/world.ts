import { type AnyTopology, type CatalogFold, type TopicName } from '@parley/contracts';
import type * as Bus from '@parley/bus';
import { calm, type FaultRates } from './faults.js';
import { processPorts, processStore, type Outside } from './ports.js';
import { Random } from './random.js';
import { Scheduler, type Owner } from './scheduler.js';
import { Poison } from './poison.js';

/** The shipped runner, or one with a fault planted. */
export type Runner = typeof Bus;

export const partitionCount = (topic: TopicName): number => (topic === 'parley.catalog.v1' ? 1 : 2);

/** 2018-08-03, a Friday evening in UTC. */
export const beginning = Date.UTC(2018, 7, 3, 18);

export interface ServiceSlots {
  readonly service: string;
  readonly slots: number;
  readonly topics: readonly TopicName[];
}

export interface WorldSpec {
  readonly seed: number;
  readonly runner: Runner;
  readonly topologies: readonly { readonly service: string; readonly topology: AnyTopology }[];
  readonly slots: readonly ServiceSlots[];
  readonly catalog: CatalogFold<unknown>;
  /** Commit and append are one transaction, as with the embedded log. */
  readonly embedded: boolean;
  readonly waitingLimit: number;
  readonly cachedKeys: number;
}

/** What is seen from outside while it runs: for the invariants that hold at every moment. */
export interface Observer {
  report(report: Bus.Report): void;
  arrived(append: Bus.Append): void;
  claimed(owner: Owner, lane: string): void;
  committed(owner: Owner, lane: string): void;
}

interface Running {
  readonly owner: Owner;
  readonly place: string;
  readonly abort: AbortController;
  ended: boolean;
  slot?: Bus.HttpSlot;
}

/** A whole platform in one seed: logs, databases, and processes that come and go. */
export class World implements Outside {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly log: Bus.MemoryLog;
  readonly codec: Bus.Codec;
  readonly stores = new Map<string, Bus.MemoryStore>();
  readonly poison: Poison;
  readonly halts: string[] = [];
  rates: FaultRates = calm;
  /** Leases of slots started from now on: long ones let a world at rest be still. */
  leaseMs = 600_000;
  #running: Running[] = [];
  #names = 0;
  /** Lanes that halted: nobody starts them before they are rebuilt. */
  readonly #halted = new Set<string>();

  constructor(
    readonly spec: WorldSpec,
    private readonly observer: Observer,
  ) {
    this.random = new Random(spec.seed);
    this.scheduler = new Scheduler(this.random, beginning);
    this.log = new spec.runner.MemoryLog(partitionCount);
    this.codec = spec.runner.createCodec();
    this.poison = new Poison(spec.seed);
    for (const service of new Set([...spec.topologies, ...spec.slots].map(({ service }) => service))) {
      this.stores.set(service, new spec.runner.MemoryStore(spec.embedded ? this.log : undefined));
    }
  }

  report(report: Bus.Report): void {
    if (report.kind === 'halted') this.halts.push(`${report.lane}: ${report.error}`);
    this.observer.report(report);
  }

  arrived(append: Bus.Append): void {
    this.observer.arrived(append);
  }

  claimed(owner: Owner, lane: string): void {
    this.observer.claimed(owner, lane);
  }

  committed(owner: Owner, lane: string): void {
    this.observer.committed(owner, lane);
  }

  store(service: string): Bus.MemoryStore {
    return this.stores.get(service)!;
  }

  /** Starts whatever has no live process. */
  supervise(): void {
    for (const { service, topology } of this.spec.topologies) {
      for (let partition = 0; partition < partitionCount(topology.source); partition += 1) {
        const place = `${topology.name}/${partition}`;
        if (!this.#halted.has(place) && !this.#alive(place)) this.#startLane(service, topology, partition);
      }
    }
    for (const slots of this.spec.slots) {
      for (let slot = 0; slot < slots.slots; slot += 1) {
        if (!this.#alive(`${slots.service}/http#${slot}`)) this.#startSlot(slots, slot);
      }
    }
  }

  /** A live slot of a service to send a request to: any of its processes. */
  slot(service: string): Bus.HttpSlot | undefined {
    const live = this.#running.filter(({ slot, owner, place, ended }) => slot && !ended && !owner.dead && place.startsWith(`${service}/http#`));
    return live.length > 0 ? this.random.pick(live).slot : undefined;
  }

  killOne(): void {
    const live = this.#running.filter(({ owner }) => !owner.dead);
    if (live.length > 0) this.random.pick(live).owner.dead = true;
    this.#forget();
  }

  /** Kills every process, or every lane of one service. */
  killAll(service?: string): void {
    const names = this.spec.topologies.filter((candidate) => candidate.service === service).map(({ topology }) => topology.name);
    for (const { owner, place } of this.#running) {
      if (service === undefined || names.includes(place.split('/')[0]!)) owner.dead = true;
    }
    this.#forget();
    // A database is restored only after every request of its old processes has timed out: what they had under way is gone.
    if (service !== undefined) this.scheduler.drop((owner) => names.includes(owner.name.split('/')[0]!));
  }

  /** Lanes of a service whose row is older than what their link has on the log. */
  behindTheLog(service: string): string[] {
    const lanes = this.lanes().filter((lane) => lane.service === service);
    return lanes.filter(({ name, topology, partition }) => this.#isBehind(name, topology.decisions, partition)).map(({ name }) => name);
  }

  #isBehind(lane: string, topic: TopicName | null, partition: number): boolean {
    if (topic === null) return false;
    const sent = this.store(this.spec.topologies.find(({ topology }) => lane.startsWith(`${topology.name}/`))!.service).rowOf(lane)?.sent ?? {};
    return this.log.records(topic, partition).some(({ value }) => {
      const { meta } = this.codec.readMeta(value);
      return meta.link === lane && meta.number > (sent[`${topic}/${partition}`] ?? 0);
    });
  }

  /** Halted lanes of a service may start again: they were rebuilt. */
  rebuilt(service: string): void {
    for (const { topology } of this.spec.topologies.filter((candidate) => candidate.service === service)) {
      for (const place of this.#halted) if (place.startsWith(`${topology.name}/`)) this.#halted.delete(place);
    }
  }

  /** Kills every lane; the slots go on. */
  restartLanes(): void {
    for (const { owner, slot } of this.#running) if (!slot) owner.dead = true;
    this.#forget();
  }

  /** Every lane of the platform. */
  lanes(): { readonly service: string; readonly topology: AnyTopology; readonly partition: number; readonly name: string }[] {
    return this.spec.topologies.flatMap(({ service, topology }) =>
      Array.from({ length: partitionCount(topology.source) }, (_, partition) => ({ service, topology, partition, name: `${topology.name}/${partition}` })),
    );
  }

  /** A second process claims a lane whose first goes on, slowly, not knowing. */
  addZombie(): void {
    const live = this.#running.filter(({ owner, slot }) => !owner.dead && !owner.slow && !slot);
    if (live.length === 0) return;
    const { owner, place } = this.random.pick(live);
    owner.slow = true;
    const { service, topology } = this.spec.topologies.find((candidate) => candidate.topology.name === place.split('/')[0])!;
    this.#startLane(service, topology, Number(place.split('/')[1]));
  }

  #alive(place: string): boolean {
    return this.#running.some((running) => running.place === place && !running.ended && !running.owner.dead && !running.owner.slow);
  }

  #forget(): void {
    this.#running = this.#running.filter(({ owner, ended }) => !owner.dead && !ended);
  }

  #owner(place: string): Owner {
    return { name: `${place}#${(this.#names += 1)}`, dead: false, slow: false };
  }

  #catalog(owner: Owner, abort: AbortController): Bus.CatalogView<unknown> {
    const view = new this.spec.runner.CatalogView(processPorts(this, owner, this.codec, this.random), this.spec.catalog, 1e12);
    void view.follow(abort.signal);
    return view;
  }

  #startLane(service: string, topology: AnyTopology, partition: number): void {
    const place = `${topology.name}/${partition}`;
    const owner = this.#owner(place);
    const abort = new AbortController();
    const running: Running = { owner, place, abort, ended: false };
    this.#running.push(running);
    const lane = {
      ...processPorts(this, owner, this.codec, this.random),
      topology: this.poison.in({ ...topology, waitingLimit: Math.min(topology.waitingLimit, this.spec.waitingLimit) }),
      partition,
      store: processStore(this, owner, this.poison.inStore(this.spec.runner, this.store(service))),
      catalog: this.#catalog(owner, abort),
      limits: { batchRecords: 6, cachedKeys: this.spec.cachedKeys, appendRecords: 2, redriveRecords: 2, timersPerCommit: 2, redrivePollMs: 1e11, idleMs: 1e12 },
    };
    void this.spec.runner.runLane(lane, abort.signal).then((end) => {
      running.ended = true;
      if (owner.dead) return;
      if (end.kind === 'halted') this.#halted.add(place);
      abort.abort();
      this.scheduler.drop((other) => other === owner);
    });
  }

  #startSlot({ service, slots, topics }: ServiceSlots, index: number): void {
    const place = `${service}/http#${index}`;
    const owner = this.#owner(place);
    const abort = new AbortController();
    const slot = new this.spec.runner.HttpSlot({
      ...processPorts(this, owner, this.codec, this.random),
      service,
      slots,
      holder: owner.name,
      store: processStore(this, owner, this.store(service)),
      catalog: this.#catalog(owner, abort),
      topics,
      limits: { groupRequests: 3, queuedRequests: 20, leaseMs: this.leaseMs, appendRecords: 2, retryMs: 60_000 },
    });
    this.#running.push({ owner, place, abort, ended: false, slot });
  }
}
