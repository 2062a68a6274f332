import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  decryptRecord, encryptRecord, folderScryptCost, fromBase64, scryptKey, CryptoError, systemRandom, toBase64, type Random, type ScryptCost,
} from '@parley/crypto'; // prettier-ignore
import { FolderError } from './error.js';
import { Journal, syncFolder, type Book } from './journal.js';
import { lockFolder } from './lock.js';

/** What opens a folder: a passphrase, or a 32-byte key kept elsewhere. */
export type FolderSecret = { readonly kind: 'passphrase'; readonly passphrase: string } | { readonly kind: 'key'; readonly key: Uint8Array };

/** A folder that this process holds alone until `close`. */
export interface OpenFolder<Fact> {
  readonly journal: Journal<Fact>;
  /** Where it lies, and the key that everything in it is encrypted under. */
  readonly path: string;
  readonly key: Uint8Array;
  close(): Promise<void>;
}

const fileName = 'gateway.json';
const format = 'parley-gateway';
const version = 1;
const wrapContext = 'gateway/folder-key';

/** gateway.json: how the journal's key is unlocked. Nothing in it is secret. */
interface FolderFile {
  readonly format: string;
  readonly version: number;
  /** The work scrypt does, and its salt in base64; null where a key file opens the folder. */
  readonly scrypt: (ScryptCost & { readonly salt: string }) | null;
  /** The journal's key, encrypted under the unlocking key, base64. */
  readonly wrappedKey: string;
}

export function isFolder(path: string): boolean {
  return existsSync(join(path, fileName));
}

export interface NewFolder<Fact> {
  readonly path: string;
  readonly secret: FolderSecret;
  readonly facts: readonly Fact[];
  readonly random?: Random;
  readonly scryptCost?: ScryptCost;
}

/** Makes a folder that starts with these facts. Throws FolderError where one is already. */
export async function createFolder<Fact>({ path, secret, facts, random = systemRandom, scryptCost = folderScryptCost }: NewFolder<Fact>): Promise<void> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = lockFolder(folder);
  try {
    if (isFolder(folder)) throw new FolderError(`${folder} holds a gateway already. Choose another folder, or delete this one with all its keys and messages.`);
    const key = random(32);
    await Journal.create({ folder, key, random }, facts);
    // Written last: a folder is one only when all of it is there.
    await writeFolderFile(folder, key, { secret, random, scryptCost });
  } finally {
    release();
  }
}

/** Opens a folder, reading its journal into the book. Throws FolderError: not there, in use, wrong secret, newer, damaged. */
export async function openFolder<Fact>(path: string, secret: FolderSecret, book: Book<Fact>, random: Random = systemRandom): Promise<OpenFolder<Fact>> {
  const folder = resolve(path);
  if (!isFolder(folder)) throw new FolderError(`${folder} holds no gateway. Set one up there first, or name the right folder (PARLEY_GATEWAY_FOLDER).`);
  const release = lockFolder(folder);
  try {
    const file = parseFile(folder, await readFile(join(folder, fileName), 'utf8'));
    const key = await unwrapKey(folder, file, secret);
    const journal = await Journal.open({ folder, key, book, random });
    return {
      journal,
      path: folder,
      key,
      close: async () => {
        await journal.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Has another secret open the folder from now on: its own key, under which all of it lies, is wrapped anew. The old secret opens older copies still:
 * whoever has both a copy and that secret reads the copy. Throws FolderError.
 */
export async function changeSecret(path: string, secret: FolderSecret, next: FolderSecret, { random = systemRandom, scryptCost = folderScryptCost }: { readonly random?: Random; readonly scryptCost?: ScryptCost } = {}): Promise<void> {
  const folder = resolve(path);
  if (!isFolder(folder)) throw new FolderError(`${folder} holds no gateway. Name the right folder (PARLEY_GATEWAY_FOLDER).`);
  const release = lockFolder(folder);
  try {
    const key = await unwrapKey(folder, parseFile(folder, await readFile(join(folder, fileName), 'utf8')), secret);
    await writeFolderFile(folder, key, { secret: next, random, scryptCost });
  } finally {
    release();
  }
}

/** Has this secret, and no other, open the folder's key. */
async function writeFolderFile(folder: string, key: Uint8Array, { secret, random, scryptCost }: { readonly secret: FolderSecret; readonly random: Random; readonly scryptCost: ScryptCost }): Promise<void> {
  const scrypt = secret.kind === 'passphrase' ? { ...scryptCost, salt: toBase64(random(16)) } : null;
  const wrappedKey = toBase64(encryptRecord(await unlock(secret, scrypt), wrapContext, key, random));
  await writeWhole(folder, JSON.stringify({ format, version, scrypt, wrappedKey } satisfies FolderFile, null, 2));
}

function parseFile(folder: string, text: string): FolderFile {
  let file: Partial<FolderFile>;
  try {
    file = JSON.parse(text) as Partial<FolderFile>;
  } catch {
    throw unreadable(folder);
  }
  if (file.format !== format || typeof file.version !== 'number') throw unreadable(folder);
  if (file.version > version) throw new FolderError(`${folder} was written by a newer Parley (folder version ${file.version}; this one knows ${version}). Update Parley, or restore an older backup.`);
  if (typeof file.wrappedKey !== 'string' || file.scrypt === undefined) throw unreadable(folder);
  return file as FolderFile;
}

async function unwrapKey(folder: string, file: FolderFile, secret: FolderSecret): Promise<Uint8Array> {
  if ((file.scrypt === null) !== (secret.kind === 'key')) {
    const [secretOfIt, variable] = file.scrypt === null ? ['a key file', 'PARLEY_GATEWAY_KEY_FILE'] : ['a passphrase', 'PARLEY_GATEWAY_PASSPHRASE'];
    throw new FolderError(`${folder} is opened by ${secretOfIt}. Give that one (${variable}).`);
  }
  const wrapped = fromBase64(file.wrappedKey);
  if (wrapped === null) throw unreadable(folder);
  try {
    return decryptRecord(await unlock(secret, file.scrypt), wrapContext, wrapped);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new FolderError(secret.kind === 'key'
      ? `The key does not open ${folder}. Give the one that opens it (PARLEY_GATEWAY_KEY_FILE or PARLEY_GATEWAY_KEY_COMMAND).`
      : `The passphrase does not open ${folder}. Give the one that opens it (PARLEY_GATEWAY_PASSPHRASE).`); // prettier-ignore
  }
}

async function unlock(secret: FolderSecret, scrypt: FolderFile['scrypt']): Promise<Uint8Array> {
  if (secret.kind === 'key') return secret.key;
  const salt = fromBase64(scrypt?.salt ?? '');
  if (scrypt === null || salt === null || !isCost(scrypt)) throw new FolderError(`${fileName} does not say how its passphrase is used. Restore it from a backup.`);
  return await scryptKey(secret.passphrase, salt, scrypt);
}

// A changed file must not make the start hang or take all memory.
function isCost({ work, blockSize, parallelism }: ScryptCost): boolean {
  return [work, blockSize, parallelism].every(Number.isSafeInteger) && work > 1 && work <= 2 ** 20 && blockSize <= 8 && parallelism <= 4;
}

function unreadable(folder: string): FolderError {
  return new FolderError(`${join(folder, fileName)} cannot be read. Restore it from a backup: without it the folder's journal stays closed.`);
}

async function writeWhole(folder: string, text: string): Promise<void> {
  const fresh = join(folder, `${fileName}.new`);
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, join(folder, fileName));
  await syncFolder(folder);
}
