import { linkSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseFolderError } from './database.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same pid, where the system says. */
  readonly started: string;
  readonly token: string;
}

const signOfLifeMs = 5_000;
/** A lock from another host (another container over the same folder) counts as held while it is younger than this. */
const foreignStaleMs = 30_000;
const heldHere = new Set<string>();

/** A folder in use by one process at a time. A process that died leaves its lock behind; the next one takes it over. */
export class FolderLock {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly folder: string,
    private readonly holder: Holder,
  ) {
    this.#path = join(folder, 'lock');
    this.#timer = setInterval(() => this.#signOfLife(), signOfLifeMs).unref();
    heldHere.add(folder);
  }

  /** @throws DatabaseFolderError locked. */
  static take(given: string): FolderLock {
    const folder = resolve(given);
    const holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '', token: newToken() };
    if (heldHere.has(folder)) throw lockedBy(folder, holder);
    const path = join(folder, 'lock');
    const own = `${path}.${holder.token}`;
    try {
      writeFileSync(own, JSON.stringify(holder));
      for (let attempt = 0; attempt < 5; attempt += 1) {
        if (linked(own, path)) return new FolderLock(folder, holder);
        const other = read(path);
        if (other === undefined) continue;
        if (isAlive(other, path)) throw lockedBy(folder, other);
        removeStale(path, other);
      }
      throw new DatabaseFolderError('locked', `${folder} is being opened by several processes at once. Start one of them again.`);
    } catch (cause) {
      if (cause instanceof DatabaseFolderError) throw cause;
      throw new DatabaseFolderError('unusable', `${folder} cannot be written: ${(cause as Error).message}. Repair its permissions, or choose another folder.`, { cause });
    } finally {
      rmSync(own, { force: true });
    }
  }

  #signOfLife(): void {
    try {
      utimesSync(this.#path, new Date(), new Date());
    } catch {
      // Somebody removed the file; the folder is ours all the same until we close.
    }
  }

  release(): void {
    clearInterval(this.#timer);
    heldHere.delete(this.folder);
    if (read(this.#path)?.token === this.holder.token) rmSync(this.#path, { force: true });
  }
}

let tokens = 0;

/** A word that no other attempt has, here or elsewhere. */
function newToken(): string {
  tokens += 1;
  return `${hostname()}.${process.pid}.${performance.timeOrigin + performance.now()}.${tokens}`;
}

/** Makes the lock by a link, which fails when it exists: two processes cannot both succeed. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // A lock is complete from its first moment on; one that cannot be read is nobody's.
    return { pid: 0, host: hostname(), started: '', token: '' };
  }
}

/** Renames first: of two processes that found the same dead holder, one gets the file, and the other must not remove the first one's new lock. */
function removeStale(path: string, dead: Holder): void {
  const aside = `${path}.stale.${newToken()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside)?.token !== dead.token) linked(aside, path);
  unlinkSync(aside);
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - statSync(path, { throwIfNoEntry: false })!.mtimeMs < foreignStaleMs;
  if (holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === undefined || holder.started === '' || started === holder.started;
}

/** When a process started, as Linux tells it; undefined elsewhere. Pids come back: in a container the next start often has the same one. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}

function lockedBy(folder: string, { pid, host }: Holder): DatabaseFolderError {
  return new DatabaseFolderError('locked', `${folder} is in use by process ${pid} on ${host}. Stop that process, or choose another folder.`);
}
