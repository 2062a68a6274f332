import { decodeSessions, encodeSessions, fromBase64, toBase64, type PeerSessions } from '@parley/crypto';
import { EndError } from './error.js';

/** What an end reads: text under keys. */
export interface Records {
  get(key: string): Promise<string | null>;
}

/** What an end reads and writes within one commit: it reads its own writes, and all are kept or none. */
export interface RecordDraft extends Records {
  put(key: string, value: string): void;
  remove(key: string): void;
}

/** Names of an end's records. All that starts with `end/` is secret. */
export const endKeys = {
  /** OwnKeys, JSON. */
  own: 'end/own',
  /** The own account's newest list, base64. */
  prekeys: 'end/prekeys',
  /** What of the prekeys the directory does not have yet: Publication, JSON. */
  publication: 'end/publication',
  /** The key log as last seen: KnownLog, JSON. */
  log: 'end/log',
  /** KnownAccount, JSON. */
  account: (accountId: string) => `end/account/${accountId}`,
  /** Sessions with one device, base64. */
  sessions: (accountId: string, deviceId: string) => `end/session/${accountId}/${deviceId}`,
  /** There where the next message to the device has to begin a new session. */
  renewal: (accountId: string, deviceId: string) => `end/renewal/${accountId}/${deviceId}`,
  /** SeenMessages, JSON. */
  seen: (conversationId: string) => `end/seen/${conversationId}`,
} as const;

/** The end's own secrets; seeds and keys in base64. */
export type OwnKeys = {
  /** null until the platform has said whose and which device it is. */
  readonly device: { readonly accountId: string; readonly deviceId: string } | null;
  readonly signingSeed: string;
  readonly agreementSecret: string;
  /** Signs the account's list; null at a device that was linked to an account. */
  readonly accountSeed: string | null;
};

/** An account as last verified. */
export type KnownAccount = {
  /** Its newest list, base64. */
  readonly list: string;
  /** The account keys it had before, base64, the newest first: each change is another identity, to be compared anew. */
  readonly formerKeys: readonly string[];
  /** Whether the platform said that there is a newer list. */
  readonly stale: boolean;
};

/** The log's own key, and its newest head: the next one has to begin with all that it held. */
export type KnownLog = { readonly logId: string; readonly publicKey: string; /** base64; null before the first. */ readonly head: string | null };

/** By which the two ends of a conversation tell each other what they have seen; hashes in base64. */
export type SeenMessages = {
  /** Of the last message opened. */
  readonly opened: string | null;
  /** Of the last messages sealed here, the newest last. */
  readonly sealed: readonly string[];
};

/** The record under a key, or null. Throws EndError 'damaged_store'. */
export async function loadRecord<T>(records: Records, key: string): Promise<T | null> {
  const text = await records.get(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw damaged(key);
  }
}

export function putRecord(draft: RecordDraft, key: string, value: unknown): void {
  draft.put(key, JSON.stringify(value));
}

/** Throws EndError 'damaged_store' where the text is not base64. */
export function bytesOf(text: string, key: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === null) throw damaged(key);
  return bytes;
}

export async function loadSessions(records: Records, accountId: string, deviceId: string): Promise<PeerSessions> {
  const key = endKeys.sessions(accountId, deviceId);
  const text = await records.get(key);
  return text === null ? [] : decodeSessions(bytesOf(text, key));
}

export function putSessions(draft: RecordDraft, accountId: string, deviceId: string, sessions: PeerSessions): void {
  draft.put(endKeys.sessions(accountId, deviceId), toBase64(encodeSessions(sessions)));
}

function damaged(key: string): EndError {
  return new EndError('damaged_store', `the store does not hold what was put under ${key}: restore it, or register anew in an empty one`);
}
