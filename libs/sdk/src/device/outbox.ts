import type { PlatformClient, StoredCall } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import { keys, put, type OutboxEntry } from './records.js';
import type { Draft, Shelf } from './shelf.js';
import { Turns } from './turns.js';

/** A write the platform refused for good, and its reason. */
export type RefusedWrite = { readonly entry: OutboxEntry; readonly error: PlatformError };

export type Flushed = {
  readonly refused: readonly RefusedWrite[];
  /** Why something still waits; null where nothing does. */
  readonly problem: PlatformError | null;
};

/** Puts a write into the commit that stores what it carries: nothing is ever sent that is not stored. */
export function enqueue(draft: Draft, line: string, call: StoredCall, message: OutboxEntry['message'] = null): void {
  const order = draft.nextOrder();
  draft.changes.push(put(keys.outboxEntry(order), { order, line, call, message } satisfies OutboxEntry));
}

/** Sends what is stored, with the bytes and the key it was stored with, until the platform has answered each. */
export class Outbox {
  private readonly turns = new Turns();

  constructor(
    private readonly shelf: Shelf,
    private readonly client: () => Promise<PlatformClient>,
  ) {}

  /** Sends all that waits. Never throws PlatformError: what could not be sent stays, and is tried again at the next flush. */
  flush(): Promise<Flushed> {
    return this.turns.take(async () => {
      const refused: RefusedWrite[] = [];
      const blocked = new Set<string>(); // Lines whose first entry must wait: the order within a line is kept.
      let problem: PlatformError | null = null;
      const entries = await this.shelf.outbox();
      const client = entries.length === 0 ? null : await this.client();
      for (const entry of entries) {
        if (client === null || blocked.has(entry.line)) continue;
        const error = await this.send(client, entry);
        if (error === null) continue;
        if (error.isRefusal) {
          refused.push({ entry, error });
          continue;
        }
        problem ??= error;
        blocked.add(entry.line);
        if (error.kind !== 'problem' || error.status === 401) break; // The next entries would fare no better.
      }
      return { refused, problem };
    });
  }

  private async send(client: PlatformClient, entry: OutboxEntry): Promise<PlatformError | null> {
    try {
      await client.send(entry.call);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.isRefusal) await this.shelf.settle(entry, 'refused', error.message);
      return error;
    }
    await this.shelf.settle(entry, 'accepted', null);
    return null;
  }
}
