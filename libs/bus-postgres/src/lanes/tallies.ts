import type { LaneCommit } from '@parley/bus';
import { identifier } from '../database/database.js';
import { arrayOf } from './arrays.js';
import type { Statement } from './statement.js';

/** The table of what each lane has counted, per business. */
export function tallyTableSql(schema: string): string {
  const own = identifier(schema);
  return `
    create table if not exists ${own}.tally (
      lane text not null,
      business_id text not null,
      what text not null,
      count bigint not null,
      primary key (lane, business_id, what)
    ) with (fillfactor = 80);
    comment on table ${own}.tally is 'what a lane has counted, moved with its commits: the books in which messages are counted';`;
}

/** Counts that move with a lane's commits, in one statement. */
export class TallyTable {
  readonly #table: string;

  constructor(schema: string) {
    this.#table = `${identifier(schema)}.tally`;
  }

  statements(lane: string, { tallies }: Pick<LaneCommit, 'tallies'>): Statement[] {
    if (tallies.length === 0) return [];
    const sql = `
      insert into ${this.#table} as t (lane, business_id, what, count)
      select $1, * from unnest($2::text[], $3::text[], $4::bigint[])
      on conflict (lane, business_id, what) do update set count = t.count + excluded.count`;
    const columns = [arrayOf('text', tallies.map(({ businessId }) => businessId)), arrayOf('text', tallies.map(({ what }) => what)), arrayOf('bigint', tallies.map(({ count }) => count))];
    return [{ sql, params: [lane, ...columns] }];
  }

  get resetSql(): string {
    return `delete from ${this.#table} where lane = $1`;
  }

  get dumpSql(): string {
    return `select business_id, what, count::text from ${this.#table} where lane = $1`;
  }
}
