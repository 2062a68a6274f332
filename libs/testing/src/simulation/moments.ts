import type { Append, Report } from '@parley/bus';
import type { Violate } from './accepted.js';
import { CapWatch } from './budgets.js';
import { highestCaps } from './catalog-workload.js';
import type { Owner } from './scheduler.js';
import type { Observer, World, WorldSpec } from './world.js';

/** The invariants that hold at every moment: 4, 5, 8 and 11. */
export class Moments implements Observer {
  expectedHalts = 0;
  #world: World | undefined;
  readonly #lastClaim = new Map<string, Owner>();
  readonly #paused = new Set<string>();
  /** Lanes that took up work since the last restore. */
  readonly #started = new Set<string>();
  readonly #caps = new CapWatch(highestCaps);

  constructor(
    private readonly spec: Pick<WorldSpec, 'waitingLimit' | 'cachedKeys'>,
    private readonly violate: Violate,
  ) {}

  watch(world: World): void {
    this.#world = world;
  }

  paused(lane: string): boolean {
    return this.#paused.has(lane);
  }

  report(report: Report): void {
    switch (report.kind) {
      case 'batch':
        if (report.waitingKeys > this.spec.waitingLimit) this.violate(8, `${report.lane}: ${report.waitingKeys} waiting keys, the limit is ${this.spec.waitingLimit}`);
        if (report.cachedKeys > this.spec.cachedKeys) this.violate(8, `${report.lane}: ${report.cachedKeys} states in memory, the limit is ${this.spec.cachedKeys}`);
        return;
      case 'paused':
        this.#paused.add(report.lane);
        return;
      case 'claimed':
        this.#started.add(report.lane);
        this.#paused.delete(report.lane);
        return;
      case 'resumed':
        this.#paused.delete(report.lane);
        return;
      case 'halted':
        if (report.error.includes('older than the log')) this.expectedHalts += 1;
        return;
      default:
        return;
    }
  }

  claimed(owner: Owner, lane: string): void {
    this.#lastClaim.set(lane, owner);
  }

  committed(owner: Owner, lane: string): void {
    const last = this.#lastClaim.get(lane);
    if (last !== owner) this.violate(4, `${lane}: ${owner.name} committed after ${last?.name ?? 'nobody'} had claimed`);
    if (!this.#restoring.has('windows')) this.#caps.committed(this.#world!, this.violate);
  }

  /** What arrives must have been committed: an invariant of every append, late and zombies' ones included. */
  arrived({ topic, partition, records }: Append): void {
    const world = this.#world!;
    if (world.spec.embedded) return;
    for (const { value } of records) {
      const { link, number } = world.codec.readMeta(value).meta;
      const service = world.spec.topologies.find(({ topology }) => topology.name === link.split('/')[0])?.service ?? link.split('/')[0]!;
      if (this.#restoring.has(service)) continue;
      const sent = world.store(service).rowOf(link)?.sent[`${topic}/${partition}`] ?? 0;
      if (number > sent) this.violate(5, `${topic}/${partition}: number ${number} of ${link} reached the log, its row knows ${sent}`);
    }
  }

  readonly #restoring = new Set<string>();

  /** Between a restore and the rebuild, what late appends bring is not in the row. */
  restored(service: string): void {
    this.#restoring.add(service);
    this.#started.clear();
  }

  /** Whether a lane took up work since the last restore. */
  started(lane: string): boolean {
    return this.#started.has(lane);
  }

  async rebuild(service: string): Promise<void> {
    const world = this.#world!;
    for (const lane of world.lanes().filter((candidate) => candidate.service === service)) {
      await world.spec.runner.rebuildLane({
        topology: { ...lane.topology, decide: () => neverDecides() }, partition: lane.partition, store: world.store(service), log: world.log, codec: world.codec,
        clock: () => world.scheduler.now, newId: () => world.random.uuid(), sleep: () => Promise.resolve(), report: () => undefined,
      });
    }
    world.rebuilt(service);
  }
}

function neverDecides(): never {
  throw new Error('a rebuild decides nothing');
}
