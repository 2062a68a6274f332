import { identifier, type Database } from '../database/database.js';

/** Who takes part in a service, and which lane is whose. In the service's schema, beside the epochs that keep a lane from two at once. */
export function leaseTablesSql(schema: string): string {
  const own = identifier(schema);
  return `
    create table ${own}.member (
      holder text primary key,
      until timestamptz not null
    );
    comment on table ${own}.member is 'processes of this service; one that has not been heard of by "until" has lost its lanes';
    create table ${own}.lease (
      lane text primary key,
      holder text not null references ${own}.member on delete cascade
    );
    create index lease_holder on ${own}.lease (holder);`;
}

/** Members and leases at one moment. */
export interface LeasePicture {
  /** Names of all members, ourselves included, sorted. */
  readonly members: readonly string[];
  /** Lane to holder. */
  readonly leases: ReadonlyMap<string, string>;
}

/**
 * Which process of a service runs which lane. Times are the database's own, so members' clocks need not agree. A lease only spares work that
 * would be refused: what keeps a lane right is its epoch.
 */
export class LaneLeases {
  readonly #sql: ReturnType<typeof statements>;

  constructor(
    private readonly database: Database,
    schema: string,
  ) {
    this.#sql = statements(identifier(schema));
  }

  /** Says that we live for `leaseMs` more, removes those that do not, and shows who is there. */
  async renew(holder: string, leaseMs: number): Promise<LeasePicture> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(this.#sql.join, [holder, leaseMs]);
      await transaction.query(this.#sql.expire, [holder]);
      const { rows: members } = await transaction.query<{ holder: string }>(this.#sql.members, []);
      const { rows: leases } = await transaction.query<{ lane: string; holder: string }>(this.#sql.leases, []);
      return { members: members.map((row) => row.holder), leases: new Map(leases.map((row) => [row.lane, row.holder])) };
    });
  }

  /** Takes those of the lanes that are free, and returns them. */
  async take(holder: string, lanes: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ lane: string }>(this.#sql.take, [holder, [...lanes].sort()]);
    return rows.map(({ lane }) => lane);
  }

  /** Gives lanes back. */
  async give(holder: string, lanes: readonly string[]): Promise<void> {
    await this.database.query(this.#sql.give, [holder, lanes]);
  }

  /** Leaves, and gives back every lane. */
  async leave(holder: string): Promise<void> {
    await this.database.query(this.#sql.leave, [holder]);
  }
}

function statements(schema: string) {
  return {
    join: `
      insert into ${schema}.member (holder, until) values ($1, clock_timestamp() + $2::bigint * interval '1 millisecond')
      on conflict (holder) do update set until = excluded.until`,
    // Rows another member is just renewing are passed over: it lives.
    expire: `
      delete from ${schema}.member where holder in (
        select holder from ${schema}.member where until < clock_timestamp() and holder <> $1 order by holder for update skip locked)`,
    members: `select holder from ${schema}.member order by holder collate "C"`,
    leases: `select lane, holder from ${schema}.lease`,
    // Only a member can hold a lease: one that was just removed for its silence takes nothing.
    take: `
      insert into ${schema}.lease (lane, holder)
      select lane, $1 from unnest($2::text[]) as lane where exists (select 1 from ${schema}.member where holder = $1)
      on conflict do nothing returning lane`,
    give: `delete from ${schema}.lease where holder = $1 and lane = any($2::text[])`,
    leave: `delete from ${schema}.member where holder = $1`,
  };
}
