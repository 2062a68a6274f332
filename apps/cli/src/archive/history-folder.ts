import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, systemRandom, toHex } from '@parley/crypto';
import { Failure } from '../terminal/failure.js';

/** Raised when an earlier version could no longer read what this one writes. */
const format = 1;

/** What an archive does not say. */
export interface HistorySettings {
  readonly zone: string;
  readonly currency: string;
  readonly owner: string;
}

/** A history's own folder: its database, and the key under which phone numbers become opaque. */
export interface HistoryFolder {
  readonly path: string;
  readonly key: Uint8Array;
  /** As they were given when something was imported last; null in a new one. */
  readonly settings: HistorySettings | null;
  keep(settings: HistorySettings): void;
  /** Takes a folder away that was made for an import that failed; leaves any other as it is. */
  abandon(): void;
}

/**
 * Makes the folder of a new history, or opens one to append to. Refused: a folder that holds anything else, a platform above all; another history
 * without `append`; nothing to append to. Throws Failure.
 */
export function historyFolder(path: string, append: boolean): HistoryFolder {
  const found = existsSync(path) ? readdirSync(path) : [];
  if (found.includes('history.json')) return append ? opened(path) : refusedHistory(path);
  if (append) throw new Failure(`${path} holds no history to append to.`, 'leave out --append, or give the folder of a history.', 2);
  if (found.length > 0) {
    const what = found.includes('secrets.json') || found.includes('sandbox.json') ? 'holds a platform' : `is not empty (it holds ${found[0]})`;
    throw new Failure(`${path} ${what}: a history has a folder of its own.`, 'give --into another folder, one that is not there yet.', 2);
  }
  return made(path);
}

function refusedHistory(path: string): never {
  throw new Failure(`${path} holds a history already.`, 'add --append to read more into it, or give --into another folder.', 2);
}

function made(path: string): HistoryFolder {
  const isNew = !existsSync(path);
  const key = systemRandom(32);
  try {
    mkdirSync(join(path, 'database'), { recursive: true, mode: 0o700 });
    save(path, key, null);
  } catch (error) {
    throw new Failure(`${path} cannot be made: ${(error as Error).message}`, 'give --into another folder.', 2, { cause: error });
  }
  const abandon = (): void => {
    if (isNew) rmSync(path, { recursive: true, force: true });
    else for (const name of ['history.json', 'database']) rmSync(join(path, name), { recursive: true, force: true });
  };
  return { path, key, settings: null, keep: (settings) => save(path, key, settings), abandon };
}

function opened(path: string): HistoryFolder {
  const file = join(path, 'history.json');
  const said = readSaved(file);
  const key = typeof said.key === 'string' ? fromHex(said.key) : null;
  mkdirSync(join(path, 'database'), { recursive: true, mode: 0o700 }); // Where the first import had failed.
  if (said.format !== format || key?.length !== 32) throw new Failure(`${file} is damaged, or was written by another version.`, 'restore it from a backup, or import again into another folder.');
  return { path, key, settings: said.settings ?? null, keep: (settings) => save(path, key, settings), abandon: () => undefined };
}

interface Saved {
  readonly format?: unknown;
  readonly key?: unknown;
  readonly settings?: HistorySettings | null;
}

function readSaved(file: string): Saved {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved;
  } catch {
    return {};
  }
}

/** Whoever has the key can match phone numbers to contacts: the owner of the folder alone. */
function save(path: string, key: Uint8Array, settings: HistorySettings | null): void {
  writeFileSync(join(path, 'history.json'), `${JSON.stringify({ format, key: toHex(key), settings }, null, 2)}\n`, { mode: 0o600 });
}
