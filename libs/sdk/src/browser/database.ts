import { StoreError } from '../store/error.js';

/** One entry as it lies in the database: nothing of it can be read without the key. */
export type SealedRow = { readonly id: string; readonly nonce: Uint8Array<ArrayBuffer>; readonly sealed: ArrayBuffer };

export type RowChange = SealedRow | { readonly id: string; readonly sealed: null };

const version = 1;
const rows = 'rows';
const header = 'header';
/** Of the one record that the store for headers has. */
const only = 'header';

/** A store's database: sealed rows, and the header that says what they are sealed with. */
export class Database<Header> {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly name: string,
  ) {
    // Another tab wants to remove it, or brings a newer form of it: what is said to it after that is refused.
    database.onversionchange = () => database.close();
  }

  static async open<Header>(name: string): Promise<Database<Header>> {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(rows, { keyPath: 'id' });
      opening.result.createObjectStore(header);
    };
    return new Database(await answerTo(opening, name), name);
  }

  static async remove(name: string): Promise<void> {
    await answerTo(indexedDB.deleteDatabase(name), name);
  }

  async header(): Promise<Header | null> {
    const found = await this.read(header, (store) => store.get(only) as IDBRequest<Header | undefined>);
    return found ?? null;
  }

  async rows(): Promise<readonly SealedRow[]> {
    return await this.read(rows, (store) => store.getAll() as IDBRequest<SealedRow[]>);
  }

  /** Keeps the header of a new store. */
  async keepHeader(value: Header): Promise<void> {
    await this.write(header, (store) => store.add(value, only));
  }

  /** Writes all changes or none; they are on disk when it resolves. */
  async change(changes: readonly RowChange[]): Promise<void> {
    await this.write(rows, (store) => {
      for (const row of changes) {
        if (row.sealed === null) store.delete(row.id);
        else store.put(row);
      }
    });
  }

  close(): void {
    this.database.close();
  }

  private async read<T>(store: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return await answerTo(ask(this.begin(store, 'readonly').objectStore(store)), this.name);
  }

  private async write(store: string, tell: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = this.begin(store, 'readwrite');
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(refusal(this.name, transaction.error));
      tell(transaction.objectStore(store));
    });
  }

  private begin(store: string, mode: IDBTransactionMode): IDBTransaction {
    try {
      return this.database.transaction(store, mode, { durability: 'strict' });
    } catch (error) {
      throw refusal(this.name, error);
    }
  }
}

function answerTo<T>(request: IDBRequest<T>, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(refusal(name, request.error));
  });
}

function refusal(name: string, error: unknown): StoreError {
  const reason = error instanceof DOMException ? error.name : 'unknown';
  return new StoreError(`The browser refuses the device's database ${name} (${reason}). ${fixes[reason] ?? 'Load the page anew; if it stays, allow this site to keep data, and leave private browsing.'}`);
}

const fixes: Readonly<Record<string, string>> = {
  QuotaExceededError: 'Make room on this device, or let this site keep more.',
  InvalidStateError: 'It was closed, by another tab that removed it or holds a newer version. Load the page anew.',
  VersionError: 'A newer version of the page wrote it. Load the page anew.',
};
