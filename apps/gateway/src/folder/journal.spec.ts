import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom, type Random } from '@parley/crypto';
import { FolderError } from './error.js';
import { createFolder, openFolder, type FolderSecret } from './folder.js';
import { frameHeaderBytes, magic, readFrame } from './frame.js';
import { Journal } from './journal.js';
import { Numbers, testSecret, type Written } from './numbers.fixture.js';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-journal-'));
  await createFolder({ path: folder, secret: testSecret, facts: [] });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (n: number, padding = ''): Written => ({ type: 'Written', writer: 0, n, padding });

async function write(...groups: readonly Written[][]): Promise<void> {
  const { journal, close } = await openFolder(folder, testSecret, new Numbers());
  for (const group of groups) await journal.append(...group);
  await close();
}

async function lastRead(): Promise<number | undefined> {
  const numbers = new Numbers();
  await (await openFolder(folder, testSecret, numbers)).close();
  return numbers.last.get(0);
}

const journalFile = () => join(folder, readdirSync(folder).filter((name) => /^journal-\d+$/.test(name)).at(-1) ?? 'none');

/** Where each frame of the journal starts. */
function framesOf(file: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = magic.length; ; ) {
    const read = readFrame(file, at);
    if (read.kind !== 'frame') return starts;
    starts.push(at);
    at = read.end;
  }
}

describe('the journal', () => {
  it('gives back after a start what was acknowledged before', async () => {
    await write([written(0), written(1)], [written(2)]);
    expect(await lastRead()).toBe(2);
    expect(await lastRead()).toBe(2);
  });

  it('cuts off a torn tail, at whatever byte the write stopped', async () => {
    await write([written(0)], [written(1)]);
    const whole = readFileSync(journalFile());
    const lastFrame = framesOf(new Uint8Array(whole)).at(-1)!;
    const name = journalFile();
    for (let length = lastFrame; length < whole.length; length += 7) {
      for (const old of readdirSync(folder)) if (old.startsWith('journal-')) rmSync(join(folder, old));
      writeFileSync(name, whole.subarray(0, length));
      expect(await lastRead()).toBe(0);
    }
  });

  it('cuts off a tail whose blocks were never written', async () => {
    await write([written(0)], [written(1)]);
    const whole = readFileSync(journalFile());
    const lastFrame = framesOf(new Uint8Array(whole)).at(-1)!;
    const name = journalFile();
    for (const from of [lastFrame, lastFrame + frameHeaderBytes, whole.length - 40]) {
      for (const old of readdirSync(folder)) if (old.startsWith('journal-')) rmSync(join(folder, old));
      writeFileSync(name, Buffer.concat([whole.subarray(0, from), Buffer.alloc(whole.length - from)]));
      expect(await lastRead()).toBe(0);
    }
  });

  it('refuses a journal in which any one byte was flipped, saying what to do', async () => {
    await write([written(0)], [written(1)], [written(2)]);
    const name = journalFile();
    const whole = readFileSync(name);
    for (let at = 0; at < whole.length; at += 5) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x10;
      writeFileSync(name, changed);
      await expect(lastRead()).rejects.toThrow(/damaged at byte \d+.*Restore the folder from a backup/);
    }
  });

  it('refuses a journal from which a frame was taken out, moved or repeated', async () => {
    await write([written(0)], [written(1)], [written(2)]);
    const name = journalFile();
    const whole = new Uint8Array(readFileSync(name));
    const starts = framesOf(whole);
    const frames = starts.map((start, i) => whole.subarray(start, starts[i + 1] ?? whole.length));
    const [a, b, c] = frames as [Uint8Array, Uint8Array, Uint8Array];
    for (const order of [[b, c], [a, c], [b, a, c], [a, c, b], [a, a, b, c], [a, b, c, c]]) {
      writeFileSync(name, Buffer.concat([whole.subarray(0, magic.length), ...order]));
      await expect(lastRead()).rejects.toThrow(FolderError);
    }
  });

  it('refuses an older generation under a newer name', async () => {
    await write([written(0)]);
    const older = readFileSync(journalFile());
    await write([written(1)]);
    writeFileSync(journalFile(), older);
    await expect(lastRead()).rejects.toThrow(FolderError);
  });

  it('starts a new file when the old one is large, and loses nothing', async () => {
    const numbers = new Numbers();
    const key = systemRandom(32);
    await Journal.create({ folder, key, random: systemRandom }, []);
    const journal = await Journal.open({ folder, key, random: systemRandom, book: numbers, compactAboveBytes: 20_000 });
    const before = journalFile();
    await Promise.all(Array.from({ length: 400 }, (_, n) => journal.append(written(n, 'x'.repeat(1_000)))));
    for (let n = 400; n < 440; n++) await journal.append(written(n, 'x'.repeat(1_000)));
    await journal.close();
    expect(journalFile()).not.toBe(before);
    expect(readFileSync(journalFile()).length).toBeLessThan(40_000);
    const again = new Numbers();
    await (await Journal.open({ folder, key, random: systemRandom, book: again })).close();
    expect(again.last.get(0)).toBe(439);
    expect([...numbers.gaps, ...again.gaps]).toEqual([]);
  });

  it('drops the unfinished new file of a start that was killed', async () => {
    await write([written(0)]);
    appendFileSync(`${journalFile().replace(/\d+$/, '00000099')}.new`, 'half');
    expect(await lastRead()).toBe(0);
  });

  it('takes nothing more once a write has failed', async () => {
    let broken = false;
    const random: Random = (n) => {
      if (broken) throw Object.assign(new Error('no'), { code: 'ENOSPC' });
      return systemRandom(n);
    };
    const { journal, close } = await openFolder(folder, testSecret, new Numbers(), random);
    broken = true;
    const both = [journal.append(written(0)), journal.append(written(1))];
    for (const one of both) await expect(one).rejects.toThrow(/cannot be written \(ENOSPC\).*start the gateway again/);
    broken = false;
    await expect(journal.append(written(2))).rejects.toThrow(/cannot be written/);
    await close();
    expect(await lastRead()).toBeUndefined();
  });
});

describe('the folder', () => {
  const wrongKey: FolderSecret = { kind: 'key', key: new Uint8Array(32).fill(8) };
  const passphrase: FolderSecret = { kind: 'passphrase', passphrase: 'correct horse' };
  const opening = (secret: FolderSecret, path = folder) => openFolder(path, secret, new Numbers());

  it('opens with its secret alone', async () => {
    await expect(opening(wrongKey)).rejects.toThrow(/PARLEY_GATEWAY_KEY_FILE/);
    await expect(opening(passphrase)).rejects.toThrow(/opened by a key file/);
    const other = join(folder, 'other');
    await createFolder({ path: other, secret: passphrase, facts: [written(5)], scryptCost: { work: 1024, blockSize: 8, parallelism: 1 } });
    await expect(opening({ kind: 'passphrase', passphrase: 'wrong' }, other)).rejects.toThrow(/PARLEY_GATEWAY_PASSPHRASE/);
    await expect(opening(testSecret, other)).rejects.toThrow(/opened by a passphrase/);
    await (await opening(passphrase, other)).close();
  });

  it('has one writer', async () => {
    const first = await opening(testSecret);
    await expect(opening(testSecret)).rejects.toThrow(/in use by process \d+/);
    await first.close();
    await (await opening(testSecret)).close();
  });

  it('takes over the lock of a process that is gone, and honours that of one that lives', async () => {
    writeFileSync(join(folder, 'gateway.lock'), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: null }));
    await (await opening(testSecret)).close();
    writeFileSync(join(folder, 'gateway.lock'), JSON.stringify({ pid: process.ppid, startedAt: null }));
    await expect(opening(testSecret)).rejects.toThrow(/in use/);
    writeFileSync(join(folder, 'gateway.lock'), JSON.stringify({ pid: process.ppid, startedAt: 'another start' }));
    await (await opening(testSecret)).close();
  });

  it('is not made twice, and says so of a newer or unreadable one', async () => {
    await expect(createFolder({ path: folder, secret: testSecret, facts: [] })).rejects.toThrow(/holds a gateway already/);
    const file = join(folder, 'gateway.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"version": 1', '"version": 2'));
    await expect(opening(testSecret)).rejects.toThrow(/newer Parley.*Update/);
    truncateSync(file, 20);
    await expect(opening(testSecret)).rejects.toThrow(/cannot be read. Restore it/);
    await expect(opening(testSecret, join(folder, 'nowhere'))).rejects.toThrow(/holds no gateway/);
  });
});
