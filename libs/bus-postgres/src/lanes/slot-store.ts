import { SupersededError, type Acked, type LaneRow, type SlotOutcome, type SlotRequest, type SlotStore } from '@parley/bus';
import { identifier, type Database, type Queryable } from '../database/database.js';
import type { EmbeddedLog } from '../log/embedded-log.js';
import { asDataError } from './errors.js';
import { LaneRows } from './lane-rows.js';
import { laneColumns, toLaneRow, type StoredLane } from './row.js';

export interface SlotStoreOptions {
  readonly schema: string;
  /** The embedded log in the same database: commits then append as well. */
  readonly log?: EmbeddedLog;
}

interface StoredRequest {
  readonly business_id: string;
  readonly key: string;
  readonly body_hash: string;
  readonly answer: string;
}

/** The HTTP slots of one service in PostgreSQL. */
export class PostgresSlotStore implements SlotStore {
  readonly #rows: LaneRows;
  readonly #sql: ReturnType<typeof statements>;

  constructor(
    private readonly database: Database,
    { schema, log }: SlotStoreOptions,
  ) {
    this.#rows = new LaneRows(database, schema, log);
    this.#sql = statements(identifier(schema));
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

  async lease(lanes: readonly string[], holder: string, now: number, leaseMs: number): Promise<{ lane: string; row: LaneRow } | undefined> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(this.#sql.make, [[...lanes].sort()]);
      const { rows } = await transaction.query<StoredLane & { lane: string }>(this.#sql.lease, [lanes, holder, now, now + leaseMs]);
      return rows[0] && { lane: rows[0].lane, row: toLaneRow(rows[0]) };
    });
  }

  async renew(lane: string, epoch: number, holder: string, now: number, leaseMs: number): Promise<void> {
    const { rowCount } = await this.database.query(this.#sql.renew, [lane, epoch, leaseMs === 0 ? null : holder, leaseMs === 0 ? null : now + leaseMs]);
    if (rowCount === 0) throw new SupersededError(`${lane}: epoch ${epoch} is no longer its epoch`);
  }

  async commitRequests(
    lane: string,
    epoch: number,
    requests: readonly SlotRequest[],
    build: (taken: readonly boolean[], outcomes: readonly SlotOutcome[]) => Omit<LaneRow, 'epoch'>,
  ): Promise<{ outcomes: readonly SlotOutcome[]; acked: Acked }> {
    try {
      const { outcomes, moved } = await this.database.transaction(async (transaction) => {
        await this.#rows.guard(transaction, lane, epoch);
        const outcomes = await this.#take(transaction, requests);
        const row = build(outcomes.map(({ kind }) => kind === 'taken'), outcomes);
        return { outcomes, moved: await this.#rows.move(transaction, lane, epoch, row) };
      });
      moved.announce();
      return { outcomes, acked: moved.acked };
    } catch (error) {
      throw asDataError(error);
    }
  }

  /** Stores the keys that are new, in key order, so that two slots with the same keys cannot wait for each other. */
  async #take(transaction: Queryable, requests: readonly SlotRequest[]): Promise<SlotOutcome[]> {
    const firsts = new Map<string, SlotRequest>();
    for (const request of requests) if (!firsts.has(idOf(request))) firsts.set(idOf(request), request);
    const known = new Map<string, StoredRequest>();
    const taken = new Set<string>();
    let left = [...firsts.keys()].sort();
    while (left.length > 0) {
      const { rows: stored } = await transaction.query<StoredRequest>(this.#sql.store, requestParameters(left.map((id) => firsts.get(id)!)));
      for (const row of stored) taken.add(storedId(row));
      left = left.filter((id) => !taken.has(id));
      if (left.length === 0) break;
      const { rows: found } = await transaction.query<StoredRequest>(this.#sql.find, requestParameters(left.map((id) => firsts.get(id)!)).slice(0, 2));
      for (const row of found) known.set(storedId(row), row);
      // A key that was there a moment ago and is not found has just been forgotten: then it is new after all.
      left = left.filter((id) => !known.has(id));
    }
    return requests.map((request) => outcomeOf(request, firsts, known));
  }

  async knows(businessId: string, idempotencyKey: string): Promise<boolean> {
    return (await this.database.query(this.#sql.knows, [businessId, idempotencyKey])).rows.length > 0;
  }

  async removed(lanes: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ lane: string }>(this.#sql.removed, [lanes]);
    return rows.map(({ lane }) => lane);
  }

  async forgetRequests(before: number): Promise<number> {
    return (await this.database.query(this.#sql.forget, [before])).rowCount;
  }
}

/** A request's identity: its key within its business. */
function idOf({ businessId, idempotencyKey }: SlotRequest): string {
  return JSON.stringify([businessId, idempotencyKey]);
}

function storedId({ business_id, key }: StoredRequest): string {
  return JSON.stringify([business_id, key]);
}

function outcomeOf(request: SlotRequest, firsts: ReadonlyMap<string, SlotRequest>, known: ReadonlyMap<string, StoredRequest>): SlotOutcome {
  const id = idOf(request);
  const stored = known.get(id);
  const first = firsts.get(id)!;
  if (stored === undefined && first === request) return { kind: 'taken' };
  const { hash, answer } = stored ? { hash: stored.body_hash, answer: stored.answer } : { hash: first.bodyHash, answer: first.answer };
  return hash === request.bodyHash ? { kind: 'repeated', answer } : { kind: 'conflict' };
}

function requestParameters(requests: readonly SlotRequest[]): unknown[] {
  return [
    requests.map(({ businessId }) => businessId),
    requests.map(({ idempotencyKey }) => idempotencyKey),
    requests.map(({ bodyHash }) => bodyHash),
    requests.map(({ answer }) => answer),
    requests.map(({ at }) => at),
  ];
}

function statements(schema: string) {
  return {
    make: `insert into ${schema}.lane (lane) select * from unnest($1::text[]) on conflict do nothing`,
    // Slots with output still pending first: nobody else would append it. Locked ones are skipped: another process is taking them.
    lease: `
      update ${schema}.lane set epoch = epoch + 1, holder = $2, lease_until = $4
      where lane = (
        select lane from ${schema}.lane
        where lane = any($1::text[]) and (holder is null or holder = $2 or lease_until <= $3)
        order by pending is null, lane limit 1 for update skip locked
      )
      returning lane, ${laneColumns}`,
    renew: `update ${schema}.lane set holder = $3, lease_until = $4 where lane = $1 and epoch = $2`,
    store: `
      insert into ${schema}.idempotency (business_id, key, body_hash, answer, at)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
      on conflict do nothing
      returning business_id, key`,
    // From the keys to the rows, one by one: a join would be planned while the table is empty, and read all of it once it is not.
    find: `
      select i.* from unnest($1::text[], $2::text[]) as q(business_id, key), lateral (
        select business_id, key, body_hash, answer from ${schema}.idempotency where business_id = q.business_id and key = q.key limit 1
      ) i`,
    knows: `select 1 from ${schema}.idempotency where business_id = $1 and key = $2`,
    removed: `select lane from ${schema}.lane where lane like '%/http/%' and lane <> all($1::text[])`,
    forget: `delete from ${schema}.idempotency where at < $1`,
  };
}
