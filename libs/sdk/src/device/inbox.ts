import type { OwnDevice, Random } from '@parley/crypto';
import { newId } from '@parley/crypto';
import { receiptsCall, type PlatformClient, type Receipt } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import type { InboxMessage, InboxPage, InboxStatus } from '../platform/inbox.js';
import { enqueue } from './outbox.js';
import type { Reader, Reading } from './reader.js';
import { keys, put, type MessageState, type StoredMessage } from './records.js';
import { moved, type Draft, type Shelf } from './shelf.js';

/** This device and the contact it belongs to. */
export type Self = { readonly own: OwnDevice; readonly contactId: string };

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
  readonly reader: Reader;
  readonly client: () => Promise<PlatformClient>;
  readonly random: Random;
  readonly now: () => number;
};

type Read = { readonly item: InboxMessage; readonly reading: Reading };

/**
 * Takes pages from the platform's inbox. A page's messages, the receipts that acknowledge them and the cursor behind them are one
 * commit: a message is acknowledged only once it is stored, and stored only once.
 */
export class Inbox {
  constructor(private readonly parts: InboxParts) {}

  /** Takes one page. Throws PlatformError where not even a page could be had. */
  async takePage(self: Self, waitSeconds: number, signal: AbortSignal | undefined): Promise<Taken> {
    const { shelf, client } = this.parts;
    const cursor = await shelf.store.get(keys.cursor);
    const page = await (await client()).inbox({ cursor, waitSeconds, ...(signal === undefined ? {} : { signal }) });
    const { read, problem } = await this.readAll(page, self);
    const statuses = problem === null ? page.items.filter((item) => item.kind === 'status') : [];
    const received = await shelf.change(async (draft) => {
      const stored = this.storeMessages(draft, read, self);
      await this.storeStatuses(draft, statuses);
      if (problem === null && page.cursor !== cursor) draft.changes.push({ key: keys.cursor, value: page.cursor });
      return stored;
    });
    return { received, statuses, problem, atEnd: page.cursor === cursor || page.items.length + page.skipped === 0 };
  }

  /** Reads the page's new messages up to the first that cannot be read now; the page then comes again. */
  private async readAll({ items }: InboxPage, { own, contactId }: Self): Promise<{ read: readonly Read[]; problem: PlatformError | null }> {
    const read: Read[] = [];
    const seen = new Set<string>();
    for (const item of items) {
      if (item.kind !== 'message') continue;
      const key = keys.message(item.conversationId, item.messageId);
      if (seen.has(key) || (await this.parts.shelf.store.get(key)) !== null) continue;
      seen.add(key);
      try {
        read.push({ item, reading: await this.parts.reader.read(item, own, contactId) });
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        return { read, problem: error };
      }
    }
    return { read, problem: null };
  }

  private storeMessages(draft: Draft, read: readonly Read[], { contactId }: Self): readonly StoredMessage[] {
    const received = read.map(({ item, reading }) => arrived(item, reading, draft.nextOrder()));
    for (const message of received) draft.changes.push(put(keys.message(message.conversationId, message.messageId), message));
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
