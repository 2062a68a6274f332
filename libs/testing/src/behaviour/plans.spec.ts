import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administer, EmbeddedLog, laneTablesSql, logTablesSql, openPglite, ownerRole, PostgresLaneStore, PostgresSlotStore, projectionTableSql, tenantSql, type Database, type Queryable } from '@parley/bus-postgres';
import type { LaneCommit } from '@parley/bus';
import { behaviourTable, behaviourTopologies } from './lane-store.js';
import { behaviourTopic, record } from './log.js';

let database: Database;
const runner = ownerRole('svc');
const seen = new Set<string>();

/** The database, noting the text of every prepared statement. */
function noting(of: Queryable): Queryable['query'] {
  return (sql, params) => {
    if (params) seen.add(sql);
    return of.query(sql, params);
  };
}

beforeAll(async () => {
  database = await openPglite({ memory: true });
  await administer(database, { services: ['svc'] });
  await database.as({ role: ownerRole('log') }).query(logTablesSql());
  const walls = ['state', 'timer', 'waiting', 'redrive', 'idempotency', 'balance', 'tally', behaviourTable.name].map((table) => tenantSql({ schema: 'svc', table }));
  await database.as({ role: runner }).query([laneTablesSql('svc'), projectionTableSql('svc', behaviourTable), ...walls].join(';'));
  await everyStatement();
}, 60_000);
afterAll(() => database?.close());

/** Does once whatever lanes, slots and logs do while they run. */
async function everyStatement(): Promise<void> {
  const transaction: Database['transaction'] = (work) => database.transaction((inner) => work({ ...inner, query: noting(inner) }));
  const noted = Object.assign(Object.create(database) as Database, { kind: 'pglite', transaction, query: noting(database) });
  const log = await EmbeddedLog.open(noted, { clock: () => 0, topics: [{ name: behaviourTopic, partitions: 2, retentionMs: 1 }] });
  seen.clear();
  const lanes = new PostgresLaneStore(noted, { schema: 'svc', topologies: behaviourTopologies, log });
  const slots = new PostgresSlotStore(noted, { schema: 'svc', log });
  const row = await lanes.claim('view/0');
  const pending = [0, 1].map((partition) => ({ topic: behaviourTopic, partition, firstNumber: 1, records: [record('k', 'v')] }) as const);
  const key = { conversation_id: 'c', message_id: 'm' };
  const timer = { key: 'k', businessId: 'b', name: 'n', subject: 's', dueAt: 1 };
  const columns = { ...key, business_id: 'b', at: 1, micros: null, lines: null, open: null, envelope: null, detail: null };
  const change: LaneCommit = {
    row: { ...row, pending },
    states: [{ key: 'k', businessId: 'b', state: '{}' }, { key: 'gone', businessId: 'b', state: null }],
    rows: [{ table: behaviourTable.name, key, row: columns }, { table: behaviourTable.name, key: { ...key, message_id: 'gone' }, row: null }],
    timers: [{ key: 'k', businessId: 'b', timers: [timer] }],
    tallies: [{ businessId: 'b', what: 'sent', count: 1 }],
    balances: [{ account: 'a', reserved: 1n, settled: 0n, limit: 9n }],
    fired: [timer],
    waiting: [{ key: 'k', businessId: 'b', offset: 1, value: new Uint8Array(1), error: 'e' }],
    redriven: [{ key: 'k', offset: 0 }],
    answered: ['k'],
  };
  await lanes.commit('view/0', row.epoch, change);
  await lanes.commit('view/0', row.epoch, { ...change, waiting: [], row: { ...row, pending: pending.slice(1) } });
  await Promise.all([lanes.load('view/0'), lanes.states('view/0', ['k']), lanes.waitingKeys('view/0', 1), lanes.waitingRecords('view/0', 'k', 1)]);
  await Promise.all([lanes.dueTimers('view/0', 9, 1), lanes.redriveRequests('view/0', 1), lanes.requestRedrive('view/0', 'k')]);
  await Promise.all([lanes.balances(['a']), lanes.balancesOf('view/0')]);
  const slot = (await slots.lease(['svc/http/0'], 'a', 0, 1))!;
  const request = { businessId: 'b', idempotencyKey: 'i', bodyHash: 'h', answer: 'a', at: 0 };
  for (let repeat = 0; repeat < 2; repeat += 1) await slots.commitRequests(slot.lane, slot.row.epoch, [request], () => slot.row);
  await slots.renew(slot.lane, slot.row.epoch, 'a', 0, 1);
  await slots.forgetRequests(0);
  await log.read(behaviourTopic, 0, 0, 10);
  await log.end(behaviourTopic, 0);
  await log.trim();
  await log.close();
}

describe('the plan of every prepared statement, made while the tables are empty', () => {
  it.each([null, runner])('finds rows by an index, and compares no list with another one (as %s)', async (role) => {
    const planner = role === null ? database : database.as({ role });
    expect(seen.size).toBeGreaterThan(25);
    for (const sql of seen) {
      const { rows } = await planner.query<{ 'QUERY PLAN': string }>(`explain (generic_plan, costs off) ${sql}`);
      const lines = rows.map((row) => row['QUERY PLAN']);
      const plan = lines.join('\n');
      // Lists that came with the statement may be hashed; a table may not, for that reads all of it.
      expect(plan).not.toMatch(/Seq Scan|Join Filter|Merge|Hash *\n *-> *Index/);
      lines.forEach((line, index) => {
        if (/Index (Only )?Scan/.test(line)) expect([plan, lines[index + 1]]).toEqual([plan, expect.stringContaining('Index Cond')]);
      });
    }
  });
});
