import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, built } from '../testing/built.fixture.js';
import { createFolder, openFolder } from './folder.js';
import { Numbers, testSecret } from './numbers.fixture.js';

const kills = 10;

const folder = mkdtempSync(join(tmpdir(), 'parley-kill-'));
beforeAll(async () => {
  build();
  await createFolder({ path: folder, secret: testSecret, facts: [] });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the writer until it is killed; resolves to the last number each of its writers was told to be safe. */
function runUntilKilled(afterMs: number): Promise<Map<number, number>> {
  const child = spawn(process.execPath, [built('folder/journal-writer.fixture.js'), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<number, number>();
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [writer, n] = line.split(' ').map(Number);
      acknowledged.set(writer!, n!);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve(acknowledged) : reject(new Error(`the writer ended by itself: ${signal}`))));
  });
}

it(`loses nothing acknowledged when its process is killed, ${kills} times in a row`, async () => {
  let total = 0;
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await runUntilKilled(20 + ((kill * 53) % 180));
    const numbers = new Numbers();
    await (await openFolder(folder, testSecret, numbers)).close();
    expect(acknowledged.size).toBe(4);
    for (const [writer, n] of acknowledged) expect(numbers.last.get(writer)).toBeGreaterThanOrEqual(n);
    expect(numbers.gaps).toEqual([]);
    total = [...numbers.last.values()].reduce((sum, n) => sum + n + 1, 0);
  }
  expect(total).toBeGreaterThan(kills * 4); // It did write in every run.
}, 120_000);
