import { catalogFold } from '@parley/domain';
import { checkAtRest } from './checks.js';
import { calm, chaos } from './faults.js';
import { Moments } from './moments.js';
import { platformTopologies, platformSlots } from './platform.js';
import { Workload } from './workload.js';
import { World, type Runner } from './world.js';

/** An invariant of the design that did not hold. */
export interface Violation {
  readonly invariant: number;
  readonly detail: string;
}

export interface Verdict {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly records: number;
  readonly crashes: number;
  readonly zombies: number;
  readonly restores: number;
}

const chaosSteps = 900;
const restSteps = 40_000;
const hour = 3_600_000;

/**
 * One platform's life from one seed: clients ask, processes crash, stall and come back, appends are lost, late or doubled, commits end
 * unknown, records are poison until mended, a database is restored from a backup; then the world calms down and everything must be right.
 */
export async function simulate(seed: number, runner: Runner): Promise<Verdict> {
  const violations: Violation[] = [];
  const violate = (invariant: number, detail: string): void => {
    if (violations.filter((known) => known.invariant === invariant).length < 3) violations.push({ invariant, detail });
  };
  const life = new Life(seed, runner, violate);
  try {
    await life.live();
  } catch (error) {
    violate(0, `the simulation itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { seed, violations, ...life.figures() };
}

class Life {
  readonly #world: World;
  readonly #workload: Workload;
  readonly #moments: Moments;
  readonly #allPoisoned: boolean;
  #steps = 0;
  #crashes = 0;
  #zombies = 0;
  #restores = 0;

  constructor(
    private readonly seed: number,
    runner: Runner,
    private readonly violate: (invariant: number, detail: string) => void,
  ) {
    this.#allPoisoned = seed % 16 === 7;
    const spec = {
      seed, runner, topologies: platformTopologies, slots: platformSlots, catalog: catalogFold,
      embedded: seed % 5 === 4, waitingLimit: this.#allPoisoned ? 2 : 50, cachedKeys: 2,
    };
    this.#moments = new Moments(spec, violate);
    this.#world = new World(spec, this.#moments);
    this.#moments.watch(this.#world);
    this.#workload = new Workload(this.#world, 45);
  }

  figures(): Omit<Verdict, 'seed' | 'violations'> {
    const records = this.#world.lanes().reduce((sum, { topology, partition }) => sum + this.#world.log.records(topology.source, partition).length, 0);
    return { steps: this.#steps, records, crashes: this.#crashes, zombies: this.#zombies, restores: this.#restores };
  }

  async live(): Promise<void> {
    await this.#chaos();
    await this.#calmWithPoison();
    await this.#mend();
    await checkAtRest(this.#world, this.#workload, this.violate);
    if (this.#world.halts.length > this.#moments.expectedHalts) this.violate(0, `halted: ${this.#world.halts[0]}`);
  }

  async #chaos(): Promise<void> {
    const world = this.#world;
    const { random } = world;
    if (this.#allPoisoned) world.poison.set(1, true);
    else if (random.chance(0.5)) world.poison.set(0.02);
    world.rates = chaos;
    const backupAt = this.seed % 3 === 0 ? random.below(chaosSteps / 2) : -1;
    let restore: (() => Promise<void>) | undefined;
    for (let step = 0; step < chaosSteps; step += 1) {
      if (random.chance(0.12)) this.#workload.step();
      if (random.chance(0.1)) world.supervise();
      if (random.chance(world.rates.crash)) {
        world.killOne();
        this.#crashes += 1;
      } else if (random.chance(world.rates.zombie)) {
        world.addZombie();
        this.#zombies += 1;
      }
      if (random.chance(0.01)) await this.#redriveWaiting();
      if (step === backupAt) restore = this.#backup();
      if (restore && step > backupAt + chaosSteps / 4 && random.chance(0.01)) {
        await restore();
        restore = undefined;
      }
      await this.#step(world.scheduler.now + hour);
    }
  }

  /** A database restored from a backup is older than the log: its lanes must stop until they are rebuilt. */
  #backup(): () => Promise<void> {
    const world = this.#world;
    const service = world.random.pick(['windows', 'billing', 'notifications', 'delivery']);
    const back = world.store(service).backup();
    return async () => {
      world.killAll(service);
      back();
      this.#restores += 1;
      this.#moments.restored(service);
      const behind = world.behindTheLog(service);
      const rates = world.rates;
      world.rates = calm;
      for (let step = 0; step < 150; step += 1) {
        world.supervise();
        await this.#step(world.scheduler.now + hour);
      }
      for (const lane of behind) if (this.#moments.started(lane)) this.violate(5, `${lane}: went on with a database older than the log`);
      world.killAll(service);
      await this.#moments.rebuild(service);
      world.rates = rates;
    };
  }

  /** Nothing goes wrong any more but the poison: every key that does not wait must have gone on. */
  async #calmWithPoison(): Promise<void> {
    const world = this.#world;
    world.rates = calm;
    world.leaseMs = 30 * 24 * hour;
    world.killAll();
    await this.#untilRest(!this.#allPoisoned);
    if (this.#allPoisoned) return;
    for (const { service, topology, name, partition } of world.lanes()) {
      const end = world.log.records(topology.source, partition).length;
      const offset = world.store(service).rowOf(name)?.offset ?? 0;
      const waiting = await world.store(service).waitingKeys(name, 1000);
      const mayPause = Math.min(topology.waitingLimit, world.spec.waitingLimit) === 0;
      if (offset !== end && !(mayPause && world.poison.present)) {
        this.violate(7, `${name} rests at ${offset} of ${end} although only ${waiting.length} keys wait`);
      }
    }
  }

  async #mend(): Promise<void> {
    this.#world.poison.mend();
    this.#world.restartLanes();
    for (let round = 0; round < 30; round += 1) {
      await this.#untilRest(true);
      if (!(await this.#redriveWaiting())) break;
      // Lanes look for redrive requests when they claim.
      this.#world.restartLanes();
    }
    if (!this.#workload.done) this.violate(12, 'some request is never answered, in a calm world');
    for (const { service, topology, name, partition } of this.#world.lanes()) {
      const end = this.#world.log.records(topology.source, partition).length;
      const offset = this.#world.store(service).rowOf(name)?.offset ?? 0;
      if (offset !== end) this.violate(1, `${name} rests at ${offset} of ${end}`);
      if ((await this.#world.store(service).waitingKeys(name, 1)).length > 0) this.violate(7, `${name} still has waiting keys after everything was mended and redriven`);
    }
  }

  /** Asks for a redrive of every waiting key, and of paused partitions. Returns whether any lane waits or is paused. */
  async #redriveWaiting(): Promise<boolean> {
    let any = false;
    for (const { service, name } of this.#world.lanes()) {
      const store = this.#world.store(service);
      const keys = await store.waitingKeys(name, 1000);
      if (this.#moments.paused(name) && keys.length === 0) await store.requestRedrive(name, 'any');
      any ||= keys.length > 0 || this.#moments.paused(name);
      for (const key of keys) await store.requestRedrive(name, key);
    }
    return any;
  }

  async #untilRest(finish: boolean): Promise<void> {
    const world = this.#world;
    for (let step = 0; step < restSteps; step += 1) {
      world.supervise();
      if (finish && !this.#workload.done) this.#workload.step();
      const more = await this.#step(world.scheduler.now + 3 * 24 * hour);
      if (!more && (!finish || this.#workload.done)) return;
    }
    this.violate(0, `does not come to rest within ${restSteps} steps`);
  }

  async #step(until: number): Promise<boolean> {
    this.#steps += 1;
    return this.#world.scheduler.step(until);
  }
}
