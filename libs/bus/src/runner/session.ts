import type { AnyTopology, Instant } from '@parley/contracts';
import type { CatalogView } from '../catalog/view.js';
import type { FrameMeta } from '../codec/codec.js';
import type { LogRecord } from '../port/log.js';
import type { LaneCommit, LaneRow, LaneStore } from '../port/store.js';
import { appendPending, isFar, refuseOlderRow, type Reach } from './append.js';
import { IncomingLinks } from './links.js';
import { Outbox, placeOf } from './outbox.js';
import { HaltError, laneLimits, messageOf, type LaneLimits, type RunnerPorts } from './ports.js';
import { KeyStates } from './key-states.js';
import { Work } from './work.js';

/** A lane: one topology over one partition of its source. */
export interface LaneSpec extends RunnerPorts {
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly store: LaneStore;
  readonly catalog: CatalogView<unknown>;
  readonly limits?: Partial<LaneLimits>;
}

export function laneName(topology: Pick<AnyTopology, 'name'>, partition: number): string {
  return `${topology.name}/${partition}`;
}

/** What one step adds to a commit, besides the work itself. */
export interface Step extends Partial<Pick<LaneCommit, 'waiting' | 'fired' | 'redriven' | 'answered'>> {
  readonly offset: number;
  readonly links: IncomingLinks;
}

/** A record with its metadata. */
export interface Read {
  readonly record: Pick<LogRecord, 'key' | 'offset' | 'value'>;
  readonly read: FrameMeta;
}

/** A batch begun: its work, the outbox it writes to, and the catalog it decides by. */
export interface Begun {
  readonly work: Work;
  readonly outbox: Outbox;
  readonly catalogOffset: number;
}

/** One claim of a lane: its row and what it has in memory, from the claim to the first error. */
export class LaneSession {
  readonly limits: LaneLimits;
  readonly states: KeyStates;
  /** Keys whose records wait: everything that follows of them waits too. */
  readonly waitingKeys = new Set<string>();
  nextTimerAt: Instant = Infinity;
  nextRedriveAt: Instant = 0;
  /** Nothing more is read until a redrive makes room. */
  paused = false;
  #row: LaneRow;
  #links: IncomingLinks;

  constructor(
    readonly spec: LaneSpec,
    readonly name: string,
    row: LaneRow,
    readonly signal: AbortSignal,
  ) {
    this.limits = { ...laneLimits, ...spec.limits };
    this.states = new KeyStates(name, spec.store, spec.topology, this.limits.cachedKeys);
    this.#row = row;
    this.#links = new IncomingLinks(row.taken);
  }

  get row(): LaneRow {
    return this.#row;
  }

  get links(): IncomingLinks {
    return this.#links;
  }

  async start(): Promise<void> {
    if (this.#row.offset < 0) throw new HaltError(`${this.name}: a rebuild was interrupted. Run \`parley rebuild\` again.`);
    const seen = await refuseOlderRow(this.name, this.#row, reachesOf(this.spec), this.spec.store, this.spec);
    const far = isFar(this.#row.acked, seen);
    this.#row = { ...this.#row, acked: { ...this.#row.acked, ...seen } };
    await this.#append();
    if (far) await this.#remember();
    await this.loadWaitingKeys();
    await this.loadNextTimer();
    const { epoch, offset } = this.#row;
    this.spec.report({ kind: 'claimed', lane: this.name, epoch, offset, waitingKeys: this.waitingKeys.size });
  }

  /** Keeps the row as it is. */
  async #remember(): Promise<void> {
    const { epoch, ...row } = this.#row;
    await this.spec.store.commit(this.name, epoch, { row, states: [], rows: [], timers: [], balances: [], tallies: [], fired: [], waiting: [], redriven: [], answered: [] });
  }

  /** More waiting keys than may be held in memory (a lowered limit, a rebuild) pause the partition: some would not be known. */
  async loadWaitingKeys(): Promise<void> {
    const { topology, store } = this.spec;
    const keys = await store.waitingKeys(this.name, topology.waitingLimit + 1);
    for (const key of keys) this.waitingKeys.add(key);
    if (keys.length > topology.waitingLimit) this.pause(this.#row.offset, `more than ${topology.waitingLimit} keys wait`);
  }

  async loadNextTimer(): Promise<void> {
    if (!this.spec.topology.timers) return;
    const [first] = await this.spec.store.dueTimers(this.name, Number.MAX_SAFE_INTEGER, 1);
    this.nextTimerAt = first ? first.dueAt : Infinity;
  }

  pause(offset: number, error: string): void {
    if (!this.paused) this.spec.report({ kind: 'paused', lane: this.name, offset, error });
    this.paused = true;
  }

  /** Metadata of a record; without it the record cannot be counted on its link. Only committed bytes get here, so the log itself is damaged. */
  readMeta(record: LogRecord): FrameMeta {
    try {
      return this.spec.codec.readMeta(record.value);
    } catch (error) {
      const where = `${this.name} at ${placeOf(this.spec.topology.source, this.spec.partition)}, offset ${record.offset}`;
      throw new HaltError(`${where}: metadata cannot be read (${messageOf(error)}). Restore the topic from a replica or backup.`);
    }
  }

  /**
   * Waits for the catalog that the records were written under, opens a batch, and brings states into memory.
   *
   * @param handled those of the records that will be handled, not only counted.
   */
  async begin(records: readonly Read[], handled: readonly Read[]): Promise<Begun> {
    const { topology, partition, catalog, codec, log, clock, newId } = this.spec;
    const stamped = records.reduce((highest, { read }) => Math.max(highest, read.meta.catalogOffset), this.#row.catalogOffset);
    await catalog.reach(stamped, this.name, this.limits.catalogLateMs, this.signal);
    const outbox = new Outbox(this.name, codec, log, this.#row.sent);
    const { state, offset: catalogOffset } = catalog.view();
    const work = new Work({ topology, partition, codec, states: this.states, outbox, newId, now: clock(), catalog: state, catalogOffset });
    await this.states.load(handled.map(({ record, read }) => work.placeOf(record, read)));
    const accounts = work.accountsOf(handled);
    if (accounts.length > 0) work.knowBalances(await this.spec.store.balances(accounts));
    return { work, outbox, catalogOffset };
  }

  /** Commits a batch, then appends its outputs; the next commit waits for their acknowledgement. */
  async commit({ work, outbox, catalogOffset }: Begun, { offset, links, ...step }: Step): Promise<void> {
    const { store, topology } = this.spec;
    const row = {
      offset,
      catalogOffset: outbox.size > 0 ? catalogOffset : this.#row.catalogOffset,
      sent: outbox.sent(),
      acked: this.#row.acked,
      taken: links.toJSON(),
      pending: outbox.pending(topology.decisions ? [topology.decisions] : [], this.limits.appendRecords),
    };
    const timers = work.timerChanges();
    const change = { row, states: work.stateChanges(), rows: work.rowChanges(), timers, balances: work.balanceMoves(), tallies: work.tallyChanges(), fired: [], waiting: [], redriven: [], answered: [], ...step };
    const acked = await store.commit(this.name, this.#row.epoch, change);
    this.#row = { ...row, epoch: this.#row.epoch, acked: { ...row.acked, ...acked }, pending: store.appendsInCommit ? [] : row.pending };
    this.#links = links;
    this.states.keep(work.states);
    for (const timer of timers.flatMap((set) => set.timers)) this.nextTimerAt = Math.min(this.nextTimerAt, timer.dueAt);
    await this.#append();
  }

  async #append(): Promise<void> {
    const acked = await appendPending(this.name, this.#row.pending, this.spec, this.limits.retryMs, this.signal);
    this.#row = { ...this.#row, acked: { ...this.#row.acked, ...acked }, pending: [] };
  }
}

/** Every partition a lane may have written to: a row that was lost names none. */
export function reachesOf({ topology, partition, log }: Pick<LaneSpec, 'topology' | 'partition' | 'log'>): Reach[] {
  // What decides nothing and sets no timers writes nothing.
  const own = [...(topology.timers ? [topology.source] : []), ...(topology.decisions ? [topology.decisions] : [])].map((topic) => ({ topic, partition }));
  const derived = topology.derives.flatMap((topic) => Array.from({ length: log.partitions(topic) }, (_, other) => ({ topic, partition: other })));
  const reaches = [...own, ...derived].map((reach) => ({ ...reach, place: placeOf(reach.topic, reach.partition) }));
  return [...new Map(reaches.map((reach) => [reach.place, reach])).values()];
}
