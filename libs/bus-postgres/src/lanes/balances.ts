import { OverLimitError, type LaneCommit } from '@parley/bus';
import { identifier, type Database } from '../database/database.js';
import { arrayOf } from './arrays.js';
import type { Statement } from './statement.js';

/** The table of what each lane of a service moves on balances that many keys share. An account spans businesses, so every row is the operator's. */
export function balanceTableSql(schema: string): string {
  const own = identifier(schema);
  return `
    create table if not exists ${own}.balance (
      account text not null,
      lane text not null,
      business_id text not null default '*',
      reserved bigint not null,
      settled bigint not null,
      primary key (account, lane)
    ) with (fillfactor = 80);
    create index if not exists balance_lane on ${own}.balance (lane);
    comment on table ${own}.balance is 'what a lane reserved and settled on an account, micros; the balance is the sum over the lanes';`;
}

/**
 * Balances as the sum of what each lane moved: a row has one writer, and a rebuild of a lane gives its rows again. Who may come to a limit takes the
 * account's lock first, in the same order as everybody, and looks at the sum when the rows are written: below it, no interleaving comes above.
 */
export class BalanceTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(schema: string) {
    this.#sql = statements(identifier(schema));
  }

  statements(lane: string, { balances }: Pick<LaneCommit, 'balances'>): Statement[] {
    if (balances.length === 0) return [];
    const limited = balances.filter(({ limit, reserved, settled }) => limit !== null && reserved + settled > 0n);
    const limitedAccounts = arrayOf('text', limited.map(({ account }) => account));
    const put: Statement = {
      sql: this.#sql.put,
      params: [
        lane,
        arrayOf('text', balances.map(({ account }) => account)),
        arrayOf('bigint', balances.map(({ reserved }) => String(reserved))),
        arrayOf('bigint', balances.map(({ settled }) => String(settled))),
      ],
    };
    if (limited.length === 0) return [put];
    const check = (above: number): void => {
      if (above > 0) throw new OverLimitError(`${lane}: ${above} balances would come above their limit`);
    };
    return [
      { sql: this.#sql.lock, params: [limitedAccounts] },
      put,
      { sql: this.#sql.above, params: [limitedAccounts, arrayOf('bigint', limited.map(({ limit }) => String(limit)))], check },
    ];
  }

  async of(database: Database, accounts: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    if (accounts.length === 0) return new Map();
    const { rows } = await database.query<{ account: string; sum: string }>(this.#sql.sum, [accounts]);
    return new Map(rows.map(({ account, sum }) => [account, BigInt(sum)]));
  }

  async ofLane(database: Database, lane: string): Promise<ReadonlyMap<string, { readonly reserved: bigint; readonly settled: bigint }>> {
    const { rows } = await database.query<{ account: string; reserved: string; settled: string }>(this.#sql.dump, [lane]);
    return new Map(rows.map(({ account, reserved, settled }) => [account, { reserved: BigInt(reserved), settled: BigInt(settled) }]));
  }

  get dumpSql(): string {
    return this.#sql.dump;
  }
}

function statements(schema: string) {
  const table = `${schema}.balance`;
  return {
    // Advisory, so that an account needs no row before its first reservation; held to the end of the transaction.
    lock: `select pg_advisory_xact_lock(k) from (select distinct hashtextextended('${table} ' || a, 0) as k from unnest($1::text[]) as u(a) order by k) as keys`,
    put: `
      insert into ${table} as b (lane, account, reserved, settled)
      select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[])
      on conflict (account, lane) do update set reserved = b.reserved + excluded.reserved, settled = b.settled + excluded.settled`,
    above: `
      select 1 from unnest($1::text[], $2::bigint[]) as l(account, most), lateral (
        select sum(b.reserved + b.settled) as sum from ${table} b where b.account = l.account
      ) s where s.sum > l.most`,
    sum: `select account, sum(reserved + settled)::text as sum from ${table} where account = any($1::text[]) group by account`,
    dump: `select account, reserved::text, settled::text from ${table} where lane = $1 and (reserved <> 0 or settled <> 0)`,
  };
}
