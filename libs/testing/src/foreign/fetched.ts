import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../servers/server.js';
import type { Unavailable } from '../servers/server.js';

const fetchMs = 180_000;

/** What `fill` puts into a folder, kept between runs under this name. Two processes may fill it at once; the first one's stays. */
export async function fetchedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string | Unavailable> {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const temporary = await mkdtemp(join(cacheFolder, 'fetch-'));
  try {
    await fill(temporary);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } catch (error) {
    return { unavailable: reasonOf(error) };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs a program to its end; rejects with the last of what it said. */
export async function runProgram(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args, { timeout: fetchMs });
}

function reasonOf(error: unknown): string {
  const { code, path = '', stdout = '', stderr = '', message } = error as { code?: unknown; path?: string; stdout?: string; stderr?: string; message: string };
  if (code === 'ENOENT') return `there is no ${path} on the path`;
  return `${stdout}${stderr}`.trim().split('\n').findLast((line) => /error/i.test(line)) ?? message.split('\n', 1)[0]!;
}
