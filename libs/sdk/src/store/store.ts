/** One entry of a device's store to be written, or with null to be removed. */
export type StoreChange = { readonly key: string; readonly value: string | null };

/**
 * What a device keeps: text under keys. Any database with transactions will do. What is in it can be read by whoever reads the
 * device: `parley`'s file store encrypts it, and a browser's should.
 */
export interface DeviceStore {
  /** The value, or null. */
  get(key: string): Promise<string | null>;
  /** All entries whose key starts with the prefix, in order of their keys (UTF-16 code units). */
  list(prefix: string): Promise<readonly (readonly [key: string, value: string])[]>;
  /** Writes all changes or none; once it resolves they survive a crash. A rejection leaves it open whether they were written. */
  commit(changes: readonly StoreChange[]): Promise<void>;
}

/** Keeps everything in memory: for tests, and for a device that may forget. */
export class MemoryStore implements DeviceStore {
  private readonly entries: Map<string, string>;

  constructor(entries: Iterable<readonly [string, string]> = []) {
    this.entries = new Map(entries);
  }

  get(key: string): Promise<string | null> {
    return Promise.resolve(this.entries.get(key) ?? null);
  }

  list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    const found = [...this.entries].filter(([key]) => key.startsWith(prefix));
    return Promise.resolve(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
    return Promise.resolve();
  }
}
