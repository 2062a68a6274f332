import { mkdirSync } from 'node:fs';
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { folderScryptCost, scryptKey, systemRandom, type Random, type ScryptCost } from '@parley/crypto';
import { MemoryStore, type DeviceStore, type StoreChange } from '../store/store.js';
import { StoreError } from '../store/error.js';
import { decodeHeader, encodeFrame, encodeHeader, newHeader, readFrames, saltBytes, type Cipher } from './frames.js';
import { lock } from './lock.js';

export type FileStoreOptions = {
  /** Made where it is missing. */
  readonly folder: string;
  /** What the file is encrypted under: a passphrase, or 32 random bytes kept elsewhere. */
  readonly secret: string | Uint8Array;
  readonly random?: Random;
  readonly scryptCost?: ScryptCost;
  /** The file is written anew once it is larger than this and than four times its last such size. */
  readonly compactAboveBytes?: number;
};

/** Opens the device's encrypted file, or makes it. One process at a time. Throws StoreError with what to do. */
export async function openFileStore({ folder, secret, random = systemRandom, scryptCost = folderScryptCost, compactAboveBytes = 1 << 20 }: FileStoreOptions): Promise<FileStore> {
  const path = join(resolve(folder), 'device.store');
  makeFolder(resolve(folder));
  const unlock = lock(`${path}.lock`);
  try {
    const file = await readIfThere(path);
    const header = file === null ? newHeader(random(saltBytes), random) : decodeHeader(file, path);
    const key = typeof secret === 'string' ? await scryptKey(secret, header.salt, scryptCost) : secret;
    const commits = file === null ? [] : readFrames(file, { key, header }, path).commits;
    const memory = new MemoryStore();
    for (const changes of commits) await memory.commit(changes);
    const cipher = { key, header: newHeader(header.salt, random), random };
    return new FileStore({ path, memory, compactAboveBytes, unlock }, await rewrite(path, memory, cipher));
  } catch (error) {
    unlock();
    throw error;
  }
}

type Contents = { readonly path: string; readonly memory: MemoryStore; readonly compactAboveBytes: number; readonly unlock: () => void };
type OpenFile = { readonly handle: FileHandle; readonly cipher: Cipher; readonly startBytes: number; bytes: number; frames: number };

/** A device's store in one encrypted, append-only file. Whoever can put an older copy of the file in its place takes the device back to it. */
export class FileStore implements DeviceStore {
  private last: Promise<void> = Promise.resolve();
  private broken: StoreError | null = null;

  constructor(
    private readonly contents: Contents,
    private file: OpenFile,
  ) {}

  get(key: string): Promise<string | null> {
    return this.contents.memory.get(key);
  }

  list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    return this.contents.memory.list(prefix);
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    const turn = this.last.then(() => this.append(changes));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for what is being written, and lets another process have the file. */
  async close(): Promise<void> {
    await this.last;
    this.broken ??= new StoreError('This device store was closed.');
    await this.file.handle.close();
    this.contents.unlock();
  }

  private async append(changes: readonly StoreChange[]): Promise<void> {
    if (this.broken !== null) throw this.broken;
    const frame = encodeFrame(changes, this.file.frames, this.file.cipher);
    try {
      await this.file.handle.write(frame, 0, frame.length, this.file.bytes);
      await this.file.handle.datasync();
    } catch (error) {
      // What is on disk now is unknown, so nothing may be written behind it: the next opening finds out.
      throw (this.broken = unwritable(this.contents.path, error));
    }
    this.file.bytes += frame.length;
    this.file.frames++;
    await this.contents.memory.commit(changes);
    if (this.file.bytes > Math.max(this.contents.compactAboveBytes, 4 * this.file.startBytes)) await this.compact();
  }

  private async compact(): Promise<void> {
    const { path, memory } = this.contents;
    const { cipher, handle } = this.file;
    try {
      this.file = await rewrite(path, memory, { ...cipher, header: newHeader(cipher.header.salt, cipher.random) });
      await handle.close();
    } catch (error) {
      this.broken = unwritable(path, error); // What was committed is safe; which of the two files is in place is not known.
    }
  }
}

const entriesPerFrame = 500;

/** Writes all entries to a new file and puts it in the place of the old: at every instant one of the two is whole. */
async function rewrite(path: string, memory: MemoryStore, cipher: Cipher): Promise<OpenFile> {
  const changes = (await memory.list('')).map(([key, value]) => ({ key, value }));
  const frames: Uint8Array[] = [];
  do frames.push(encodeFrame(changes.splice(0, entriesPerFrame), frames.length, cipher));
  while (changes.length > 0);
  const whole = Buffer.concat([encodeHeader(cipher.header), ...frames]);
  await rm(`${path}.new`, { force: true });
  const handle = await open(`${path}.new`, 'wx+', 0o600);
  await handle.write(whole, 0, whole.length, 0);
  await handle.datasync();
  await rename(`${path}.new`, path);
  const folder = await open(join(path, '..'), 'r');
  await folder.sync().finally(() => folder.close());
  return { handle, cipher, startBytes: whole.length, bytes: whole.length, frames: frames.length };
}

function unwritable(path: string, error: unknown): StoreError {
  return new StoreError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}). Make room or give access, and start again.`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError(`The folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). Choose another, or give access.`);
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new StoreError(`${path} cannot be read (${code}). Give this user access to it.`);
  }
}
