import { changesOver } from '../store/commits.js';
import type { DeviceStore, StoreChange } from '../store/store.js';
import type { RecordDraft } from '../end/records.js';
import { keys, load, loadAll, put, remove, type MessageState, type OutboxEntry, type StoredMessage } from './records.js';
import { Turns } from '../turns.js';

/** Changes of one commit, collected, and read back by whoever adds to them. Orders given out here are taken only if it is committed. */
export type Draft = RecordDraft & {
  readonly changes: StoreChange[];
  /** The next place in the device's history. */
  nextOrder(): number;
};

/**
 * The store as the device's parts use it: every change is one commit, and nobody reads between another's read and commit.
 * No call to the platform happens inside.
 */
export class Shelf {
  private readonly turns = new Turns();

  constructor(readonly store: DeviceStore) {}

  /** Collects changes and commits them together; none if there are none. */
  change<T>(collect: (draft: Draft) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      const first = Number((await this.store.get(keys.order)) ?? 0);
      let order = first;
      const draft: Draft = { ...changesOver(this.store), nextOrder: () => ++order };
      const result = await collect(draft);
      if (order !== first) draft.changes.push({ key: keys.order, value: String(order) });
      if (draft.changes.length > 0) await this.store.commit(draft.changes);
      return result;
    });
  }

  message(conversationId: string, messageId: string): Promise<StoredMessage | null> {
    return load<StoredMessage>(this.store, keys.message(conversationId, messageId));
  }

  async messages(conversationId: string | null): Promise<readonly StoredMessage[]> {
    const prefix = conversationId === null ? keys.messages : keys.message(conversationId, '');
    const messages = await loadAll<StoredMessage>(this.store, prefix);
    return [...messages].sort((a, b) => a.order - b.order);
  }

  outbox(): Promise<readonly OutboxEntry[]> {
    return loadAll<OutboxEntry>(this.store, keys.outbox);
  }

  /** Removes an answered entry and says of its message what became of it, in one commit. */
  settle(entry: OutboxEntry, state: MessageState, problem: string | null): Promise<void> {
    return this.change(async ({ changes }) => {
      changes.push(remove(keys.outboxEntry(entry.order)));
      const { message } = entry;
      const stored = message && (await this.message(message.conversationId, message.messageId));
      if (stored) changes.push(...moved(stored, state, problem));
    });
  }
}

/** From which states a message may come into a state. A state never goes back, and an end is an end. */
const before: Readonly<Record<MessageState, readonly MessageState[]>> = {
  queued: [],
  accepted: ['queued'],
  delivered: ['queued', 'accepted'],
  read: ['queued', 'accepted', 'delivered', 'received'],
  refused: ['queued'],
  failed: ['queued', 'accepted'],
  received: [],
  unreadable: [],
};

/** The message in its later state; nothing where it is there already or further. */
export function moved(message: StoredMessage, state: MessageState, problem: string | null): readonly StoreChange[] {
  if (!before[state].includes(message.state)) return [];
  return [put(keys.message(message.conversationId, message.messageId), { ...message, state, problem } satisfies StoredMessage)];
}
