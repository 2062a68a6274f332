import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childrenOf } from './children.js';
import { requireOr } from './server.js';
import { WatchedProcess } from './watched-process.js';

const built = fileURLToPath(new URL('../../dist/servers/watched-process.js', import.meta.url));

/** Starts a program that never ends by itself, in a process that is then ended in one way or another. Resolves with the program's pid and folder. */
async function abandoned(how: string): Promise<{ pid: number; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-watched-'));
  const program = { command: 'sh', args: ['-c', "trap '' INT TERM; echo ready; while :; do sleep 1; done"], folder, output: join(folder, 'log'), ready: 'ready', readyMs: 5_000, farewell: 'KILL', leaves: folder };
  const script = `
    const { WatchedProcess } = await import(${JSON.stringify(built)});
    const { pid } = await WatchedProcess.start(${JSON.stringify(program)});
    process.stdout.write(String(pid), () => { ${how} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return { pid: Number(said), folder };
}

/** A program's folder is removed after the program: when it is gone, both are. */
async function isGone({ pid, folder }: { pid: number; folder: string }): Promise<boolean> {
  for (let tries = 0; existsSync(folder) && tries < 100; tries += 1) await sleep(50);
  return pid > 0 && !existsSync(folder) && (await childrenOf(pid)).length === 0;
}

describe('a watched process', () => {
  it.each([
    ['is killed', "process.kill(process.pid, 'SIGKILL')"],
    ['ends by itself and forgets it', 'setTimeout(() => undefined, 1)'],
    ['stops at once', 'process.exit(1)'],
    ['is told to end', "process.kill(process.pid, 'SIGTERM')"],
  ])('does not outlive a process that %s', async (_, how) => {
    expect(await isGone(await abandoned(how))).toBe(true);
  }, 30_000);

  it('says what the program said, where it does not get ready', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-watched-'));
    const program = { command: 'sh', args: ['-c', 'echo no such thing >&2; exit 3'], folder, output: join(folder, 'log'), ready: 'ready', readyMs: 5_000, farewell: 'KILL', leaves: folder } as const;
    writeFileSync(program.output, 'ready\n'); // From an earlier start.
    await expect(WatchedProcess.start(program)).rejects.toThrow('no such thing');
    await expect(WatchedProcess.start({ ...program, args: ['-c', 'sleep 5'], readyMs: 100 })).rejects.toThrow('not ready after 100 ms');
    await expect(WatchedProcess.start({ ...program, command: 'parley-no-such-program' })).rejects.toThrow('ENOENT');
    rmSync(folder, { recursive: true });
  });
});

describe('what has to be there', () => {
  const before = process.env['PARLEY_REQUIRE'];
  afterEach(() => {
    if (before === undefined) delete process.env['PARLEY_REQUIRE'];
    else process.env['PARLEY_REQUIRE'] = before;
  });

  it('is an error where it is required, and a reason to skip where it is not', () => {
    delete process.env['PARLEY_REQUIRE'];
    expect(requireOr('kafka', 'no Java')).toBe('no Java');
    process.env['PARLEY_REQUIRE'] = 'postgres, kafka';
    expect(() => requireOr('kafka', 'no Java')).toThrow('no Java; and PARLEY_REQUIRE');
    expect(requireOr('browser', 'no browser')).toBe('no browser');
  });
});
