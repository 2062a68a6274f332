import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PGlite } from '@electric-sql/pglite';
import { fdatasyncSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.js';
import { DurableFiles } from './durable-files.js';
import { openPglite } from './pglite.js';
import { PgliteSession } from './session.js';
import { Turns } from './turns.js';
import { Upkeep } from './upkeep.js';

const root = mkdtempSync(join(tmpdir(), 'parley-pglite-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('PGlite in a folder', () => {
  it('asks the disk to write at every commit', async () => {
    let synced = 0;
    const sync = (descriptor: number): void => {
      synced += 1;
      fdatasyncSync(descriptor);
    };
    const startParams = [...PGlite.defaultStartParams.filter((option) => option !== '-F'), '-c', 'wal_sync_method=fsync'];
    const engine = await PGlite.create({ fs: new DurableFiles(join(root, 'counted'), sync), startParams });
    const session = new PgliteSession(engine);
    await session.run('create table item (id integer)');
    const before = synced;
    for (let id = 0; id < 10; id += 1) await session.run('insert into item values ($1)', [id]);
    expect(synced - before).toBeGreaterThanOrEqual(10);
    await session.close();
  });

  it('is opened that way, unless told otherwise', async () => {
    for (const [durable, fsync] of [[true, 'on'], [false, 'off']] as const) {
      const database = await openPglite({ folder: join(root, `durable-${durable}`), durable });
      const { rows } = await database.query(`select current_setting('fsync') as fsync, current_setting('wal_sync_method') as method`);
      expect(rows).toEqual([{ fsync, method: durable ? 'fsync' : expect.anything() }]);
      await database.close();
    }
  });
});

describe('PGlite', () => {
  let database: Database;
  beforeAll(async () => void (database = await openPglite({ memory: true })));
  afterAll(() => database.close());

  it('lets timers and sockets have their turn while it is busy', async () => {
    let fired = 0;
    const timer = setInterval(() => (fired += 1), 1);
    const until = performance.now() + 300;
    while (performance.now() < until) await database.transaction((transaction) => transaction.query('select 1'));
    clearInterval(timer);
    expect(fired).toBeGreaterThan(10);
  });

  it('finishes what is running before it closes, and then says that it is closed', async () => {
    const closing = await openPglite({ memory: true });
    await closing.query('create table item (id integer)');
    const running = closing.transaction(async (transaction) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return (await transaction.query('insert into item values (1)')).rowCount;
    });
    await Promise.all([closing.close(), closing.close()]);
    expect(await running).toBe(1);
    await expect(closing.query('select 1')).rejects.toThrow('closed');
  });

  it('does not go on after the engine has stopped', async () => {
    const session = new PgliteSession({ execProtocolStream: async () => [] } as unknown as PGlite);
    await expect(session.run('select 1')).rejects.toThrow('has stopped');
    await expect(session.run('select 1')).rejects.toThrow('Restart');
  });
});

describe('upkeep', () => {
  it.each(['postgres', 'lowly'])('removes dead rows and writes a checkpoint, and leaves the session %s’s', async (role) => {
    const session = new PgliteSession(await PGlite.create());
    const upkeep = new Upkeep(session, new Turns());
    await session.run('create table item (id integer primary key, n integer); insert into item select i, 0 from generate_series(1, 3000) i');
    await session.run('update item set n = 1');
    if (role !== 'postgres') await session.run(`create role ${role}`);
    await session.run(`set session authorization ${role}`);
    const look = async (): Promise<Record<string, unknown>> => {
      await session.run('select pg_stat_force_next_flush()');
      return (await session.run(`select n_dead_tup as dead, n_mod_since_analyze as changed, (select redo_lsn::text from pg_control_checkpoint()) as redo from pg_stat_user_tables`)).rows[0]!;
    };
    const before = await look();
    expect(before).toMatchObject({ dead: 3000 });
    await upkeep.run();
    const after = await look();
    expect(after).toMatchObject({ dead: 0, changed: 0 });
    expect(after['redo']).not.toBe(before['redo']);
    expect((await session.run('select session_user as role')).rows).toEqual([{ role }]);
    upkeep.stop();
    await session.close();
  });
});
