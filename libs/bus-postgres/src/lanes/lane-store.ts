import type { Acked, DueTimer, LaneCommit, LaneRow, RebuildStore, WaitingRecord } from '@parley/bus';
import type { Table } from '@parley/contracts';
import { identifier, type Database } from '../database/database.js';
import type { EmbeddedLog } from '../log/embedded-log.js';
import { BalanceTable } from './balances.js';
import { dumpLane } from './dump.js';
import { asDataError } from './errors.js';
import { LaneRows } from './lane-rows.js';
import { partitionOfLane, Projections } from './projections.js';
import { KeyTables } from './key-tables.js';
import { TallyTable } from './tallies.js';

export interface LaneStoreOptions {
  /** The service's schema: `laneTablesSql` and `projectionTableSql` made its tables. */
  readonly schema: string;
  /** The topologies whose lanes this store keeps, with their projections. */
  readonly topologies: readonly { readonly name: string; readonly tables: readonly Table[] }[];
  /** The embedded log in the same database: commits then append as well. */
  readonly log?: EmbeddedLog;
}

/** The lanes of one service in PostgreSQL. */
export class PostgresLaneStore implements RebuildStore {
  readonly #rows: LaneRows;
  readonly #keys: KeyTables;
  readonly #projections: Projections;
  readonly #balances: BalanceTable;
  readonly #tallies: TallyTable;
  readonly #schema: string;

  constructor(
    private readonly database: Database,
    { schema, topologies, log }: LaneStoreOptions,
  ) {
    this.#schema = identifier(schema);
    this.#rows = new LaneRows(database, schema, log);
    this.#keys = new KeyTables(schema);
    this.#projections = new Projections(schema, topologies);
    this.#balances = new BalanceTable(schema);
    this.#tallies = new TallyTable(schema);
  }

  get appendsInCommit(): boolean {
    return this.#rows.log !== undefined;
  }

  load(lane: string): Promise<LaneRow | undefined> {
    return this.#rows.load(lane);
  }

  claim(lane: string, unless?: number): Promise<LaneRow> {
    return this.#rows.claim(lane, unless);
  }

  async commit(lane: string, epoch: number, { row, ...change }: LaneCommit): Promise<Acked> {
    const statements = [...this.#keys.statements(lane, change), ...this.#projections.statements(lane, change.rows), ...this.#tallies.statements(lane, change), ...this.#balances.statements(lane, change)];
    try {
      const { acked, announce } = await this.database.transaction((transaction) => this.#rows.commit(transaction, lane, epoch, row, statements));
      announce();
      return acked;
    } catch (error) {
      throw asDataError(error);
    }
  }

  async states(lane: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (keys.length === 0) return new Map();
    const sql = `select key, state from ${this.#schema}.state where lane = $1 and key = any($2::text[])`;
    const { rows } = await this.database.query<{ key: string; state: string }>(sql, [lane, keys]);
    return new Map(rows.map(({ key, state }) => [key, state]));
  }

  balances(accounts: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.#balances.of(this.database, accounts);
  }

  balancesOf(lane: string): Promise<ReadonlyMap<string, { readonly reserved: bigint; readonly settled: bigint }>> {
    return this.#balances.ofLane(this.database, lane);
  }

  async waitingKeys(lane: string, limit: number): Promise<readonly string[]> {
    return this.#keysOf(`select distinct key from ${this.#schema}.waiting where lane = $1 order by key limit $2`, lane, limit);
  }

  async waitingRecords(lane: string, key: string, limit: number): Promise<readonly WaitingRecord[]> {
    const sql = `
      select key, business_id as "businessId", record_offset as "offset", value, error from ${this.#schema}.waiting
      where lane = $1 and key = $2 order by record_offset limit $3`;
    return (await this.database.query<WaitingRecord>(sql, [lane, key, limit])).rows;
  }

  async dueTimers(lane: string, now: number, limit: number): Promise<readonly DueTimer[]> {
    const sql = `
      select key, business_id as "businessId", name, subject, due_at as "dueAt" from ${this.#schema}.timer
      where lane = $1 and due_at <= $2 order by due_at limit $3`;
    return (await this.database.query<DueTimer>(sql, [lane, now, limit])).rows;
  }

  async redriveRequests(lane: string, limit: number): Promise<readonly string[]> {
    return this.#keysOf(`select key from ${this.#schema}.redrive where lane = $1 order by key limit $2`, lane, limit);
  }

  async requestRedrive(lane: string, key: string): Promise<void> {
    const sql = `
      insert into ${this.#schema}.redrive (lane, key, business_id)
      values ($1, $2, coalesce((select business_id from ${this.#schema}.waiting where lane = $1 and key = $2 order by record_offset limit 1), '*'))
      on conflict do nothing`;
    await this.database.query(sql, [lane, key]);
  }

  async reset(lane: string): Promise<void> {
    await this.database.transaction(async (transaction) => {
      for (const table of ['state', 'timer', 'waiting', 'redrive']) await transaction.query(`delete from ${this.#schema}.${table} where lane = $1`, [lane]);
      await transaction.query(this.#tallies.resetSql, [lane]);
      for (const { resetSql } of this.#projections.of(lane)) await transaction.query(resetSql, [partitionOfLane(lane)]);
    });
  }

  dump(lane: string): Promise<string> {
    return dumpLane(this.database, this.#schema, lane, this.#projections.of(lane), { balance: this.#balances.dumpSql, tally: this.#tallies.dumpSql });
  }

  async #keysOf(sql: string, lane: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ key: string }>(sql, [lane, limit]);
    return rows.map(({ key }) => key);
  }
}
