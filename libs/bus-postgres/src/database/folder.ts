import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseFolderError } from './database.js';
import { FolderLock } from './folder-lock.js';

/** Raised when an older version could no longer read what this one writes. */
const formatVersion = 1;

interface Format {
  readonly format: number;
  /** `creating` until the first start is through: a folder that was left in it never held anything. */
  readonly state: 'creating' | 'ready';
}

/** A data folder that is ours while we run: `format.json`, `lock`, and PostgreSQL's files in `pg`. */
export class DataFolder {
  readonly files: string;
  #ready = false;

  private constructor(
    private readonly folder: string,
    private readonly lock: FolderLock,
  ) {
    this.files = join(folder, 'pg');
  }

  /** @throws DatabaseFolderError locked, newer, damaged, unusable. */
  static claim(folder: string): DataFolder {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw new DatabaseFolderError('unusable', `${folder} cannot be made: ${(cause as Error).message}. Choose another folder, or repair its permissions.`, { cause });
    }
    const claimed = new DataFolder(folder, FolderLock.take(folder));
    try {
      claimed.#prepare();
    } catch (error) {
      claimed.release();
      throw error;
    }
    return claimed;
  }

  #prepare(): void {
    const format = this.#readFormat();
    const entries = existsSync(this.files) ? readdirSync(this.files) : [];
    if (format && format.format > formatVersion) {
      throw new DatabaseFolderError('newer', `${this.folder} was written by a newer version (format ${format.format}, this one knows ${formatVersion}). Run that version, or choose another folder.`);
    }
    if (!format && entries.length > 0) throw this.damaged('format.json is missing');
    if (format?.state === 'ready') {
      if (!entries.includes('PG_VERSION')) throw this.damaged('pg/PG_VERSION is missing');
      this.#ready = true;
      return;
    }
    // The first start was cut short: what lies there is half a database that was never used.
    rmSync(this.files, { recursive: true, force: true });
    this.#writeFormat('creating');
  }

  #readFormat(): Format | undefined {
    const path = join(this.folder, 'format.json');
    if (!existsSync(path)) return undefined;
    try {
      const read = JSON.parse(readFileSync(path, 'utf8')) as Partial<Format>;
      if (typeof read.format === 'number' && (read.state === 'creating' || read.state === 'ready')) return read as Format;
    } catch (cause) {
      throw this.damaged('format.json cannot be read', cause);
    }
    throw this.damaged('format.json says nothing that is known');
  }

  #writeFormat(state: Format['state']): void {
    const path = join(this.folder, 'format.json');
    writeFileSync(`${path}.new`, JSON.stringify({ format: formatVersion, state } satisfies Format), { flush: true });
    renameSync(`${path}.new`, path);
  }

  /** The database in it is whole: from now on a missing file is damage. */
  markReady(): void {
    if (!this.#ready) this.#writeFormat('ready');
    this.#ready = true;
  }

  /** What PostgreSQL's refusal to start means. */
  refused(said: string, cause: unknown): DatabaseFolderError {
    const versions = /initialized by PostgreSQL version (\d+), which is not compatible with this version (\d+)/.exec(said);
    if (!versions) return this.damaged(`PostgreSQL does not start in it (${said})`, cause);
    const [, theirs, ours] = versions;
    const problem = Number(theirs) > Number(ours) ? 'newer' : 'older';
    return new DatabaseFolderError(problem, `${this.folder} was written with PostgreSQL ${theirs}, this version runs ${ours}. Run the version that wrote it, or choose another folder.`, { cause });
  }

  damaged(what: string, cause?: unknown): DatabaseFolderError {
    return new DatabaseFolderError('damaged', `${this.folder} is damaged: ${what}. Restore it from a backup, or move it away to begin anew.`, { cause });
  }

  release(): void {
    this.lock.release();
  }
}
