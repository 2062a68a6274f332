import { setMaxListeners } from 'node:events';
import { CatalogView, createCodec, HttpSlot, laneName, MemoryStore, rebuildLane, runLane, type LaneEnd, type Rebuilt, type RunnerPorts, type Submission } from '@parley/bus';
import { TOPICS, type AnyEvent, type AnyTopology, type ColumnValue, type Instant, type TopicName } from '@parley/contracts';
import { catalogFold, type Catalog } from '@parley/domain';
import { services } from '../lanes/services.js';
import { VirtualLog } from './virtual-log.js';
import { settled, VirtualTime } from './virtual-time.js';

/** Where requests to a service's HTTP write to. */
const writes = {
  ingest: ['parley.envelopes.v1', 'parley.conversations.v1', 'parley.catalog.v1'],
  notifications: ['parley.catalog.v1'],
  delivery: ['parley.envelopes.v1', 'parley.conversations.v1'],
  billing: ['parley.catalog.v1'],
} as const satisfies { readonly [service: string]: readonly TopicName[] };

export type ServiceName = keyof typeof writes;

/** One lane of the platform and the store that keeps what it folds. */
export interface KeptLane {
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly name: string;
  readonly store: MemoryStore;
}

export type Row = { readonly [column: string]: ColumnValue };

/** Longer than any story: nobody shows a sign of life or looks again for nothing. */
const forEverMs = 365 * 24 * 3_600_000;

/**
 * The whole platform in memory on virtual time: the runner, the log format, the topologies and the HTTP slots are those that ship. Only the
 * clock, the randomness of ids and the stores are the story's own.
 */
export class VirtualPlatform {
  readonly time: VirtualTime;
  readonly log: VirtualLog;
  readonly codec = createCodec();
  readonly #stopping = new AbortController();
  readonly #stores = newStores();
  readonly #slots = new Map<string, HttpSlot>();
  readonly #catalog: CatalogView<Catalog>;
  readonly #lanes: Promise<LaneEnd>[];
  readonly #faults: string[] = [];
  #ids = 0;
  #requests = 0;

  constructor(start: Instant) {
    setMaxListeners(0, this.#stopping.signal);
    this.time = new VirtualTime(start);
    this.log = new VirtualLog(this.time, (topic) => TOPICS[topic].partitions.embedded);
    this.#catalog = new CatalogView(this.#ports(), catalogFold, forEverMs);
    void this.#catalog.follow(this.#stopping.signal);
    this.#lanes = this.#lanesOn(this.#stores).map(({ topology, partition, store }) =>
      runLane({ ...this.#ports(), topology, partition, store, catalog: this.#catalog, limits: { idleMs: forEverMs } }, this.#stopping.signal),
    );
    for (const service of Object.keys(writes) as ServiceName[]) this.#slots.set(service, this.#slot(service));
  }

  get catalog(): Catalog {
    return this.#catalog.view().state;
  }

  /** One request to a service's HTTP, and all that follows from it at this instant. Throws where the platform did not take it, or a lane failed. */
  async submit({ service, businessId, outputs }: { readonly service: ServiceName } & Pick<Submission, 'businessId' | 'outputs'>): Promise<void> {
    const key = `story-${++this.#requests}`;
    const submitted = await this.#slots.get(service)!.submit({ businessId, outputs, idempotencyKey: key, bodyHash: key, answer: { status: 202, body: {} } });
    if (submitted.kind !== 'answered') throw new Error(`${service} answered ${submitted.kind}`);
    await this.settle();
  }

  /** Lets everything happen that can happen now. */
  async settle(): Promise<void> {
    await settled();
    if (this.#faults.length > 0) throw new Error(`the platform failed: ${this.#faults.join('; ')}`);
  }

  /** Lets time pass; timers fire on the way. */
  async passUntil(instant: Instant): Promise<void> {
    await this.time.passUntil(instant);
    await this.settle();
  }

  /** All events of a topic, by partition and offset. */
  events(topic: TopicName): readonly AnyEvent[] {
    const partitions = Array.from({ length: this.log.partitions(topic) }, (_, partition) => this.log.records(topic, partition));
    return partitions.flat().map(({ value }) => this.codec.decode(value));
  }

  /** The rows of a projection, of all its lanes. */
  rows(table: string): readonly Row[] {
    return [...this.#stores.values()].flatMap((store) => store.rows(table));
  }

  /** Ends all lanes. The log and what they folded stay. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#slots.values()].map((slot) => slot.close()));
    await Promise.all(this.#lanes);
  }

  /** The lanes with what they folded while they ran. */
  lanes(): readonly KeptLane[] {
    return this.#lanesOn(this.#stores);
  }

  /** Folds every lane again from nothing but the log, into empty stores. Whatever would decide anything throws. */
  async refold(): Promise<readonly (KeptLane & { readonly rebuilt: Rebuilt })[]> {
    const refolded: (KeptLane & { readonly rebuilt: Rebuilt })[] = [];
    for (const lane of this.#lanesOn(newStores())) {
      const topology = { ...lane.topology, decide: decidesNothing };
      refolded.push({ ...lane, rebuilt: await rebuildLane({ ...this.#ports(), topology, partition: lane.partition, store: lane.store }) });
    }
    return refolded;
  }

  #lanesOn(stores: ReadonlyMap<string, MemoryStore>): KeptLane[] {
    const all = services.flatMap(({ name, topologies }) => topologies.map((topology) => ({ topology, store: stores.get(name)! })));
    return all.flatMap(({ topology, store }) =>
      Array.from({ length: this.log.partitions(topology.source) }, (_, partition) => ({ topology, partition, store, name: laneName(topology, partition) })),
    );
  }

  #slot(service: ServiceName): HttpSlot {
    const store = this.#stores.get(service)!;
    return new HttpSlot({ ...this.#ports(), service, slots: 1, holder: 'story', store, catalog: this.#catalog, topics: writes[service], limits: { leaseMs: forEverMs } });
  }

  #ports(): RunnerPorts {
    return {
      log: this.log,
      codec: this.codec,
      clock: () => this.time.now,
      // The runner counts what a decision derives in the last digits.
      newId: () => `${(++this.#ids).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
      sleep: (ms, signal) => this.time.sleep(ms, signal),
      report: (report) => {
        if (report.kind === 'waiting' || report.kind === 'paused' || report.kind === 'halted') this.#faults.push(`${report.lane}: ${report.error}`);
      },
    };
  }
}

function newStores(): ReadonlyMap<string, MemoryStore> {
  return new Map([...Object.keys(writes), ...services.map(({ name }) => name)].map((name) => [name, new MemoryStore()]));
}

function decidesNothing(): never {
  throw new Error('a rebuild decides nothing');
}
