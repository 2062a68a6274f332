import { folderScryptCost, systemRandom, type Random, type ScryptCost } from '@parley/crypto';
import { StoreError } from '../store/error.js';
import { MemoryStore, type DeviceStore, type StoreChange } from '../store/store.js';
import { Turns } from '../turns.js';
import { Database } from './database.js';
import { holdAlone } from './lock.js';
import { RowCipher, type Header } from './row-cipher.js';

export type BrowserStoreOptions = {
  /** Of its database; a page that is several devices gives each its own. */
  readonly name?: string;
  /** What it is encrypted under. Left out: a key that the browser makes, keeps beside it, and gives to no script. */
  readonly passphrase?: string;
  readonly random?: Random;
  readonly scryptCost?: ScryptCost;
  /** How long to wait for another tab to let it go, ms. */
  readonly waitMs?: number;
};

const usualName = 'parley-device';

/** Opens the device's encrypted database in this browser, or makes it. One tab at a time. Throws StoreError with what to do. */
export async function openBrowserStore({ name = usualName, passphrase, random = systemRandom, scryptCost = folderScryptCost, waitMs = 2_000 }: BrowserStoreOptions = {}): Promise<BrowserStore> {
  checkBrowser();
  const release = await holdAlone(name, waitMs);
  let database: Database<Header> | null = null;
  try {
    database = await Database.open<Header>(name);
    const cipher = await cipherFor(database, { passphrase: passphrase ?? null, random, scryptCost });
    const entries = await Promise.all((await database.rows()).map((row) => cipher.open(row)));
    return new BrowserStore({ database, cipher, memory: new MemoryStore(entries), release });
  } catch (error) {
    database?.close();
    release();
    throw error;
  }
}

/** Removes a device's database: its keys, its history, everything. Throws StoreError while a tab has it open. */
export async function removeBrowserStore(name = usualName, waitMs = 2_000): Promise<void> {
  checkBrowser();
  const release = await holdAlone(name, waitMs);
  try {
    await Database.remove(name);
  } finally {
    release();
  }
}

type Contents = { readonly database: Database<Header>; readonly cipher: RowCipher; readonly memory: MemoryStore; readonly release: () => void };

/**
 * A device's store in IndexedDB, read whole when it is opened. Whoever can put older rows in the place of newer ones takes the device back to
 * them; whoever runs scripts in this site reads what the site reads.
 */
export class BrowserStore implements DeviceStore {
  private readonly turns = new Turns();
  private isClosed = false;

  constructor(private readonly contents: Contents) {}

  get(key: string): Promise<string | null> {
    return this.contents.memory.get(key);
  }

  list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    return this.contents.memory.list(prefix);
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    const { database, cipher, memory } = this.contents;
    return this.turns.take(async () => {
      if (this.isClosed) throw new StoreError('This device store was closed.');
      // Sealed before the transaction begins: it would end by itself while something else is waited for.
      await database.change(await Promise.all(changes.map(async ({ key, value }) => (value === null ? { id: await cipher.idOf(key), sealed: null } : await cipher.seal(key, value)))));
      await memory.commit(changes);
    });
  }

  /** Waits for what is being written, and lets another tab have the store. */
  async close(): Promise<void> {
    await this.turns.take(() => Promise.resolve());
    if (this.isClosed) return;
    this.isClosed = true;
    this.contents.database.close();
    this.contents.release();
  }
}

async function cipherFor(database: Database<Header>, { passphrase, random, scryptCost }: { readonly passphrase: string | null; readonly random: Random; readonly scryptCost: ScryptCost }): Promise<RowCipher> {
  const known = await database.header();
  if (known !== null) return await RowCipher.of(known, passphrase, random);
  const { cipher, header } = passphrase === null ? await RowCipher.fresh(random) : await RowCipher.freshUnder(passphrase, scryptCost, random);
  await database.keepHeader(header);
  return cipher;
}

function checkBrowser(): void {
  if (!globalThis.isSecureContext || globalThis.indexedDB === undefined || globalThis.navigator?.locks === undefined) {
    throw new StoreError('A device can be kept in a browser only on a page that comes over https, or from this machine itself (localhost). Open the page by such an address.');
  }
}
