import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@parley/bus-postgres';
import { filledDatabase } from '../lanes/filled-database.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runRebuild, type RebuildOptions } from './rebuild.js';

let database: Database;
beforeAll(async () => void (database = await filledDatabase()), 60_000);
afterAll(async () => database.close());

async function rebuild(options: Partial<RebuildOptions> = {}, on = database) {
  const terminal = memoryTerminal();
  const exit = await runRebuild(on, { services: [], check: true, json: false, environment: {}, ...options }, terminal);
  return { exit, text: terminal.lines.join('\n'), remarks: terminal.remarks.join('\n') };
}

async function count(table: string): Promise<number> {
  return (await database.query<{ n: number }>(`select count(*) as n from ${table}`, [])).rows[0]!.n;
}

describe('rebuild', () => {
  it('makes from the log what lanes that never ran would hold, and says that it was not there before', async () => {
    const { exit, remarks } = await rebuild();
    expect([exit, await count('billing.charge'), await count('windows.window'), await count('notifications.notification')]).toEqual([1, 12, 9, 2]);
    expect(remarks).toContain('the log says it, and it was missing');
    expect(remarks).toContain('had not read all of the log when the platform stopped');
  });

  it('finds what it made itself the same, lane by lane', async () => {
    const { exit, text, remarks } = await rebuild();
    expect([exit, remarks]).toEqual([0, '']);
    expect(text).toMatch(/│ billing\/[01] +│ +\d+ │ +\d+ │ +0 │ +0 │ yes +│/);
    expect(text.match(/│ yes/g)).toHaveLength(36);
  });

  it('names a row that somebody changed, repairs it, and fails', async () => {
    await database.query(`update billing.charge set amount_micros = 1 where market = 'India'`);
    const { exit, text, remarks } = await rebuild();
    expect([exit, text]).toEqual([1, expect.stringContaining('no: 1 entries')]);
    expect(remarks).toMatch(/^billing\/[01]: row of charge \{"charge_id":"[^"]+"\}: amount_micros was 1, the log says 1400\n/);
    expect((await database.query<{ n: number }>(`select amount_micros as n from billing.charge where market = 'India'`, [])).rows).toEqual([{ n: 1400 }]);
    expect((await rebuild()).exit).toBe(0);
  });

  it('names a row that somebody removed, and one that somebody added', async () => {
    await database.query(`update windows.state set key = 'blue-door.nobody' where key = (select min(key) from windows.state)`);
    const { exit, remarks } = await rebuild({ services: ['windows'] });
    expect(exit).toBe(1);
    expect(remarks).toMatch(/state of blue-door\.nobody: it was there, and the log says nothing of it/);
    expect(remarks).toMatch(/state of blue-door\.c\w+: the log says it, and it was missing/);
  });

  it('does not compare rows whose time is over', async () => {
    await database.query('delete from delivery.envelope');
    expect((await rebuild({ services: ['delivery'] })).exit).toBe(0);
    expect(await count('delivery.envelope')).toBe(23);
  });

  it('says what can be rebuilt, for programs too', async () => {
    await expect(rebuild({ services: ['gateway'] })).rejects.toMatchObject({ exitCode: 2, fix: 'choose among ingest, notifications, windows, delivery, billing.' });
    const { text } = await rebuild({ services: ['billing'], json: true });
    const lanes = ['billing/0', 'billing/1', 'invoicing/0', 'invoicing/1', 'spend/0', 'spend/1', 'late/0', 'late/1', 'businesses/0'];
    expect(JSON.parse(text)).toMatchObject({ lanes: lanes.map((lane) => ({ lane, identical: true, behind: 0, missing: 0 })) });
    expect((await rebuild({ services: ['billing'], check: false })).text).toContain('not compared');
  });

  it('is refused while a platform on a server holds slots', async () => {
const { query, transaction, as } = { query: database.query.bind(database), transaction: database.transaction.bind(database), as: database.as.bind(database) };
    const unused = { listen: async () => async () => undefined, typeormDriver: () => ({}), close: async () => undefined };
    const onServer: Database = { kind: 'postgres', query, transaction, as, ...unused };
    await database.query(`insert into delivery.lane (lane, holder, lease_until) values ('delivery/http/0', 'somebody', ${Date.now() + 10_000})`);
    await expect(rebuild({}, onServer)).rejects.toMatchObject({ name: 'Failure', message: expect.stringContaining('delivery/http/0'), fix: expect.stringContaining('stop all its processes') });
    await database.query(`update delivery.lane set lease_until = ${Date.now() - 1} where lane = 'delivery/http/0'`);
    expect((await rebuild({ services: ['billing'] }, onServer)).exit).toBe(0);
  });
});
