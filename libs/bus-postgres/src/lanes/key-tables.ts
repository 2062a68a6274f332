import type { LaneCommit } from '@parley/bus';
import { identifier } from '../database/database.js';
import { arrayOf } from './arrays.js';
import type { Statement } from './statement.js';

/** What a lane keeps per key besides its projections: states, timers, waiting records, redrive requests. One statement per table and batch. */
export class KeyTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(schema: string) {
    this.#sql = statements(identifier(schema));
  }

  statements(lane: string, change: Omit<LaneCommit, 'row'>): Statement[] {
    const run = (sql: string, rows: number, ...params: readonly unknown[]): Statement[] => (rows === 0 ? [] : [{ sql, params: [lane, ...params] }]);
    const states = [...new Map(change.states.map((state) => [state.key, state])).values()];
    const kept = states.filter(({ state }) => state !== null);
    const gone = states.filter(({ state }) => state === null);
    const timers = [...new Map(change.timers.map((set) => [set.key, set])).values()];
    const set = timers.flatMap(({ key, businessId, timers: all }) => all.map((timer) => ({ ...timer, key, businessId })));
    const { fired, waiting, redriven, answered } = change;
    return [
      ...run(this.#sql.putStates, kept.length, texts(kept, 'key'), texts(kept, 'businessId'), texts(kept, 'state')),
      ...run(this.#sql.removeStates, gone.length, texts(gone, 'key')),
      ...run(this.#sql.removeFired, fired.length, texts(fired, 'key'), texts(fired, 'name'), texts(fired, 'subject')),
      ...run(
        this.#sql.setTimers, timers.length,
        texts(timers, 'key'), texts(set, 'key'), texts(set, 'businessId'), texts(set, 'name'), texts(set, 'subject'), arrayOf('bigint', pluck(set, 'dueAt')),
      ),
      ...run(
        this.#sql.putWaiting, waiting.length,
        texts(waiting, 'key'), arrayOf('bigint', pluck(waiting, 'offset')), texts(waiting, 'businessId'), arrayOf('bytea', pluck(waiting, 'value')), texts(waiting, 'error'),
      ),
      ...run(this.#sql.removeWaiting, redriven.length, texts(redriven, 'key'), arrayOf('bigint', pluck(redriven, 'offset'))),
      ...run(this.#sql.removeRedrive, answered.length, arrayOf('text', answered)),
    ];
  }
}

function pluck<Row, Column extends keyof Row>(rows: readonly Row[], column: Column): Row[Column][] {
  return rows.map((row) => row[column]);
}

function texts<Row>(rows: readonly Row[], column: keyof Row): Buffer {
  return arrayOf('text', pluck(rows, column));
}

/**
 * Rows are found from the given keys by the primary key, one by one: `limit 1` keeps the planner from turning that into a join, which it would
 * plan while the tables are empty, and then read a whole lane for each batch.
 */
function statements(schema: string) {
  return {
    putStates: `
      insert into ${schema}.state (lane, key, business_id, state)
      select $1, * from unnest($2::text[], $3::text[], $4::text[])
      on conflict (lane, key) do update set state = excluded.state, business_id = excluded.business_id`,
    removeStates: `delete from ${schema}.state where lane = $1 and key = any($2::text[])`,
    removeFired: `
      delete from ${schema}.timer where ctid = any(array(
        select t.ctid from unnest($2::text[], $3::text[], $4::text[]) as f(key, name, subject), lateral (
          select ctid from ${schema}.timer where lane = $1 and key = f.key and name = f.name and subject = f.subject limit 1
        ) t))`,
    // Hashed, not joined: a join would compare every timer of the batch with every other.
    setTimers: `
      with set as (
        select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) as s(key, business_id, name, subject, due_at)
      ), gone as (
        delete from ${schema}.timer t
        where t.lane = $1 and t.key = any($2::text[]) and (t.key, t.name, t.subject) not in (select key, name, subject from set)
      )
      insert into ${schema}.timer as t (lane, key, business_id, name, subject, due_at)
      select $1, * from set
      on conflict (lane, key, name, subject) do update set due_at = excluded.due_at, business_id = excluded.business_id
      where t.due_at <> excluded.due_at or t.business_id <> excluded.business_id`,
    putWaiting: `
      insert into ${schema}.waiting (lane, key, record_offset, business_id, value, error)
      select $1, * from unnest($2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::text[])`,
    removeWaiting: `
      delete from ${schema}.waiting where ctid = any(array(
        select w.ctid from unnest($2::text[], $3::bigint[]) as r(key, record_offset), lateral (
          select ctid from ${schema}.waiting where lane = $1 and key = r.key and record_offset = r.record_offset limit 1
        ) w))`,
    removeRedrive: `delete from ${schema}.redrive where lane = $1 and key = any($2::text[])`,
  };
}
