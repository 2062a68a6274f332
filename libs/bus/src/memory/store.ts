import type { BalanceMove, ColumnValue, Timer } from '@parley/contracts';
import {
  OverLimitError, SupersededError, type Acked, type DueTimer, type LaneCommit, type LaneRow, type RebuildStore, type SlotOutcome, type SlotRequest, type SlotStore, type WaitingRecord,
} from '../port/store.js';
import type { Log } from '../port/log.js';

interface LaneContent {
  row: LaneRow;
  readonly states: Map<string, { businessId: string; state: string }>;
  /** Projection rows by table and key. */
  readonly rows: Map<string, { readonly [column: string]: ColumnValue }>;
  readonly timers: Map<string, { businessId: string; timers: Timer[] }>;
  readonly waiting: Map<string, WaitingRecord[]>;
  readonly redrives: Set<string>;
  /** The lane's part of shared balances. */
  readonly tallies: Map<string, { readonly businessId: string; readonly what: string; readonly count: number }>;
  readonly balances: Map<string, { readonly reserved: bigint; readonly settled: bigint }>;
  holder: { name: string; until: number } | undefined;
}

const firstRow: LaneRow = { epoch: 0, offset: 0, sent: {}, acked: {}, taken: {}, catalogOffset: 0, pending: [] };

/** Lanes and slots of one service in memory. With a log, commits append (as the embedded log's do); without, outputs stay pending. */
export class MemoryStore implements RebuildStore, SlotStore {
  readonly #lanes = new Map<string, LaneContent>();
  readonly #requests = new Map<string, SlotRequest>();

  constructor(private readonly log?: Log) {}

  get appendsInCommit(): boolean {
    return this.log !== undefined;
  }

  async load(lane: string): Promise<LaneRow | undefined> {
    return this.#lanes.get(lane)?.row;
  }

  async claim(lane: string, unless?: number): Promise<LaneRow> {
    const content = this.#content(lane);
    if (unless !== undefined && content.row.epoch > unless) throw new SupersededError(lane);
    content.row = { ...content.row, epoch: content.row.epoch + 1 };
    return content.row;
  }

  async commit(lane: string, epoch: number, change: LaneCommit): Promise<Acked> {
    const content = this.#fenced(lane, epoch);
    this.#move(content, change.balances);
    for (const { key, businessId, state } of change.states) {
      if (state === null) content.states.delete(key);
      else content.states.set(key, { businessId, state });
    }
    for (const { businessId, what, count } of change.tallies) {
      const id = `${businessId} ${what}`;
      content.tallies.set(id, { businessId, what, count: count + (content.tallies.get(id)?.count ?? 0) });
    }
    for (const { table, key, row } of change.rows) {
      const id = rowId(table, key);
      if (row === null) content.rows.delete(id);
      else content.rows.set(id, row);
    }
    for (const { key, subject, name } of change.fired) {
      const set = content.timers.get(key);
      if (set) set.timers = set.timers.filter((timer) => timer.name !== name || timer.subject !== subject);
    }
    for (const { key, businessId, timers } of change.timers) content.timers.set(key, { businessId, timers: [...timers] });
    for (const record of change.waiting) content.waiting.set(record.key, [...(content.waiting.get(record.key) ?? []), record]);
    for (const { key, offset } of change.redriven) {
      const left = (content.waiting.get(key) ?? []).filter((record) => record.offset !== offset);
      if (left.length > 0) content.waiting.set(key, left);
      else content.waiting.delete(key);
    }
    for (const key of change.answered) content.redrives.delete(key);
    return this.#moveRow(content, epoch, change.row);
  }

  async states(lane: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { states } = this.#content(lane);
    return new Map(keys.flatMap((key) => (states.has(key) ? [[key, states.get(key)!.state]] : [])));
  }

  async balances(accounts: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return new Map(accounts.map((account) => [account, this.balanceOf(account)]));
  }

  async waitingKeys(lane: string, limit: number): Promise<readonly string[]> {
    return [...this.#content(lane).waiting.keys()].slice(0, limit);
  }

  async waitingRecords(lane: string, key: string, limit: number): Promise<readonly WaitingRecord[]> {
    return [...(this.#content(lane).waiting.get(key) ?? [])].sort((a, b) => a.offset - b.offset).slice(0, limit);
  }

  async dueTimers(lane: string, now: number, limit: number): Promise<readonly DueTimer[]> {
    const all = [...this.#content(lane).timers].flatMap(([key, { businessId, timers }]) => timers.map((timer) => ({ ...timer, key, businessId })));
    return all.filter((timer) => timer.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
  }

  async redriveRequests(lane: string, limit: number): Promise<readonly string[]> {
    return [...this.#content(lane).redrives].slice(0, limit);
  }

  async requestRedrive(lane: string, key: string): Promise<void> {
    this.#content(lane).redrives.add(key);
  }

  async reset(lane: string): Promise<void> {
    const { states, rows, timers, waiting, redrives, tallies } = this.#content(lane);
    for (const part of [states, rows, timers, waiting, redrives, tallies]) part.clear();
  }

  async balancesOf(lane: string): Promise<ReadonlyMap<string, { readonly reserved: bigint; readonly settled: bigint }>> {
    return this.#content(lane).balances;
  }

  async dump(lane: string): Promise<string> {
    const { states, rows, timers, waiting, balances, tallies } = this.#content(lane);
    const lines = [
      ...[...states].map(([key, { businessId, state }]) => ['state', key, businessId, JSON.parse(state)]),
      ...[...rows].map(([id, row]) => ['row', id, row]),
      ...[...timers].flatMap(([key, set]) => set.timers.map((timer) => ['timer', key, set.businessId, timer])),
      ...[...tallies.values()].map(({ businessId, what, count }) => ['tally', businessId, what, count]),
      ...[...balances].flatMap(([account, { reserved, settled }]) => (reserved === 0n && settled === 0n ? [] : [['balance', account, reserved, settled]])),
      ...[...waiting].flatMap(([key, records]) => records.map(({ offset }) => ['waiting', key, offset])),
    ];
    return lines.map((line) => canonical(line)).sort().join('\n');
  }

  async lease(lanes: readonly string[], holder: string, now: number, leaseMs: number): Promise<{ lane: string; row: LaneRow } | undefined> {
    const lane = lanes.find((name) => {
      const held = this.#content(name).holder;
      return held === undefined || held.until <= now || held.name === holder;
    });
    if (lane === undefined) return undefined;
    this.#content(lane).holder = { name: holder, until: now + leaseMs };
    return { lane, row: await this.claim(lane) };
  }

  async renew(lane: string, epoch: number, holder: string, now: number, leaseMs: number): Promise<void> {
    this.#fenced(lane, epoch).holder = leaseMs === 0 ? undefined : { name: holder, until: now + leaseMs };
  }

  async commitRequests(
    lane: string,
    epoch: number,
    requests: readonly SlotRequest[],
    build: (taken: readonly boolean[], outcomes: readonly SlotOutcome[]) => Omit<LaneRow, 'epoch'>,
  ): Promise<{ outcomes: readonly SlotOutcome[]; acked: Acked }> {
    const content = this.#fenced(lane, epoch);
    const stored = new Map<string, SlotRequest>();
    const outcomes = requests.map((request): SlotOutcome => {
      const id = `${request.businessId}/${request.idempotencyKey}`;
      const known = this.#requests.get(id) ?? stored.get(id);
      if (known) return known.bodyHash === request.bodyHash ? { kind: 'repeated', answer: known.answer } : { kind: 'conflict' };
      stored.set(id, request);
      return { kind: 'taken' };
    });
    const row = build(outcomes.map(({ kind }) => kind === 'taken'), outcomes);
    for (const [id, request] of stored) this.#requests.set(id, request);
    return { outcomes, acked: await this.#moveRow(content, epoch, row) };
  }

  async knows(businessId: string, idempotencyKey: string): Promise<boolean> {
    return this.#requests.has(`${businessId}/${idempotencyKey}`);
  }

  async removed(lanes: readonly string[]): Promise<readonly string[]> {
    return [...this.#lanes.keys()].filter((lane) => lane.includes('/http/') && !lanes.includes(lane));
  }

  async forgetRequests(before: number): Promise<number> {
    const old = [...this.#requests].filter(([, { at }]) => at < before);
    for (const [id] of old) this.#requests.delete(id);
    return old.length;
  }

  /** A backup of everything, and how to go back to it. */
  wholeBackup(): () => void {
    const [lanes, requests] = structuredClone([this.#lanes, this.#requests] as const);
    return () => {
      this.#lanes.clear();
      this.#requests.clear();
      for (const [lane, content] of structuredClone(lanes)) this.#lanes.set(lane, content);
      for (const [id, request] of requests) this.#requests.set(id, request);
    };
  }

  /** A backup of the lanes (slots and idempotency keys aside), and how to go back to it. */
  backup(): () => void {
    const isLane = (lane: string): boolean => !lane.includes('/http/');
    const lanes = structuredClone(new Map([...this.#lanes].filter(([lane]) => isLane(lane))));
    return () => {
      for (const lane of [...this.#lanes.keys()].filter(isLane)) this.#lanes.delete(lane);
      for (const [lane, content] of structuredClone(lanes)) this.#lanes.set(lane, content);
    };
  }

  /** The row as it is now, for checks that must not wait. */
  rowOf(lane: string): LaneRow | undefined {
    return this.#lanes.get(lane)?.row;
  }

  /** Reserved and settled on an account, over all lanes. */
  balanceOf(account: string): bigint {
    return [...this.#lanes.values()].reduce((sum, { balances }) => {
      const part = balances.get(account);
      return part ? sum + part.reserved + part.settled : sum;
    }, 0n);
  }

  /** How often something was counted for a business, by all lanes of a topology. */
  tallyOf(topology: string, businessId: string, what: string): number {
    return [...this.#lanes].reduce((sum, [lane, { tallies }]) => (lane.startsWith(`${topology}/`) ? sum + (tallies.get(`${businessId} ${what}`)?.count ?? 0) : sum), 0);
  }

  /** Accounts that anything was ever moved on. */
  accounts(): readonly string[] {
    return [...new Set([...this.#lanes.values()].flatMap(({ balances }) => [...balances.keys()]))];
  }

  lanes(): readonly string[] {
    return [...this.#lanes.keys()];
  }

  /** Rows of a table, of all lanes. */
  rows(table: string): readonly { readonly [column: string]: ColumnValue }[] {
    return [...this.#lanes.values()].flatMap(({ rows }) => [...rows].filter(([id]) => id.startsWith(`${table}:`)).map(([, row]) => row));
  }

  #content(lane: string): LaneContent {
    let content = this.#lanes.get(lane);
    if (!content) {
      content = { row: firstRow, states: new Map(), rows: new Map(), timers: new Map(), waiting: new Map(), redrives: new Set(), balances: new Map(), tallies: new Map(), holder: undefined };
      this.#lanes.set(lane, content);
    }
    return content;
  }

  #fenced(lane: string, epoch: number): LaneContent {
    const content = this.#content(lane);
    if (content.row.epoch !== epoch) throw new SupersededError(`${lane}: epoch ${epoch}, now ${content.row.epoch}`);
    return content;
  }

  /** All of the moves, or none. */
  #move({ balances }: LaneContent, moves: readonly BalanceMove[]): void {
    for (const { account, reserved, settled, limit } of moves) {
      if (limit !== null && reserved + settled > 0n && this.balanceOf(account) + reserved + settled > limit) throw new OverLimitError(`${account} would come above ${limit} micros`);
    }
    for (const { account, reserved, settled } of moves) {
      const known = balances.get(account);
      balances.set(account, { reserved: reserved + (known?.reserved ?? 0n), settled: settled + (known?.settled ?? 0n) });
    }
  }

  async #moveRow(content: LaneContent, epoch: number, row: Omit<LaneRow, 'epoch'>): Promise<Acked> {
    if (!this.log) {
      content.row = { ...row, epoch };
      return {};
    }
    const acked: { [place: string]: number } = {};
    for (const append of row.pending) {
      acked[`${append.topic}/${append.partition}`] = (await this.log.append(append)) + append.records.length;
    }
    content.row = { ...row, epoch, acked: { ...row.acked, ...acked }, pending: [] };
    return acked;
  }
}

function rowId(table: string, key: { readonly [column: string]: string | number | boolean }): string {
  return `${table}:${canonical(key)}`;
}

/** JSON with sorted keys. Bytes are given as hex. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner instanceof Uint8Array) return Array.from(inner, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (typeof inner === 'bigint') return inner.toString();
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
