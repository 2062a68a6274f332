import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, FolderProblem } from './database.js';
import { openPglite } from './pglite.js';

const root = mkdtempSync(join(tmpdir(), 'parley-folder-'));
const whole = join(root, 'whole');
let made = 0;

beforeAll(async () => {
  const database = await openPglite({ folder: whole });
  await database.query('create table item (id integer); insert into item select generate_series(1, 100)');
  await database.close();
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A copy of a whole folder, to be damaged. */
function copied(from = whole): string {
  made += 1;
  const folder = join(root, `copy-${made}`);
  cpSync(from, folder, { recursive: true });
  return folder;
}

async function count(folder: string): Promise<unknown> {
  const database = await openPglite({ folder, durable: false });
  const { rows } = await database.query('select count(*) as n from item');
  await database.close();
  return rows[0];
}

function refusal(problem: FolderProblem, message: string): object {
  return expect.objectContaining({ name: 'DatabaseFolderError', problem, message: expect.stringContaining(message) }) as object;
}

describe('a data folder', () => {
  it('keeps what was committed, and leaves no lock behind', async () => {
    const folder = copied();
    expect(await count(folder)).toEqual({ n: 100 });
    expect(readdirSync(folder).sort()).toEqual(['format.json', 'pg']);
  });

  it('has all that was committed, and nothing else, after the process died within a transaction', async () => {
    const folder = copied();
    const database = await openPglite({ folder });
    await database.query('insert into item select generate_series(101, 150)');
    let dead = '';
    const unfinished = database.transaction(async (transaction) => {
      await transaction.query('insert into item select generate_series(151, 5000)');
      // What lies in the folder now is what a killed process leaves.
      dead = copied(folder);
      throw new Error('not committed');
    });
    await expect(unfinished).rejects.toThrow('not committed');
    await database.close();
    expect(existsSync(join(dead, 'lock'))).toBe(true);
    writeLock(dead, { pid: await deadPid() });
    expect(await count(dead)).toEqual({ n: 150 });
  });

  it('begins anew where the first start was cut short', async () => {
    const folder = copied();
    writeFileSync(join(folder, 'format.json'), '{"format":1,"state":"creating"}');
    rmSync(join(folder, 'pg', 'base'), { recursive: true });
    const database = await openPglite({ folder, durable: false });
    await expect(database.query('select * from item')).rejects.toThrow('does not exist');
    await database.close();
    expect(JSON.parse(readFileSync(join(folder, 'format.json'), 'utf8'))).toEqual({ format: 1, state: 'ready' });
  });

  const damages: { readonly [what: string]: readonly [(folder: string) => void, FolderProblem, string] } = {
    'its format is of a newer version': [(folder) => writeFileSync(join(folder, 'format.json'), '{"format":2,"state":"ready"}'), 'newer', 'Run that version'],
    'its format file is gone': [(folder) => rmSync(join(folder, 'format.json')), 'damaged', 'format.json is missing'],
    'its format file is torn': [(folder) => writeFileSync(join(folder, 'format.json'), '{"form'), 'damaged', 'format.json cannot be read'],
    'its format file says something else': [(folder) => writeFileSync(join(folder, 'format.json'), '{}'), 'damaged', 'nothing that is known'],
    'a newer PostgreSQL wrote it': [(folder) => writeFileSync(join(folder, 'pg', 'PG_VERSION'), '99\n'), 'newer', 'written with PostgreSQL 99'],
    'an older PostgreSQL wrote it': [(folder) => writeFileSync(join(folder, 'pg', 'PG_VERSION'), '15\n'), 'older', 'written with PostgreSQL 15'],
    'PostgreSQL’s version file is gone': [(folder) => rmSync(join(folder, 'pg', 'PG_VERSION')), 'damaged', 'PG_VERSION is missing'],
    'its control file is cut': [(folder) => truncateSync(join(folder, 'pg', 'global', 'pg_control'), 100), 'damaged', 'could not read file'],
    'its log of changes is gone': [(folder) => rmSync(join(folder, 'pg', 'pg_wal'), { recursive: true }), 'damaged', 'pg_wal'],
    'its configuration is gone': [(folder) => rmSync(join(folder, 'pg', 'postgresql.conf')), 'damaged', 'does not start'],
  };
  for (const [what, [damage, problem, message]] of Object.entries(damages)) {
    it(`says so when ${what}, and touches nothing`, async () => {
      const folder = copied();
      damage(folder);
      await expect(openPglite({ folder })).rejects.toEqual(refusal(problem, message));
      expect(existsSync(join(folder, 'lock'))).toBe(false);
      expect(existsSync(join(folder, 'pg', 'base', '1'))).toBe(true);
    });
  }

  it('says so when it is not a folder', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(openPglite({ folder: file })).rejects.toEqual(refusal('unusable', 'cannot be made'));
  });
});

describe('the lock of a data folder', () => {
  it('keeps a second user of the same process out', async () => {
    const folder = copied();
    const database: Database = await openPglite({ folder, durable: false });
    await expect(openPglite({ folder })).rejects.toEqual(refusal('locked', `in use by process ${process.pid}`));
    await database.close();
    expect(await count(folder)).toEqual({ n: 100 });
  });

  it('keeps a second process out, and is taken over when the first has died', async () => {
    const folder = copied();
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    writeLock(folder, { pid: other.pid! });
    await expect(openPglite({ folder })).rejects.toEqual(refusal('locked', `in use by process ${other.pid}`));
    const exit = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await exit;
    expect(await count(folder)).toEqual({ n: 100 });
  });

  it('is taken over from an earlier process that had our pid', async () => {
    const folder = copied();
    writeLock(folder, { pid: process.pid, started: 'another boot/1' });
    expect(await count(folder)).toEqual({ n: 100 });
  });

  it('is taken over when it is torn', async () => {
    const folder = copied();
    writeFileSync(join(folder, 'lock'), '{"pid":');
    expect(await count(folder)).toEqual({ n: 100 });
  });

  it('counts another host’s sign of life, while it is young', async () => {
    const folder = copied();
    writeLock(folder, { pid: 1, host: 'elsewhere' });
    await expect(openPglite({ folder })).rejects.toEqual(refusal('locked', 'on elsewhere'));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'lock'), longAgo, longAgo);
    expect(await count(folder)).toEqual({ n: 100 });
  });

  it('lets one of many have a dead process’s folder', async () => {
    const folder = copied();
    writeLock(folder, { pid: await deadPid() });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => openPglite({ folder, durable: false })));
    const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(opened).toHaveLength(1);
    await opened[0]!.close();
  });
});

function writeLock(folder: string, holder: { pid: number; host?: string; started?: string }): void {
  writeFileSync(join(folder, 'lock'), JSON.stringify({ host: hostname(), started: '', token: 'other', ...holder }));
}

/** The pid of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid!;
}
