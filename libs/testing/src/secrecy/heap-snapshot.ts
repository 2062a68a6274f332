import { openSync, closeSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Arguments for Node with which SIGUSR2 writes a heap snapshot into the folder. V8 by itself cuts strings off after 1,024 characters. What a snapshot does not hold: the bytes
 * of buffers and typed arrays, strings that nobody holds any more, and what was joined or cut from others but never made one string.
 */
export function snapshotArguments(folder: string): string[] {
  return ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`, '--heap-snapshot-string-limit=1048576'];
}

const snapshotMs = 60_000;

/** Has a process that was started with those arguments write a snapshot; resolves to its file once it is whole. */
export async function heapSnapshot(pid: number, folder: string): Promise<string> {
  const before = new Set(snapshotsIn(folder));
  process.kill(pid, 'SIGUSR2');
  for (const deadline = Date.now() + snapshotMs; Date.now() < deadline; await sleep(100)) {
    const name = snapshotsIn(folder).find((one) => !before.has(one));
    if (name !== undefined && isWhole(join(folder, name))) return join(folder, name);
  }
  throw new Error(`process ${pid} wrote no whole heap snapshot within ${snapshotMs / 1000} s`);
}

const snapshotsIn = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));

/** It is one JSON object, whose last member is the list of strings. */
function isWhole(path: string): boolean {
  const { size } = statSync(path);
  const end = Buffer.alloc(Math.min(size, 4));
  const file = openSync(path, 'r');
  try {
    readSync(file, end, 0, end.length, size - end.length);
  } finally {
    closeSync(file);
  }
  return /\]\s*\}\s*$/.test(end.toString('latin1'));
}
