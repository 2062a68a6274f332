import type { Instant } from '@parley/contracts';
import { CryptoError, deviceListHash, encodeEntry, entryOf, followDeviceList, meaningOf, openDeviceList, toBase64 } from '@parley/crypto';
import type { DeviceList } from '@parley/crypto';
import { invalidFields, Problem, unauthorized } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Directory } from '../directory/directory.js';
import { ownerOf, viewerOf } from './account.js';
import type { KeyCaller } from './account.js';
import type { Announcement } from './announcement.js';
import { DeviceListRow, presentList } from './device-list.js';
import type { KeyLog } from './key-log.js';
import { registeredDevices, revoke } from './registered.js';
import type { RegisteredDevice } from './registered.js';

/** How long after its number was proven a contact may take its account over with the token it was given. */
export const takeOverWithinMs = 15 * 60_000;

/** How many lists an account publishes within a day: each is kept for ever, and the log is everybody's. */
const mostLists = 100;
const listsWithinMs = 24 * 3_600_000;

/** A list as it stands in the log. */
export interface Published {
  readonly listVersion: number;
  readonly entry: Uint8Array;
  readonly proof: Uint8Array;
  readonly head: Uint8Array;
}

/**
 * Publishes lists of devices. List, log entry and head, revocations, and that the event log has to be told are one commit. The log's head is held
 * from before the present list is looked at: of two lists at the same time one comes after the other, and sees it.
 */
export class Publication {
  constructor(
    private readonly runtime: Pick<Runtime, 'clock'>,
    private readonly rows: Rows,
    private readonly log: KeyLog,
    private readonly directory: Pick<Directory, 'endTokens'>,
    private readonly announcement: Pick<Announcement, 'announceSoon'>,
  ) {}

  /** Throws `invalid-fields`, `stale-list` with the present version, `forbidden` where an account may not be taken over. */
  async publish(caller: KeyCaller, bytes: Uint8Array, takeOver: boolean): Promise<Published> {
    const list = opened(bytes);
    if (list.accountId !== caller.accountId) throw wrongList(`is of the account ${list.accountId}; yours is ${caller.accountId}`);
    const now = this.runtime.clock();
    const { published, revoked } = await this.rows.for(viewerOf(caller), async (manager) => {
      const held = await this.log.hold(manager);
      const present = await presentList(manager, caller);
      if (present !== null && sameBytes(present.list, bytes)) return { published: await this.shown(manager, present), revoked: [] };
      await checkRate(manager, caller, now);
      const isFirst = present === null || this.takesOver(caller, present, list, takeOver, now);
      if (!isFirst) followed(present, bytes);
      else if (list.listVersion !== 1) throw wrongList('is the first of this account, and so has to have version 1');
      const registered = await registeredDevices(manager, caller);
      checkRegistered(list, registered);
      checkCaller(caller, list, registered, isFirst);
      const gone = goneDevices(list, present, registered, isFirst);
      await revoke(manager, caller, gone, now);
      const entry = encodeEntry(entryOf(list, deviceListHash(bytes), Math.max(now, held.at)));
      const head = await this.log.append(manager, held, entry, now);
      const devices = list.devices.map(({ deviceId }) => deviceId);
      const identityFrom = isFirst ? held.size : present!.identityFrom;
      const { listVersion } = list;
      await manager.insert(DeviceListRow, { logIndex: held.size, ...ownerOf(caller), identityFrom, listVersion, accountKey: toBase64(list.accountKey), list: bytes, devices, publishedAt: now, announcedAt: null });
      const proof = await this.log.inclusion(manager, held.size, head);
      return { published: { listVersion, entry, proof, head: head.bytes }, revoked: gone };
    });
    this.directory.endTokens(revoked);
    await this.announcement.announceSoon();
    return published;
  }

  private async shown(manager: EntityManager, { logIndex, listVersion }: DeviceListRow): Promise<Published> {
    const head = await this.log.head(manager);
    return { listVersion, entry: await this.log.entryAt(manager, logIndex), proof: await this.log.inclusion(manager, logIndex, head), head: head.bytes };
  }

  /** Whether the list is the first of another identity, and may be. */
  private takesOver(caller: KeyCaller, present: DeviceListRow, list: DeviceList, takeOver: boolean, now: Instant): boolean {
    if (toBase64(list.accountKey) === present.accountKey) return false;
    if (!takeOver) throw staleList(present, 'It is of another account key. To take the account over with a key of your own, say takeOver: true; people are then warned.');
    const proven = caller.party === 'business' || now < caller.tokenAt + takeOverWithinMs;
    if (!proven) throw new Problem('forbidden', 'An account is taken over within 15 minutes of proving its number: register this device again (POST /delivery/v1/devices), and publish with the new token.');
    return true;
  }
}

function opened(bytes: Uint8Array): DeviceList {
  try {
    return openDeviceList(bytes);
  } catch (error) {
    if (error instanceof CryptoError) throw wrongList(`is refused (${error.code}): ${error.message}. ${meaningOf(error.code)}`);
    throw error;
  }
}

async function checkRate(manager: EntityManager, { accountId, party }: KeyCaller, now: Instant): Promise<void> {
  const published = await manager.countBy(DeviceListRow, { accountId, party, publishedAt: MoreThan(now - listsWithinMs) });
  if (published < mostLists) return;
  throw new Problem('too-many-requests', `An account publishes at most ${mostLists} lists in 24 hours. Put several changes into one list.`, [], { 'Retry-After': '3600' });
}

function followed(present: DeviceListRow, bytes: Uint8Array): void {
  try {
    followDeviceList(present.list, bytes);
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'not_successor') throw staleList(present, `${error.message}.`);
    throw error;
  }
}

function checkRegistered(list: DeviceList, registered: readonly RegisteredDevice[]): void {
  const known = new Map(registered.map((device) => [device.deviceId, device]));
  const wrong = list.devices.flatMap(({ deviceId, signingKey, agreementKey }) => {
    const device = known.get(deviceId);
    if (device === undefined) return [`has ${deviceId}, which is not registered with this account, or was revoked`];
    return device.signingKey === toBase64(signingKey) && device.agreementKey === toBase64(agreementKey) ? [] : [`has ${deviceId} under other keys than it is registered with`];
  });
  if (wrong.length > 0) throw invalidFields(wrong.map((hint) => ({ path: 'list', hint })));
}

function checkCaller(caller: KeyCaller, list: DeviceList, registered: readonly RegisteredDevice[], isFirst: boolean): void {
  if (caller.party === 'contact' && !registered.some(({ deviceId }) => deviceId === caller.deviceId)) throw unauthorized('The device was revoked. Register again with new keys.');
  if (!isFirst) return;
  const holds = caller.party === 'business' ? list.devices.length > 0 : list.devices.some(({ deviceId }) => deviceId === caller.deviceId);
  if (!holds) throw wrongList(caller.party === 'business' ? 'is the first, and has to have a device' : 'is the first, and has to have the device that publishes it');
}

/** Devices that fall out: of a list that follows, those that the one before had; of an identity that begins, all that it does not have. */
function goneDevices(list: DeviceList, present: DeviceListRow | null, registered: readonly RegisteredDevice[], isFirst: boolean): readonly string[] {
  if (present === null) return [];
  const listed = new Set(list.devices.map(({ deviceId }) => deviceId));
  const before = isFirst ? registered.map(({ deviceId }) => deviceId) : present.devices;
  return before.filter((deviceId) => !listed.has(deviceId));
}

function wrongList(hint: string): Problem {
  return invalidFields([{ path: 'list', hint }]);
}

function staleList({ listVersion }: DeviceListRow, why: string): Problem {
  return new Problem('stale-list', `${why} Fetch the present list (GET /delivery/v1/keys/own), version ${listVersion}, and sign one that follows from it.`, [], {}, { listVersion });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
