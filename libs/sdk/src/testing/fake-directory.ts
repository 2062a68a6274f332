import {
  appendLeaf, consistencyPath, constantTimeEqual, deviceListHash, emptyEdge, encodeConsistency, encodeEntry, encodeInclusion, entryOf, followDeviceList, inclusionPath, leafHash, newSigningKeys, openBundle, openDeviceList,
  rootOf, signHead, identityIn, systemRandom, withOneTime, type Edge, type OneTimePrekey,
} from '@parley/crypto';
import { PlatformError } from '../platform/error.js';
import type { AccountKeys, KeyDirectory, PublishedList, PublishedPrekeys } from '../end/directory.js';

type Held = { lists: Uint8Array[]; at: number };

/** A key directory in memory, with its log, as honest as `dishonest` lets it be. */
export class FakeKeyDirectory {
  readonly accounts = new Map<string, Held>();
  readonly prekeys = new Map<string, { signed: Uint8Array | null; oneTime: OneTimePrekey[]; highest: number }>();
  readonly log = newSigningKeys(systemRandom);
  readonly calls: string[] = [];
  /** Changes an answer about an account before it is given. */
  dishonest: (answer: AccountKeys) => AccountKeys = (answer) => answer;
  private entries: Uint8Array[] = [];
  private edge: Edge = emptyEdge;
  private readonly nodes = new Map<string, Uint8Array>();

  /** The directory as one caller sees it. */
  as(_caller: string): KeyDirectory {
    return {
      accountKeys: (accountId, version, headSize) => this.answer(`accountKeys ${accountId}`, () => this.accountKeys(accountId, version, headSize)),
      bundles: (accountId, deviceIds) => this.answer(`bundles ${accountId} ${deviceIds.join(',')}`, () => deviceIds.flatMap((deviceId) => this.bundle(accountId, deviceId))),
      keyLog: () => this.answer('keyLog', () => ({ logId: 'log', publicKey: this.log.publicKey })),
      publishList: (list, takeOver) => this.answer('publishList', () => this.publishList(list, takeOver)),
      publishPrekeys: (deviceId, signed, oneTime) => this.answer('publishPrekeys', () => this.publishPrekeys(deviceId, signed, oneTime)),
      prekeyStatus: (deviceId) => this.answer('prekeyStatus', () => this.status(deviceId)),
    };
  }

  listVersionOf(accountId: string): number {
    const newest = this.accounts.get(accountId)?.lists.at(-1);
    return newest === undefined ? 0 : openDeviceList(newest).listVersion;
  }

  devicesOf(accountId: string): readonly string[] {
    const newest = this.accounts.get(accountId)?.lists.at(-1);
    return newest === undefined ? [] : openDeviceList(newest).devices.map(({ deviceId }) => deviceId);
  }

  /** Forgets the last entries, as a restored database does. */
  rewind(entries: number): void {
    const kept = this.entries.slice(0, -entries);
    [this.entries, this.edge] = [[], emptyEdge];
    this.nodes.clear();
    for (const entry of kept) this.append(entry);
  }

  private answer<T>(call: string, give: () => T): Promise<T> {
    this.calls.push(call);
    try {
      return Promise.resolve(give());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  private accountKeys(accountId: string, version: number | null, headSize: number | null): AccountKeys | null {
    const held = this.accounts.get(accountId);
    if (held === undefined) return null;
    const after = held.lists.filter((list) => openDeviceList(list).listVersion > (version ?? Infinity));
    const lists = after.length === 0 ? held.lists.slice(-1) : after;
    const size = this.entries.length;
    const older = headSize === null ? null : Math.min(headSize, size);
    const consistency = older === null ? null : encodeConsistency({ older, size, path: consistencyPath(older, size, this.nodeAt) });
    return this.dishonest({ ...this.published(held), lists, consistency });
  }

  private published({ lists, at }: Held): PublishedList {
    const size = this.entries.length;
    const proof = encodeInclusion({ index: at, size, path: inclusionPath(at, size, this.nodeAt) });
    const head = signHead({ logId: 'log', size, root: rootOf(size, this.nodeAt), at: 1 }, this.log);
    return { listVersion: openDeviceList(lists.at(-1)!).listVersion, entry: this.entries[at]!, proof, head };
  }

  private publishList(list: Uint8Array, takeOver: boolean): PublishedList {
    const opened = openDeviceList(list);
    const held = this.accounts.get(opened.accountId);
    const newest = held?.lists.at(-1);
    if (newest !== undefined && constantTimeEqual(newest, list)) return this.published(held!);
    if (newest !== undefined && !takeOver && opened.listVersion !== openDeviceList(newest).listVersion + 1) throw stale();
    if (newest !== undefined && !takeOver) followDeviceList(newest, list);
    const lists = takeOver || held === undefined ? [list] : [...held.lists, list];
    const next = { lists, at: this.entries.length };
    this.append(encodeEntry(entryOf(opened, deviceListHash(list), 1)));
    this.accounts.set(opened.accountId, next);
    return this.published(next);
  }

  private publishPrekeys(deviceId: string, signed: Uint8Array | null, oneTime: readonly OneTimePrekey[]): PublishedPrekeys {
    const held = this.prekeys.get(deviceId) ?? { signed: null, oneTime: [], highest: 0 };
    const fresh = oneTime.filter(({ id }) => id > held.highest);
    const highest = Math.max(held.highest, ...fresh.map(({ id }) => id));
    this.prekeys.set(deviceId, { signed: signed ?? held.signed, oneTime: [...held.oneTime, ...fresh], highest });
    return this.status(deviceId);
  }

  private status(deviceId: string): PublishedPrekeys {
    const held = this.prekeys.get(deviceId);
    const owner = [...this.accounts.values()].flatMap(({ lists }) => identityIn(openDeviceList(lists.at(-1)!), deviceId) ?? [])[0];
    const signedPrekeyId = !held?.signed || owner === undefined ? null : openBundle(held.signed, owner).signed.id;
    return { signedPrekeyId, oneTimeLeft: held?.oneTime.length ?? 0 };
  }

  private bundle(accountId: string, deviceId: string): readonly { deviceId: string; bundle: Uint8Array }[] {
    const held = this.prekeys.get(deviceId);
    if (!held?.signed || !this.devicesOf(accountId).includes(deviceId)) return [];
    return [{ deviceId, bundle: withOneTime(held.signed, held.oneTime.shift() ?? null) }];
  }

  private append(entry: Uint8Array): void {
    const { edge, nodes } = appendLeaf(this.edge, leafHash(entry));
    this.entries.push(entry);
    this.edge = edge;
    for (const { start, end, hash } of nodes) this.nodes.set(`${start} ${end}`, hash);
  }

  private readonly nodeAt = (start: number, end: number): Uint8Array => this.nodes.get(`${start} ${end}`)!;
}

function stale(): PlatformError {
  return new PlatformError({ kind: 'problem', status: 409, title: 'The list does not follow', detail: '' });
}
