import { calm, chaos } from '../faults.js';
import type { Verdict, Violation } from '../simulate.js';
import type { Runner } from '../world.js';
import { checkIntake } from './checks.js';
import { keyOf } from './judge.js';
import { IntakeWorkload } from './workload.js';
import { IntakeWorld, laneOf, mark, partitions, source, written } from './world.js';

const chaosSteps = 400;
const restSteps = 10_000;
const hour = 3_600_000;

/** The life of a service's intake lanes from one seed: as the platform's, with integrators in place of clients. */
export async function simulateIntake(seed: number, runner: Runner): Promise<Verdict> {
  const violations: Violation[] = [];
  const violate = (invariant: number, detail: string): void => {
    if (violations.filter((known) => known.invariant === invariant).length < 3) violations.push({ invariant, detail });
  };
  const life = new IntakeLife(seed, runner, violate);
  try {
    await life.live();
  } catch (error) {
    violate(0, `the simulation itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { seed, violations, ...life.figures() };
}

class IntakeLife {
  readonly #world: IntakeWorld;
  readonly #workload: IntakeWorkload;
  readonly #embedded: boolean;
  #expectedHalts = 0;
  #steps = 0;
  #crashes = 0;
  #zombies = 0;
  #restores = 0;

  constructor(
    private readonly seed: number,
    private readonly runner: Runner,
    private readonly violate: (invariant: number, detail: string) => void,
  ) {
    this.#embedded = seed % 5 === 4;
    this.#world = new IntakeWorld(seed, runner, this.#embedded, violate);
    this.#workload = new IntakeWorkload(this.#world, 40);
  }

  figures(): Omit<Verdict, 'seed' | 'violations'> {
    const records = [source, ...written].reduce((sum, topic) => sum + Array.from({ length: partitions }, (_, partition) => this.#world.log.records(topic, partition).length).reduce((a, b) => a + b, 0), 0);
    return { steps: this.#steps, records, crashes: this.#crashes, zombies: this.#zombies, restores: this.#restores };
  }

  async live(): Promise<void> {
    await this.#chaos();
    const world = this.#world;
    world.rates = calm;
    world.killAll();
    while (!this.#workload.done) await this.#workload.step();
    await this.#untilRest();
    checkIntake(world, this.#workload, this.#restores > 0, this.violate);
    if (world.halts.length > this.#expectedHalts) this.violate(0, `halted: ${world.halts[0]}`);
  }

  async #chaos(): Promise<void> {
    const world = this.#world;
    const { random } = world;
    world.rates = chaos;
    // With the embedded log, the log would be restored with its database.
    const backupAt = this.seed % 3 === 0 && !this.#embedded ? random.below(chaosSteps / 2) : -1;
    let restore: (() => Promise<void>) | undefined;
    for (let step = 0; step < chaosSteps; step += 1) {
      if (random.chance(0.25)) await this.#workload.step();
      if (random.chance(0.1)) world.supervise();
      if (random.chance(world.rates.crash)) {
        world.killOne();
        this.#crashes += 1;
      } else if (random.chance(world.rates.zombie)) {
        world.addZombie();
        this.#zombies += 1;
      }
      if (step === backupAt) restore = this.#backup();
      if (restore && step > backupAt + chaosSteps / 8 && random.chance(0.02)) {
        await restore();
        restore = undefined;
      }
      await this.#step(world.scheduler.now + hour);
    }
  }

  /** A restored database is older than the log: lanes that wrote since must stop until they are recovered. */
  #backup(): () => Promise<void> {
    const world = this.#world;
    const back = world.store.wholeBackup();
    return async () => {
      world.killAll(true);
      back();
      world.restoring = true;
      this.#restores += 1;
      const rates = world.rates;
      world.rates = calm;
      // All share the keys: where one lane is behind, none may go on.
      const behind = this.#behind() ? Array.from({ length: partitions }, (_, partition) => partition) : [];
      const before = new Map(behind.map((partition) => [partition, world.store.rowOf(laneOf(partition))?.offset ?? 0]));
      for (let step = 0; step < 60; step += 1) {
        world.supervise();
        await this.#step(world.scheduler.now + hour);
      }
      for (const [partition, offset] of before) if (world.store.rowOf(laneOf(partition))?.offset !== offset) this.violate(5, `${laneOf(partition)}: went on with a database older than the log`);
      world.killAll(true);
      const lanes = Array.from({ length: partitions }, (_, partition) => ({ lane: laneOf(partition), partition }));
      await this.runner.recoverIntake({ ...world.writer(), source, lanes, keyOf });
      this.#expectedHalts = world.halts.length;
      world.restoring = false;
      world.rates = rates;
    };
  }

  /** Whether any lane's row is older than what its link has on the log. */
  #behind(): boolean {
    const { log, codec, store } = this.#world;
    const lanes = Array.from({ length: partitions }, (_, partition) => laneOf(partition));
    return written.some((topic) =>
      lanes.some((_, partition) =>
        log.records(topic, partition).some(({ value }) => {
          const { link, number } = codec.readMeta(value).meta;
          return number > (store.rowOf(link)?.sent[`${topic}/${partition}`] ?? 0);
        }),
      ),
    );
  }

  /** Until every record was read and every output has arrived. Marks at a partition's end are looked for for ever, so time does not stand still. */
  async #untilRest(): Promise<void> {
    const world = this.#world;
    for (let step = 0; step < restSteps; step += 1) {
      world.supervise();
      if (Array.from({ length: partitions }, (_, partition) => this.#isDone(partition)).every(Boolean)) return;
      await this.#step(world.scheduler.now + hour);
    }
    this.violate(0, `does not come to rest within ${restSteps} steps`);
  }

  #isDone(lane: number): boolean {
    const { log, store, codec } = this.#world;
    const row = store.rowOf(laneOf(lane));
    const last = log.records(source, lane).findLast(({ key }) => key !== mark);
    if (row === undefined || row.offset <= (last?.offset ?? -1)) return false;
    return row.pending.every(({ topic, partition, firstNumber, records }) =>
      log.records(topic, partition).some(({ value }) => {
        const { link, number } = codec.readMeta(value).meta;
        return link === laneOf(lane) && number === firstNumber + records.length - 1;
      }),
    );
  }

  async #step(until: number): Promise<boolean> {
    this.#steps += 1;
    return this.#world.scheduler.step(until);
  }
}
