import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { StoreError } from '../store/error.js';

const heldHere = new Set<string>(); // A pid in a lock file may be that of an earlier process: in a container all have pid 1.

/** Makes this process the file's only writer until the returned function is called. Throws StoreError while another lives. */
export function lock(path: string): () => void {
  if (!heldHere.has(path)) {
    const holder = holderOf(path);
    if (holder !== null && holder !== process.pid && isAlive(holder)) throw inUse(path, holder);
    rmSync(path, { force: true }); // Left by a process that was killed.
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    } catch {
      throw inUse(path, holderOf(path) ?? 0);
    }
    heldHere.add(path);
    return () => {
      if (heldHere.delete(path)) rmSync(path, { force: true });
    };
  }
  throw inUse(path, process.pid);
}

function holderOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(path: string, pid: number): StoreError {
  return new StoreError(`This device is in use by process ${pid}. Stop that one first; if it is none of Parley's, delete ${path}.`);
}
