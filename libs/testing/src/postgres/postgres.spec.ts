import { afterAll, afterEach, expect, it } from '@jest/globals';
import { openPostgres } from '@parley/bus-postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from '../behaviour/jest.js';
import type { Postgres } from './postgres.js';
import { startPostgres } from './start.js';

const started = await startPostgres({ own: true });
const server = started as Postgres;
afterAll(async () => {
  if ('stop' in started) await started.stop();
});

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const database = await openPostgres(url);
  try {
    return (await database.query(sql)).rows;
  } finally {
    await database.close();
  }
}

suite('a PostgreSQL server of the tests', 'unavailable' in started ? started.unavailable : undefined, () => {
  const shared = process.env['PARLEY_TEST_POSTGRES'];
  afterEach(() => {
    if (shared === undefined) delete process.env['PARLEY_TEST_POSTGRES'];
    else process.env['PARLEY_TEST_POSTGRES'] = shared;
  });

  it('keeps what was committed, and its address, over a kill and over a restart', async () => {
    const { pid, url } = server;
    await ask(url, 'create table kept (n int)');
    await ask(url, 'insert into kept values (1)');
    await server.kill();
    await expect(ask(url, 'select 1')).rejects.toThrow();
    await server.restart();
    await ask(url, 'insert into kept values (2)');
    await server.restart();
    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    expect(await ask(url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  }, 60_000);

  it('answers nobody while it is paused, connected or not, and then everybody', async () => {
    const database = await openPostgres(server.url);
    await database.query('select 1');
    await server.pause();
    const answers = [database.query('select 1 as n').then(({ rows }) => rows), ask(server.url, 'select 1 as n')];
    expect(await Promise.race([...answers, sleep(300, 'silence')])).toBe('silence');
    await server.resume();
    expect(await Promise.all(answers)).toEqual([[{ n: 1 }], [{ n: 1 }]]);
    await database.close();
  }, 30_000);

  it('waits for the disk only where it is told to', async () => {
    expect(await ask(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    const careful = (await startPostgres({ fsync: true })) as Postgres;
    expect(await ask(careful.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await careful.stop();
  }, 30_000);

  it('is shared as databases that know nothing of each other, and nobody takes it away', async () => {
    process.env['PARLEY_TEST_POSTGRES'] = server.url;
    const [one, two] = [(await startPostgres()) as Postgres, (await startPostgres()) as Postgres];
    await ask(one.url, 'create table mine (n int)');
    await expect(ask(two.url, 'select * from mine')).rejects.toThrow('mine');
    await expect(one.kill()).rejects.toThrow('shared');
    await one.stop();
    await two.stop();
    await expect(ask(one.url, 'select 1')).rejects.toThrow('does not exist');
    expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  }, 30_000);
});
