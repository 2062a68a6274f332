import {
  checkLogged, constantTimeEqual, CryptoError, followDeviceList, followHead, openDeviceList, openHead, toBase64, type DeviceList, type LogHead,
} from '@parley/crypto';
import type { AccountKeys, KeyDirectory, PublishedList } from './directory.js';
import { EndError } from './error.js';
import { bytesOf, endKeys, loadRecord, putRecord, type KnownAccount, type KnownLog, type RecordDraft, type Records } from './records.js';

/** A key log by its id and its Ed25519 key. */
export type LogIdentity = { readonly logId: string; readonly publicKey: Uint8Array };

/** A list that was verified, with the log's head that holds it: to be kept in one commit. */
export type VerifiedAccount = { readonly accountId: string; readonly list: Uint8Array; readonly opened: DeviceList; readonly log: KnownLog };

const mostCached = 1_000;

/**
 * What an end knows of accounts: their newest lists, each followed from the one before and found in the key log. The first key of an account, and where
 * it was not given the log's, is believed as it comes; people compare safety numbers.
 */
export class Accounts {
  /** Verifying a list takes a signature per device: what this process has verified once, it remembers by its text. */
  private readonly opened = new Map<string, DeviceList>();

  constructor(private readonly pinned: LogIdentity | null) {}

  /** The account as last verified; null where it never was. Throws EndError 'damaged_store'. */
  async known(records: Records, accountId: string): Promise<{ readonly record: KnownAccount; readonly list: DeviceList } | null> {
    const key = endKeys.account(accountId);
    const record = await loadRecord<KnownAccount>(records, key);
    return record === null ? null : { record, list: this.open(record.list, key) };
  }

  /** Asks the directory for an account's newest list and verifies it. Nothing is kept. Throws EndError 'unknown_account', 'keys_disagree'; PlatformError. */
  async fetch(records: Records, directory: KeyDirectory, accountId: string): Promise<VerifiedAccount> {
    const log = await this.log(records, directory);
    const known = await loadRecord<KnownAccount>(records, endKeys.account(accountId));
    let held = known === null ? null : bytesOf(known.list, endKeys.account(accountId));
    const headBefore = log.head === null ? null : openedHead(log, bytesOf(log.head, endKeys.log));
    for (;;) {
      const version = held === null ? null : openDeviceList(held).listVersion;
      const answer = await directory.accountKeys(accountId, version, headBefore?.size ?? null);
      if (answer === null) throw new EndError('unknown_account', `the directory has no keys of ${accountId}, or does not show them to you`);
      const verified = verify(() => this.follow(held, answer, log, headBefore, accountId));
      if (verified.isNewest) return { accountId, list: verified.list, opened: verified.opened, log: { ...log, head: toBase64(answer.head) } };
      held = verified.list; // There is more than fits one answer.
    }
  }

  /** The directory's word on a list that this end has just published, verified. */
  async published(records: Records, directory: KeyDirectory, list: Uint8Array, said: PublishedList): Promise<VerifiedAccount> {
    const log = await this.log(records, directory);
    const opened = verify(() => checkLogged({ list, entry: said.entry, proof: said.proof }, openedHead(log, said.head)));
    return { accountId: opened.accountId, list, opened, log }; // The head is not followed from the one before here: the next fetch does that.
  }

  /** Keeps what was verified. One at a time, from `fetch` to here: two heads that were both followed from one before may not fit each other. */
  async keep(draft: RecordDraft, { accountId, list, opened, log }: VerifiedAccount): Promise<void> {
    const known = await this.known(draft, accountId);
    const sameKey = known === null || constantTimeEqual(known.list.accountKey, opened.accountKey);
    const formerKeys = known === null ? [] : sameKey ? known.record.formerKeys : [toBase64(known.list.accountKey), ...known.record.formerKeys];
    const text = toBase64(list);
    this.remember(text, opened);
    putRecord(draft, endKeys.account(accountId), { list: text, formerKeys, stale: false } satisfies KnownAccount);
    putRecord(draft, endKeys.log, log);
  }

  /** The platform said that there is a newer list: the next use of the account asks for it. */
  async markStale(draft: RecordDraft, accountId: string): Promise<void> {
    const record = await loadRecord<KnownAccount>(draft, endKeys.account(accountId));
    if (record !== null && !record.stale) putRecord(draft, endKeys.account(accountId), { ...record, stale: true });
  }

  private open(text: string, key: string): DeviceList {
    const cached = this.opened.get(text);
    if (cached !== undefined) return cached;
    const list = openDeviceList(bytesOf(text, key));
    this.remember(text, list);
    return list;
  }

  private remember(text: string, list: DeviceList): void {
    if (this.opened.size >= mostCached) this.opened.delete(this.opened.keys().next().value!);
    this.opened.set(text, list);
  }

  private async log(records: Records, directory: KeyDirectory): Promise<KnownLog> {
    const known = await loadRecord<KnownLog>(records, endKeys.log);
    const pinned = this.pinned ?? (known === null ? await directory.keyLog() : null);
    if (known === null) return { logId: pinned!.logId, publicKey: toBase64(pinned!.publicKey), head: null };
    const isOther = pinned !== null && (pinned.logId !== known.logId || toBase64(pinned.publicKey) !== known.publicKey);
    if (isOther) throw new EndError('keys_disagree', 'the key log that was configured is another one than this end has followed');
    return known;
  }

  private follow(held: Uint8Array | null, answer: AccountKeys, log: KnownLog, before: LogHead | null, accountId: string) {
    const head = openedHead(log, answer.head);
    if (before !== null) {
      if (answer.consistency === null) throw new CryptoError('bad_proof', 'the log does not show that it still holds what it held');
      followHead(before, head, answer.consistency);
    }
    const newest = answer.lists.at(-1);
    if (newest === undefined) throw new CryptoError('malformed', 'the directory answered without a list');
    const opened = followed(held, answer.lists);
    if (opened.accountId !== accountId) throw new CryptoError('sender_mismatch', 'the list is of another account');
    const isNewest = opened.listVersion === answer.listVersion;
    if (isNewest) checkLogged({ list: newest, entry: answer.entry, proof: answer.proof }, head);
    else if (held !== null && opened.listVersion <= openDeviceList(held).listVersion) throw new CryptoError('bad_proof', 'the directory does not show its newest list');
    return { list: newest, opened, isNewest };
  }
}

/** The last of the lists, where each follows from the one before; the first from the one held, unless the account has another key now. */
function followed(held: Uint8Array | null, lists: readonly Uint8Array[]): DeviceList {
  const first = openDeviceList(lists[0]!);
  if (held !== null) {
    const before = openDeviceList(held);
    const isSame = constantTimeEqual(held, lists[0]!);
    if (!isSame && constantTimeEqual(before.accountKey, first.accountKey)) followDeviceList(held, lists[0]!);
  }
  return lists.slice(1).reduce((last, next, at) => {
    const isNewIdentity = !constantTimeEqual(openDeviceList(next).accountKey, last.accountKey);
    if (isNewIdentity) throw new CryptoError('not_successor', 'lists of two identities in one answer');
    return followDeviceList(lists[at]!, next);
  }, first);
}

function openedHead({ logId, publicKey }: KnownLog, bytes: Uint8Array): LogHead {
  const head = openHead(bytes, bytesOf(publicKey, endKeys.log));
  if (head.logId !== logId) throw new CryptoError('bad_proof', 'the head is of another log');
  return head;
}

function verify<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new EndError('keys_disagree', `what the directory says of keys does not hold (${error.code}: ${error.message}); nothing is sealed with them, report it`);
  }
}
