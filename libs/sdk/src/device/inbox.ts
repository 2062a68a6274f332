import { newId, type Random } from '@parley/crypto';
import type { End } from '../end/end.js';
import { receiptsCall, type PlatformClient, type Receipt } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import type { InboxMessage, InboxPage, InboxStatus } from '../platform/inbox.js';
import { enqueue } from './outbox.js';
import type { Reader, Reading } from './reader.js';
import { keys, put, type MessageState, type StoredMessage } from './records.js';
import { moved, type Draft, type Shelf } from './shelf.js';

export type Taken = {
  /** Messages stored by this call, and by no call before. */
  readonly received: readonly StoredMessage[];
  /** What became of messages written here. */
  readonly statuses: readonly InboxStatus[];
  /** Why not everything was taken; null where the inbox is at its end. */
  readonly problem: PlatformError | null;
  readonly atEnd: boolean;
};

export type InboxParts = {
  readonly shelf: Shelf;
  readonly end: End<Draft>;
  readonly reader: Reader;
  readonly client: () => Promise<PlatformClient>;
  readonly random: Random;
  readonly now: () => number;
};

/**
 * Takes pages from the platform's inbox. A page's messages, the receipts that acknowledge them and the cursor behind them are one
 * commit: a message is acknowledged only once it is stored, and stored only once.
 */
export class Inbox {
  constructor(private readonly parts: InboxParts) {}

  /** Takes one page. Throws PlatformError where not even a page could be had. */
  async takePage(contactId: string, waitSeconds: number, signal: AbortSignal | undefined): Promise<Taken> {
    const { shelf, client } = this.parts;
    const cursor = await shelf.store.get(keys.cursor);
    const page = await (await client()).inbox({ cursor, waitSeconds, ...(signal === undefined ? {} : { signal }) });
    const fresh = await this.fresh(page);
    let { ready, problem } = await this.prepared(fresh);
    for (;;) {
      const reached = { at: 0 };
      try {
        const messages = fresh.slice(0, ready);
        const statuses = problem === null ? page.items.filter((item) => item.kind === 'status') : [];
        const received = await this.parts.end.with(async (draft, fetched) => {
          const stored = await this.readAll(draft, messages, contactId, fetched, reached);
          await this.storeStatuses(draft, statuses);
          if (problem === null && page.cursor !== cursor) draft.changes.push({ key: keys.cursor, value: page.cursor });
          return stored;
        });
        return { received, statuses, problem, atEnd: page.cursor === cursor || page.items.length + page.skipped === 0 };
      } catch (error) {
        // Keys cannot be had now: the messages before that one are taken, and the page comes again.
        if (!(error instanceof PlatformError) || reached.at >= ready) throw error;
        [ready, problem] = [reached.at, error];
      }
    }
  }

  /** The page's messages that are not stored here yet. */
  private async fresh({ items }: InboxPage): Promise<readonly InboxMessage[]> {
    const seen = new Set<string>();
    const found: InboxMessage[] = [];
    for (const item of items) {
      if (item.kind !== 'message') continue;
      const key = keys.message(item.conversationId, item.messageId);
      if (seen.has(key) || (await this.parts.shelf.store.get(key)) !== null) continue;
      seen.add(key);
      found.push(item);
    }
    return found;
  }

  /** How many of the messages can be read now, from the first on, and why no more. */
  private async prepared(messages: readonly InboxMessage[]): Promise<{ ready: number; problem: PlatformError | null }> {
    for (const [at, item] of messages.entries()) {
      try {
        await this.parts.reader.prepare(item);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        return { ready: at, problem: error };
      }
    }
    return { ready: messages.length, problem: null };
  }

  private async readAll(draft: Draft, messages: readonly InboxMessage[], contactId: string, fetched: ReadonlySet<string>, reached: { at: number }): Promise<readonly StoredMessage[]> {
    const received: StoredMessage[] = [];
    for (const [at, item] of messages.entries()) {
      reached.at = at;
      const message = arrived(item, await this.parts.reader.read(draft, item, contactId, fetched), draft.nextOrder());
      draft.changes.push(put(keys.message(message.conversationId, message.messageId), message));
      received.push(message);
    }
    reached.at = messages.length;
    // The platform refuses a list of receipts that holds one of a conversation not ours, and would refuse all the others with it.
    const ours = received.filter(({ conversationId }) => conversationId.endsWith(`.${contactId}`));
    const receipts = ours.map((message) => this.receiptOf(message));
    if (receipts.length > 0) enqueue(draft, 'receipts', receiptsCall(receipts, newId('r', this.parts.random)));
    return received;
  }

  private receiptOf({ conversationId, messageId, state }: StoredMessage): Receipt {
    return { conversationId, messageId, status: state === 'unreadable' ? 'failed' : 'delivered', at: this.parts.now() };
  }

  private async storeStatuses(draft: Draft, statuses: readonly InboxStatus[]): Promise<void> {
    const latest = new Map<string, StoredMessage>();
    for (const { conversationId, messageId, status, reason, detail } of statuses) {
      const state = outboundState(status);
      const key = keys.message(conversationId, messageId);
      const message = latest.get(key) ?? (await this.parts.shelf.message(conversationId, messageId));
      if (state === null || message?.direction !== 'out') continue;
      const changes = moved(message, state, state === 'failed' ? (detail ?? reason) : null);
      draft.changes.push(...changes);
      // What the other end could not open, it cannot open any more of that session.
      if (reason === 'rejected_by_device') await this.parts.end.renew(draft, conversationId.split('.')[0]!);
      if (changes.length > 0) latest.set(key, { ...message, state });
    }
  }
}

function arrived({ messageId, conversationId, numberId, at }: InboxMessage, reading: Reading, order: number): StoredMessage {
  const state: MessageState = reading.problem === null ? 'received' : 'unreadable';
  return { messageId, conversationId, numberId, direction: 'in', order, at, ...reading, state };
}

function outboundState(status: string): MessageState | null {
  switch (status) {
    case 'sent':
      return 'accepted';
    case 'delivered':
    case 'read':
    case 'failed':
      return status;
    default:
      return null; // A later version's word; what it means for this message is not known here.
  }
}
