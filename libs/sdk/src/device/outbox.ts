import type { Random } from '@parley/crypto';
import type { End } from '../end/end.js';
import { EndError } from '../end/error.js';
import type { PlatformClient, StoredCall } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import { Turns } from '../turns.js';
import { keys, load, put, type OutboxEntry } from './records.js';
import type { Draft, Shelf } from './shelf.js';
import { sealLetter } from './writing.js';

/** A write the platform refused for good, and its reason. */
export type RefusedWrite = { readonly entry: OutboxEntry; readonly error: PlatformError | EndError };

export type Flushed = {
  readonly refused: readonly RefusedWrite[];
  /** Why something still waits; null where nothing does. */
  readonly problem: PlatformError | null;
};

export type OutboxParts = {
  readonly shelf: Shelf;
  readonly end: End<Draft>;
  readonly client: () => Promise<PlatformClient>;
  readonly random: Random;
};

const mostResealed = 5; // Somebody who adds a device at each try must not keep us busy for ever.

/** Puts a write into the commit that stores what it carries: nothing is ever sent that is not stored. */
export function enqueue(draft: Draft, line: string, call: StoredCall, message: OutboxEntry['message'] = null): void {
  const order = draft.nextOrder();
  draft.changes.push(put(keys.outboxEntry(order), { order, line, call, message } satisfies OutboxEntry));
}

/** Sends what is stored, with the bytes and the key it was stored with, until the platform has answered each. */
export class Outbox {
  private readonly turns = new Turns();

  constructor(private readonly parts: OutboxParts) {}

  /** Sends all that waits. Never throws PlatformError: what could not be sent stays, and is tried again at the next flush. */
  flush(): Promise<Flushed> {
    return this.turns.take(async () => {
      const refused: RefusedWrite[] = [];
      const blocked = new Set<string>(); // Lines whose first entry must wait: the order within a line is kept.
      let problem: PlatformError | null = null;
      const entries = await this.parts.shelf.outbox();
      const client = entries.length === 0 ? null : await this.parts.client();
      for (const entry of entries) {
        if (client === null || blocked.has(entry.line)) continue;
        const error = await this.send(client, entry, 0);
        if (error === null) continue;
        if (error instanceof EndError || error.isRefusal) {
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

  private async send(client: PlatformClient, entry: OutboxEntry, resealed: number): Promise<PlatformError | EndError | null> {
    const { shelf } = this.parts;
    try {
      await client.send(entry.call);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.staleAccounts.length > 0 && entry.message !== null && resealed < mostResealed) return await this.sendAnew(client, entry, error, resealed + 1);
      if (error.isRefusal) await shelf.settle(entry, 'refused', error.message);
      return error;
    }
    await shelf.settle(entry, 'accepted', null);
    return null;
  }

  /** Seals the same message for the devices there are now, and sends it under another key; an error where that cannot be. */
  private async sendAnew(client: PlatformClient, entry: OutboxEntry, { staleAccounts }: PlatformError, resealed: number): Promise<PlatformError | EndError | null> {
    const { shelf, end, random } = this.parts;
    try {
      await shelf.change(async (draft) => {
        for (const { accountId } of staleAccounts) await end.accounts.markStale(draft, accountId);
      });
      await end.with(async (draft) => {
        const call = await sealLetter(draft, end, entry.message!, random);
        draft.changes.push(put(keys.outboxEntry(entry.order), { ...entry, call } satisfies OutboxEntry));
      });
    } catch (error) {
      if (error instanceof EndError) await shelf.settle(entry, 'refused', error.message);
      if (error instanceof EndError || error instanceof PlatformError) return error;
      throw error;
    }
    const renewed = await load<OutboxEntry>(shelf.store, keys.outboxEntry(entry.order));
    return await this.send(client, renewed ?? entry, resealed);
  }
}
