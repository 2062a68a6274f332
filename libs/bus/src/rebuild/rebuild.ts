import type { AnyEvent, AnyTopology, RowChange } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log } from '../port/log.js';
import type { LaneCommit, LaneRow, RebuildStore, WaitingRecord } from '../port/store.js';
import { appendPending } from '../runner/append.js';
import { placeOf, type Outbox } from '../runner/outbox.js';
import { laneLimits, type RunnerPorts } from '../runner/ports.js';
import { laneName } from '../runner/session.js';
import { BalanceMoves } from '../runner/balances.js';
import { Tallies } from '../runner/tallies.js';
import { ChangedStates, KeyStates, placeOfState, type StatePlace } from '../runner/key-states.js';
import { folds, isCommand, isOwn, waitingRecord } from '../runner/work.js';
import { PartitionCursor, type Accepted } from './cursor.js';
import { RecordedDecisions } from './decisions.js';

export interface RebuildSpec extends RunnerPorts {
  readonly topology: AnyTopology;
  readonly partition: number;
  readonly log: Log;
  readonly codec: Codec;
  readonly store: RebuildStore;
  /** Records per commit. */
  readonly commitRecords?: number;
  readonly cachedKeys?: number;
  /** Called after every commit: offsets folded, and the end. */
  progress?(done: number, end: number): void;
}

export interface Rebuilt {
  readonly lane: string;
  readonly records: number;
  readonly decisions: number;
  /** Commands without a decision on the log, and what follows of their keys: they wait, and a redrive is asked for. */
  readonly undecided: number;
  /** Outputs that had been committed but never reached the log; appended when the lane next starts. */
  readonly missing: number;
}

/**
 * Folds a lane's states and rows again from the log, offline. Nothing is decided: a command is followed by the decision that stands on the
 * log. Until the last commit the lane's row says that a rebuild is under way, and a lane will not start on it.
 */
export async function rebuildLane(spec: RebuildSpec): Promise<Rebuilt> {
  const lane = laneName(spec.topology, spec.partition);
  const row = await spec.store.claim(lane);
  // Committed bytes are facts, whether or not they have reached the log.
  if (row.offset >= 0) await appendPending(lane, row.pending, spec, laneLimits.retryMs, new AbortController().signal);
  return new Rebuild(spec, lane, row.epoch).run();
}

class Rebuild {
  readonly #states: KeyStates;
  readonly #changed: ChangedStates;
  #rows: RowChange[] = [];
  readonly #balances: BalanceMoves;
  readonly #tallies = new Tallies();
  #waiting: WaitingRecord[] = [];
  readonly #undecidedKeys = new Set<string>();
  #records = 0;
  #decisions = 0;
  #undecided = 0;

  constructor(
    private readonly spec: RebuildSpec,
    private readonly lane: string,
    private readonly epoch: number,
  ) {
    this.#states = new KeyStates(lane, spec.store, spec.topology, spec.cachedKeys ?? laneLimits.cachedKeys);
    this.#changed = new ChangedStates(spec.topology, this.#states);
    this.#balances = new BalanceMoves(spec.topology, new Map());
  }

  async run(): Promise<Rebuilt> {
    const { topology, partition, log, codec, store, progress } = this.spec;
    const source = await PartitionCursor.open(log, codec, topology.source, partition);
    const decisions = await RecordedDecisions.open(this.lane, topology, partition, log, codec);
    await this.#commit(underWay);
    await store.reset(this.lane);
    for (let accepted = await source.next(); accepted; accepted = await source.next()) {
      await this.#fold(accepted, decisions);
      if (++this.#records % (this.spec.commitRecords ?? 5_000) === 0) {
        await this.#commit(underWay);
        progress?.(source.offset, source.end);
      }
    }
    const { lastNumber, missing } = await decisions.finish();
    await this.#commit(await this.#finalRow(source, decisions, lastNumber, missing), await this.#correctedBalances());
    for (const key of this.#undecidedKeys) await store.requestRedrive(this.lane, key);
    progress?.(source.end, source.end);
    return { lane: this.lane, records: this.#records, decisions: this.#decisions, undecided: this.#undecided, missing: missing.size };
  }

  async #fold({ record, type, meta }: Accepted, decisions: RecordedDecisions): Promise<void> {
    const { topology, codec } = this.spec;
    if (isOwn(this.lane, meta) || !folds(topology, type)) return;
    const event = codec.decode(record.value);
    const command = isCommand(topology, event);
    if (this.#undecidedKeys.has(record.key)) {
      this.#wait(record, '');
      return;
    }
    const decision = command ? await decisions.of(record.offset) : undefined;
    if (command && decision === undefined) {
      this.#undecidedKeys.add(record.key);
      this.#wait(record, 'undecided: its decision is not on the log');
      return;
    }
    const place = placeIn(topology, record.key, decision ?? event, event);
    await this.#states.load([place]);
    const position = { topic: topology.source, partition: this.spec.partition, offset: record.offset };
    const before = this.#changed.of(place);
    let state = before;
    for (const folded of decision && topology.folds.includes(decision.type) ? [event, decision] : [event]) {
      state = topology.evolve(state, folded);
      this.#rows.push(...(topology.project?.(folded, state, position) ?? []));
      this.#balances.add(folded);
    }
    if (topology.tallies) this.#tallies.add(topology.tallies(event, decision ?? null));
    if (decision) this.#decisions += 1;
    this.#changed.put(place, before, state);
  }

  #wait(record: Accepted['record'], error: string): void {
    this.#undecided += 1;
    this.#waiting.push(waitingRecord(this.spec.topology, record, error));
  }

  async #commit(row: LaneCommit['row'], balances: LaneCommit['balances'] = []): Promise<void> {
    const { store, topology } = this.spec;
    await store.commit(this.lane, this.epoch, {
      row,
      states: this.#changed.changes(),
      rows: this.#rows,
      timers: topology.timers ? [...this.#changed.own].map(([key, state]) => ({ key, businessId: topology.businessOf(key), timers: topology.timers!(state) })) : [],
      balances,
      tallies: this.#tallies.all(),
      waiting: this.#waiting,
      fired: [], redriven: [], answered: [],
    });
    this.#states.keep(this.#changed);
    this.#changed.clear();
    this.#tallies.clear();
    this.#rows = [];
    this.#waiting = [];
  }

  /** Balances move at the very end, and at once, from what they were to what the log says: other lanes hold limits by them all the while. */
  async #correctedBalances(): Promise<LaneCommit['balances']> {
    const before = await this.spec.store.balancesOf(this.lane);
    const after = new Map(this.#balances.all().map((move) => [move.account, move]));
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((account) => {
      const [was, is] = [before.get(account), after.get(account)];
      const reserved = (is?.reserved ?? 0n) - (was?.reserved ?? 0n);
      const settled = (is?.settled ?? 0n) - (was?.settled ?? 0n);
      // What was decided once is a fact, whatever the others of its account have come to since: no limit.
      return reserved === 0n && settled === 0n ? [] : [{ account, reserved, settled, limit: null }];
    });
  }

  async #finalRow(source: PartitionCursor, decisions: RecordedDecisions, lastNumber: number, missing: Outbox): Promise<Omit<LaneRow, 'epoch'>> {
    const { topology, partition } = this.spec;
    const sent: { [place: string]: number } = { ...missing.sent() };
    // A lane numbers its timers' commands on its source, and its decisions where they go: often the same partition.
    const ownTimers = source.links.toJSON()[this.lane] ?? 0;
    if (ownTimers > 0) sent[placeOf(topology.source, partition)] = ownTimers;
    if (topology.decisions && lastNumber > 0) sent[placeOf(topology.decisions, partition)] = lastNumber;
    return {
      offset: source.end,
      catalogOffset: decisions.catalogOffset,
      sent,
      acked: { [placeOf(topology.source, partition)]: source.end, ...decisions.ends },
      taken: source.links.toJSON(),
      pending: missing.pending([], laneLimits.appendRecords),
    };
  }
}

/** Where a command's state is, is known when it is decided: its decision tells. */
function placeIn(topology: AnyTopology, key: string, decision: AnyEvent, event: AnyEvent): StatePlace {
  const told = placeOfState(topology, key, decision, null);
  return told.aside === null ? placeOfState(topology, key, event, null) : told;
}

/** A row that no lane starts on. */
const underWay: LaneCommit['row'] = { offset: -1, sent: {}, acked: {}, taken: {}, catalogOffset: 0, pending: [] };
