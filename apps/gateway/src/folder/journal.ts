import { open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { decryptRecord, encryptRecord, CryptoError, type Random } from '@parley/crypto';
import { FolderError } from './error.js';
import { frameOf, looksUnwritten, magic, readFrame } from './frame.js';

/** What the journal's facts are folded into, and can be written down from again. */
export interface Book<Fact> {
  /** Folds one fact that is on disk. Never refuses. */
  apply(fact: Fact): void;
  /** Facts that, folded in this order into an empty book, make this one. */
  snapshot(): Iterable<Fact>;
}

export interface JournalOptions<Fact> {
  readonly folder: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly book: Book<Fact>;
  readonly random: Random;
  /** The file is written anew from the book once it is larger than this and than four times its last such size. */
  readonly compactAboveBytes?: number;
}

const frameTargetBytes = 1024 * 1024;
const maxAppendsPerFrame = 256; // Of at most some 100 KB each: far below a frame's limit.
const filePattern = /^journal-(\d{8})$/;

/**
 * An encrypted append-only file of facts. `append` resolves when they are on disk; what was acknowledged survives a kill at any instant. Frames
 * are bound to their place by number and generation: one that was changed, moved or taken out is a FolderError at the next start, not a gap.
 */
export class Journal<Fact> {
  private queue: { readonly facts: readonly Fact[]; readonly done: () => void; readonly failed: (error: Error) => void }[] = [];
  private writing: Promise<void> | null = null;
  private broken: Error | null = null;

  private constructor(
    private readonly options: JournalOptions<Fact>,
    private file: JournalFile,
  ) {}

  /** Reads the folder's journal into the book, cuts off what a crash left half-written, and starts a fresh compact file. Throws FolderError. */
  static async open<Fact>(options: JournalOptions<Fact>): Promise<Journal<Fact>> {
    const generations = await generationsIn(options.folder);
    const last = generations.at(-1);
    if (last === undefined) throw new FolderError(`The journal is missing from ${options.folder}. Restore the folder from a backup, or set up an empty one.`);
    await replay(options, last);
    return new Journal(options, await rewrite(options, last + 1));
  }

  /** Starts the journal of a new folder with these facts. */
  static async create<Fact>(options: Omit<JournalOptions<Fact>, 'book'>, facts: readonly Fact[]): Promise<void> {
    const book: Book<Fact> = { apply: () => undefined, snapshot: () => facts };
    await (await rewrite({ ...options, book }, 1)).handle.close();
  }

  /** Resolves once all of them are on disk, together or not at all, and folded. Rejects when the disk refuses: then nothing more is taken. */
  append(...facts: readonly Fact[]): Promise<void> {
    if (this.broken !== null) return Promise.reject(this.broken);
    return new Promise((done, failed) => {
      this.queue.push({ facts, done, failed });
      this.writing ??= this.drain();
    });
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    await this.writing;
    this.broken ??= new FolderError('The gateway is stopping.');
    await this.file.handle.close();
  }

  private async drain(): Promise<void> {
    await Promise.resolve(); // What is appended in the same turn shares one write.
    while (this.queue.length > 0) {
      const group = this.queue.splice(0, maxAppendsPerFrame);
      try {
        await this.file.write(group.flatMap(({ facts }) => facts));
      } catch (error) {
        this.fail(error, group);
        break;
      }
      for (const { facts, done } of group) {
        for (const fact of facts) this.options.book.apply(fact);
        done();
      }
      await this.compactIfLarge();
    }
    this.writing = null;
  }

  private async compactIfLarge(): Promise<void> {
    const { compactAboveBytes = 8 * 1024 * 1024 } = this.options;
    if (this.file.bytes < Math.max(compactAboveBytes, 4 * this.file.compactBytes)) return;
    const before = this.file;
    try {
      this.file = await rewrite(this.options, before.generation + 1);
      await before.handle.close();
    } catch (error) {
      this.fail(error, []);
    }
  }

  // After a failed write nobody knows what is on disk; only a start, which reads it, does.
  private fail(error: unknown, group: readonly { readonly failed: (error: Error) => void }[]): void {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    this.broken = new FolderError(`The journal cannot be written (${reason}). Make room or repair the disk under ${this.options.folder}, then start the gateway again.`);
    for (const { failed } of [...group, ...this.queue]) failed(this.broken);
    this.queue = [];
  }
}

class JournalFile {
  bytes = 0;
  compactBytes = 0;
  private frames = 0;

  constructor(
    readonly generation: number,
    readonly handle: FileHandle,
    private readonly key: Uint8Array,
    private readonly random: Random,
  ) {}

  /** One frame, on disk when this resolves. */
  async write(facts: readonly unknown[]): Promise<void> {
    const plaintext = new TextEncoder().encode(JSON.stringify(facts));
    await this.put(frameOf(encryptRecord(this.key, contextOf(this.generation, this.frames), plaintext, this.random)));
    this.frames += 1;
    await this.handle.datasync();
  }

  async put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, this.bytes + at);
      at += bytesWritten;
    }
    this.bytes += bytes.length;
  }
}

function contextOf(generation: number, frame: number): string {
  return `gateway/journal/${generation}/${frame}`;
}

function nameOf(generation: number): string {
  return `journal-${String(generation).padStart(8, '0')}`;
}

async function generationsIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => filePattern.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
}

async function replay<Fact>({ folder, key, book }: JournalOptions<Fact>, generation: number): Promise<void> {
  const name = nameOf(generation);
  const file = new Uint8Array(await readFile(join(folder, name)));
  if (!magic.every((byte, at) => file[at] === byte)) throw damaged(name, 0);
  for (let at = magic.length, frame = 0; ; frame++) {
    const read = readFrame(file, at);
    if (read.kind === 'end' || read.kind === 'torn') return;
    if (read.kind === 'damaged') throw damaged(name, at);
    const plaintext = decrypt(key, contextOf(generation, frame), read.record);
    if (plaintext === null && looksUnwritten(file, read.end)) return;
    if (plaintext === null) throw damaged(name, at);
    for (const fact of JSON.parse(new TextDecoder().decode(plaintext)) as Fact[]) book.apply(fact);
    at = read.end;
  }
}

/** Null where the record is not what was written there. */
export function decrypt(key: Uint8Array, context: string, record: Uint8Array): Uint8Array | null {
  try {
    return decryptRecord(key, context, record);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

function damaged(name: string, at: number): FolderError {
  return new FolderError(
    `The journal ${name} is damaged at byte ${at}: it was changed, or the disk lost part of it. Restore the folder from a backup; ` +
      'messages that reached the platform since then come again through its inbox.',
  );
}

/** Writes the book as a new generation beside the old one, and puts it in its place only when it is wholly on disk. */
async function rewrite<Fact>({ folder, key, book, random }: JournalOptions<Fact>, generation: number): Promise<JournalFile> {
  const name = nameOf(generation);
  const handle = await open(join(folder, `${name}.new`), 'w', 0o600);
  const file = new JournalFile(generation, handle, key, random);
  await file.put(magic);
  for (const facts of chunksOf(book.snapshot())) await file.write(facts);
  file.compactBytes = file.bytes;
  await handle.sync();
  await rename(join(folder, `${name}.new`), join(folder, name));
  await syncFolder(folder);
  for (const old of await generationsIn(folder)) if (old < generation) await rm(join(folder, nameOf(old)), { force: true });
  return file;
}

function* chunksOf<Fact>(facts: Iterable<Fact>): Iterable<readonly Fact[]> {
  let chunk: Fact[] = [];
  let bytes = 0;
  for (const fact of facts) {
    chunk.push(fact);
    bytes += JSON.stringify(fact).length;
    if (bytes < frameTargetBytes) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
