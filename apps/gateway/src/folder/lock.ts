import { readFileSync, writeFileSync, rmSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { FolderError } from './error.js';

/** Of the process that has the folder; no part of a copy. */
export const lockFileName = 'gateway.lock';
// Folders that this very process has open: its own pid in a lock file may be an earlier process's, in a container that always starts as pid 1.
const heldHere = new Set<string>();

/** Makes this process the folder's only writer until the returned function is called. Throws FolderError while another lives. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, lockFileName);
  if (heldHere.has(path)) throw inUse(path, process.pid);
  if (!create(path)) {
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder)) throw inUse(path, holder.pid);
    rmSync(path, { force: true }); // Left by a process that was killed.
    if (!create(path)) throw inUse(path, readHolder(path)?.pid ?? 0);
  }
  heldHere.add(path);
  return () => {
    if (heldHere.delete(path)) rmSync(path, { force: true });
  };
}

interface Holder {
  readonly pid: number;
  /** When that process started, in the kernel's ticks; null where the kernel does not say. Tells a reused pid apart. */
  readonly startedAt: string | null;
}

function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new FolderError(`The folder cannot be written to (${(error as NodeJS.ErrnoException).code}). Give this user write access to it.`);
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) } satisfies Holder));
  closeSync(file);
  return true;
}

function readHolder(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof holder.pid === 'number' ? { pid: holder.pid, startedAt: holder.startedAt ?? null } : null;
  } catch {
    return null; // Gone by now, or its writer was killed before it had written its pid.
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const start = startOf(pid);
  return startedAt === null || start === null || start === startedAt;
}

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null; // Field 22; the name before it may hold spaces.
  } catch {
    return null;
  }
}

function inUse(path: string, pid: number): FolderError {
  return new FolderError(`The folder is in use by process ${pid}. Stop that one first. If it is not a gateway, delete ${path} and start again.`);
}
