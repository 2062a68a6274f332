import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@parley/bus-postgres';
import { emptyDatabase } from '../lanes/filled-database.fixture.js';
import { openLanes } from '../lanes/lanes.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { listWaiting, requestRedrive, type RedriveRequest } from './redrive.js';

let database: Database;
beforeAll(async () => void (database = await emptyDatabase()), 60_000);
afterAll(async () => database.close());

async function list(json = false) {
  const terminal = memoryTerminal();
  await listWaiting(database, { json, environment: {} }, terminal);
  return terminal.lines.join('\n');
}

async function ask(request: Omit<RedriveRequest, 'json' | 'environment'>) {
  const terminal = memoryTerminal();
  await requestRedrive(database, { ...request, json: false, environment: {} }, terminal);
  return terminal.lines.join('\n');
}

async function requested(lane: string): Promise<readonly string[]> {
  const { lanes, close } = await openLanes(database, {});
  await close();
  return lanes.find(({ name }) => name === lane)!.store.redriveRequests(lane, 100);
}

describe('redrive', () => {
  it('says so where nothing waits', async () => {
    expect(await list()).toBe('No key waits.');
  });

  it('lists what waits, with the first error of each key, and asks for one key or for all', async () => {
    const put = (key: string, offset: number, error: string) =>
      database.query(`insert into windows.waiting (lane, key, record_offset, business_id, value, error) values ('windows/1', '${key}', ${offset}, 'b', '\\x00', '${error}')`);
    await put('b.c1', 7, 'MissingFromCatalog: no policy is in force');
    await put('b.c1', 9, '');
    await put('b.c2', 8, 'FrameError: unknown schema');
    expect(JSON.parse(await list(true))).toEqual({
      waiting: [
        { lane: 'windows/1', key: 'b.c1', records: 2, more: false, firstOffset: 7, error: 'MissingFromCatalog: no policy is in force', asked: false },
        { lane: 'windows/1', key: 'b.c2', records: 1, more: false, firstOffset: 8, error: 'FrameError: unknown schema', asked: false },
      ],
    });
    expect(await ask({ lane: 'windows/1', wanted: { key: 'b.c1' } })).toBe('Asked windows/1 to handle b.c1 again.');
    expect(await requested('windows/1')).toEqual(['b.c1']);
    expect((await list(true)).match(/"asked":true/g)).toHaveLength(1);
    expect(await list()).toMatch(/│ windows\/1 │ b\.c1 │ +2 │ offset 7: MissingFromCatalog: no policy is in force \(a │/);
    expect(await ask({ lane: 'windows/1', wanted: 'all' })).toBe('Asked windows/1 to handle 2 keys again.');
    expect(await requested('windows/1')).toEqual(['b.c1', 'b.c2']);
  });

  it('lets a paused lane go on where no key waits', async () => {
    expect(await ask({ lane: 'feed/0', wanted: 'all' })).toContain('should it be paused');
    expect(await requested('feed/0')).toEqual(['*']);
  });

  it('refuses a lane or key that is not there', async () => {
    await expect(ask({ lane: 'windows/9', wanted: 'all' })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('windows/0, windows/1') });
    await expect(ask({ lane: 'windows/1', wanted: { key: 'b.c3' } })).rejects.toMatchObject({ exitCode: 1, fix: expect.stringContaining('--list') });
  });
});
