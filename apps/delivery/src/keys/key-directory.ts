import type { BusinessId, ContactId } from '@parley/contracts';
import { noDevices } from '@parley/domain';
import type { PresentDevices, PresentEnds } from '@parley/domain';
import type { Rows, Viewer } from '@parley/service';
import { seenBy, viewerOf } from './account.js';
import type { Account, KeyCaller } from './account.js';
import { listsAbove, presentList } from './device-list.js';
import type { KeyLog } from './key-log.js';
import type { Published } from './publication.js';
import { registeredDevices } from './registered.js';

/** How many lists one answer has. */
export const mostLists = 64;

export interface OwnKeys {
  readonly accountId: string;
  readonly listVersion: number;
  readonly list: Uint8Array | null;
  readonly registered: readonly { readonly deviceId: string; readonly name: string; readonly signingKey: string; readonly agreementKey: string; readonly createdAt: number; readonly listed: boolean }[];
}

export interface AccountLists extends Published {
  readonly accountId: string;
  readonly lists: readonly Uint8Array[];
  readonly consistency: Uint8Array | null;
}

export interface LogState {
  readonly head: Uint8Array;
  readonly consistency: Uint8Array | null;
}

/** What is asked of lists and their log. */
export class KeyDirectory {
  constructor(
    private readonly rows: Rows,
    private readonly log: KeyLog,
  ) {}

  /** The caller's own list, and the devices that it may list. */
  async own(caller: KeyCaller): Promise<OwnKeys> {
    return this.rows.for(viewerOf(caller), async (manager) => {
      const present = await presentList(manager, caller);
      const devices = await registeredDevices(manager, caller);
      const registered = devices.flatMap(({ deviceId, name, signingKey, agreementKey, createdAt }) =>
        signingKey === null || agreementKey === null ? [] : [{ deviceId, name, signingKey, agreementKey, createdAt, listed: present?.devices.includes(deviceId) ?? false }],
      );
      return { accountId: caller.accountId, listVersion: present?.listVersion ?? 0, list: present?.list ?? null, registered };
    });
  }

  /** Version of an account's present list; 0 where there is none. */
  async versionOf(account: Account): Promise<number> {
    return this.rows.for(viewerOf(account), async (manager) => (await presentList(manager, account))?.listVersion ?? 0);
  }

  /** The present devices of a conversation's ends, for what a contact sends. */
  async presentEnds(from: ContactId, to: BusinessId): Promise<PresentEnds> {
    const present = (account: Account): Promise<PresentDevices> => this.rows.for(viewerOf(account), async (manager) => (await presentList(manager, account)) ?? noDevices);
    return { from: await present({ accountId: from, party: 'contact' }), to: await present({ accountId: to, party: 'business' }) };
  }

  /**
   * An account's lists above a version, in order, and where the newest of all stands in the log. Null where the caller sees no such list.
   * @param older a size of the log that the caller remembers.
   */
  async listsOf(caller: KeyCaller, accountId: string, version: number | null, older: number | null): Promise<AccountLists | null> {
    const account = seenBy(caller, accountId);
    if (account === null) return null;
    return this.rows.for(viewerOf(account), async (manager) => {
      const present = await presentList(manager, account);
      if (present === null) return null;
      const { listVersion, logIndex } = present;
      const follows = version !== null && version < listVersion;
      const lists = follows ? (await listsAbove(manager, present, version, mostLists)).map(({ list }) => list) : [present.list];
      const head = await this.log.head(manager);
      const [entry, proof] = [await this.log.entryAt(manager, logIndex), await this.log.inclusion(manager, logIndex, head)];
      return { accountId, listVersion, lists, entry, proof, head: head.bytes, consistency: await this.log.consistency(manager, older, head) };
    });
  }

  /** The log's head, and that it begins with what the caller remembers. */
  async head(viewer: Viewer, older: number | null): Promise<LogState> {
    return this.rows.for(viewer, async (manager) => {
      const head = await this.log.head(manager);
      return { head: head.bytes, consistency: await this.log.consistency(manager, older, head) };
    });
  }

  async entries(viewer: Viewer, from: number, limit: number): Promise<readonly Uint8Array[]> {
    return this.rows.for(viewer, (manager) => this.log.entriesFrom(manager, from, limit));
  }
}
