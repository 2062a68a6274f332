import type { DeviceStore, StoreChange } from '../store/store.js';
import type { StoredCall } from '../platform/client.js';
import type { EntryPoint } from '../platform/inbox.js';
import type { Content } from '../content/content.js';
import type { ContentErrorCode } from '../content/error.js';
import type { CryptoErrorCode } from '@parley/crypto';
import { DeviceError } from './error.js';

/** Who this device is. Written once, at the end of registration. */
export type Profile = {
  readonly phone: string;
  readonly name: string;
  readonly contactId: string;
  readonly deviceId: string;
  readonly token: string;
};

/** A registration that was begun: the keys it names are stored before it, and the same if the answer was lost. */
export type PendingRegistration = {
  readonly phone: string;
  readonly code: string;
  readonly name: string;
  readonly idempotencyKey: string;
};

/** A business's number as last seen in the directory. */
export type KnownNumber = {
  readonly numberId: string;
  readonly businessId: string;
  /** Digits; null where the number wrote first and its digits are not known. */
  readonly phone: string | null;
  readonly displayName: string;
};

/**
 * out: queued (stored here) → accepted (by the platform) → delivered → read; or refused (by the platform), or failed.
 * in: received → read; or unreadable, which was reported to the sender as failed.
 */
export type MessageState = 'queued' | 'accepted' | 'delivered' | 'read' | 'refused' | 'failed' | 'received' | 'unreadable';

export type StoredMessage = {
  readonly messageId: string;
  readonly conversationId: string;
  readonly numberId: string;
  readonly direction: 'in' | 'out';
  /** Place in this device's history; grows with every stored message. */
  readonly order: number;
  /** Epoch ms UTC: of what came in by the platform's clock, of what went out by the device's. */
  readonly at: number;
  /** What a person reads: of what is no text a short description. Null where it could not be opened. */
  readonly text: string | null;
  /** All that was sealed, for an app that shows more than text. Null where it could not be opened, and left out in what an earlier version stored. */
  readonly content?: Content | null;
  /** Category of what came in; null for what went out. */
  readonly category: string | null;
  /** The template it was made from. */
  readonly template: { readonly name: string; readonly language: string } | null;
  readonly replyTo: string | null;
  readonly state: MessageState;
  /** Why it is refused, failed or unreadable: a code, or the platform's words. */
  readonly problem: CryptoErrorCode | ContentErrorCode | string | null;
};

/** A write that waits for the platform's answer. Entries of one line are sent in order. */
export type OutboxEntry = {
  readonly order: number;
  readonly line: string;
  readonly call: StoredCall;
  /** The message it carries; null for receipts and consent. */
  readonly message: Letter | null;
};

/** A message as it was before it was sealed: what is needed to seal it anew where the business's devices turn out to be others. */
export type Letter = {
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly numberId: string;
  /** Canonical JSON. */
  readonly content: string;
  readonly entryPoint: EntryPoint | null;
};

export const keys = {
  profile: 'profile',
  registration: 'registration',
  cursor: 'cursor',
  order: 'order',
  numbers: 'number/',
  number: (numberId: string) => `number/${numberId}`,
  messages: 'message/',
  message: (conversationId: string, messageId: string) => `message/${conversationId}/${messageId}`,
  outbox: 'outbox/',
  outboxEntry: (order: number) => `outbox/${String(order).padStart(12, '0')}`,
  template: (businessId: string, hash: string) => `template/${businessId}/${hash}`,
} as const;

/** The record under a key, or null. Throws DeviceError 'damaged_store' where it is not JSON. */
export async function load<T>(store: DeviceStore, key: string): Promise<T | null> {
  const value = await store.get(key);
  return value === null ? null : parse<T>(key, value);
}

export async function loadAll<T>(store: DeviceStore, prefix: string): Promise<readonly T[]> {
  return (await store.list(prefix)).map(([key, value]) => parse<T>(key, value));
}

export function put(key: string, value: unknown): StoreChange {
  return { key, value: JSON.stringify(value) };
}

export function remove(key: string): StoreChange {
  return { key, value: null };
}

function parse<T>(key: string, value: string): T {
  try {
    return JSON.parse(value) as T;
  } catch {
    throw new DeviceError('damaged_store', `the store holds no JSON under ${key}: restore it, or register the device anew in an empty one`);
  }
}
