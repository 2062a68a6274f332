import type { Queryable } from '@parley/bus-postgres';
import { CryptoError, fromBase64, meaningOf, openBundle, withOneTime } from '@parley/crypto';
import type { OneTimePrekey, PrekeyBundle } from '@parley/crypto';
import { invalidFields, Problem } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ownerOf, viewerOf } from './account.js';
import type { Account } from './account.js';
import { presentList } from './device-list.js';
import { OneTimePrekeyRow, PrekeyDraw, PrekeysRow } from './prekey-rows.js';
import { registeredDevice } from './registered.js';

/** How many a device may have here; the oldest go. */
const mostHeld = 1_000;
/** How many of one device one requester is given within a day: the last ones are not to be drawn by somebody who collects them. */
const mostDrawn = 5;
const drawnWithinMs = 24 * 3_600_000;

export interface PrekeysLeft {
  readonly signedPrekeyId: number | null;
  readonly oneTimeLeft: number;
}

/** A device's bundle, as it is handed out. */
export interface HandedOut {
  readonly deviceId: string;
  readonly bundle: Uint8Array;
}

/** The prekeys of devices: taken in from them, and handed to whoever begins a session with them. */
export class PrekeyStore {
  constructor(
    private readonly runtime: Pick<Runtime, 'clock'>,
    private readonly rows: Rows,
  ) {}

  /** Takes in what is new; prekeys that are there, or were, change nothing. Throws `invalid-fields` and `not-found`. */
  async put(account: Account, deviceId: string, signed: Uint8Array | null, oneTime: readonly OneTimePrekey[]): Promise<PrekeysLeft> {
    return this.rows.for(viewerOf(account), async (manager) => {
      const bundle = signed === null ? null : await checkedBundle(manager, account, deviceId, signed);
      if (bundle === null) await found(manager, account, deviceId);
      await manager.createQueryBuilder().insert().into(PrekeysRow).values({ deviceId, ...ownerOf(account), signed: null, signedId: null, goneId: 0 }).orIgnore().execute();
      const [held] = await hold(manager, [deviceId]);
      // A repetition that comes late is not to bring back the prekey before.
      const isNewer = bundle !== null && bundle.signed.id > (held!.signedId ?? 0);
      const rows = oneTime.filter(({ id }) => id > held!.goneId).map(({ id, publicKey }) => ({ deviceId, prekeyId: id, publicKey, ...ownerOf(account) }));
      if (rows.length > 0) await manager.createQueryBuilder().insert().into(OneTimePrekeyRow).values(rows).orIgnore().execute();
      const dropped = await dropOldest(manager, deviceId);
      const changes = { ...(isNewer ? { signed: signed!, signedId: bundle.signed.id } : {}), ...(dropped === null ? {} : { goneId: Math.max(dropped, held!.goneId) }) };
      if (Object.keys(changes).length > 0) await manager.update(PrekeysRow, { deviceId }, changes);
      return left(manager, deviceId, isNewer ? bundle.signed.id : held!.signedId);
    });
  }

  /** What the directory has of a device of the account. Throws `not-found`. */
  async left(account: Account, deviceId: string): Promise<PrekeysLeft> {
    return this.rows.for(viewerOf(account), async (manager) => {
      await found(manager, account, deviceId);
      const row = await manager.findOneBy(PrekeysRow, { deviceId });
      return left(manager, deviceId, row?.signedId ?? null);
    });
  }

  /**
   * A bundle for each of these devices that is listed and has a signed prekey, with a one-time prekey where one is left and the requester has not
   * drawn too many. Null where the account has no list.
   */
  async handOut(account: Account, requester: string, deviceIds: readonly string[]): Promise<readonly HandedOut[] | null> {
    const now = this.runtime.clock();
    return this.rows.for(viewerOf(account), async (manager) => {
      const present = await presentList(manager, account);
      if (present === null) return null;
      const wanted = [...new Set(deviceIds)].filter((deviceId) => present.devices.includes(deviceId));
      if (wanted.length === 0) return [];
      const handed = new Map<string, Uint8Array>();
      for (const held of await hold(manager, wanted)) {
        if (held.signed === null) continue;
        handed.set(held.deviceId, withOneTime(held.signed, await draw(manager, account, held, requester, now)));
      }
      return wanted.flatMap((deviceId) => (handed.has(deviceId) ? [{ deviceId, bundle: handed.get(deviceId)! }] : []));
    });
  }
}

async function found(manager: EntityManager, account: Account, deviceId: string): Promise<NonNullable<Awaited<ReturnType<typeof registeredDevice>>>> {
  const device = await registeredDevice(manager, account, deviceId);
  if (device === null) throw new Problem('not-found', 'No device of that id is registered with this account under a signing key, or it was revoked.');
  return device;
}

async function checkedBundle(manager: EntityManager, account: Account, deviceId: string, signed: Uint8Array): Promise<PrekeyBundle> {
  const { signingKey, agreementKey } = await found(manager, account, deviceId);
  const identity = { accountId: account.accountId, deviceId, signingKey: fromBase64(signingKey)!, agreementKey: fromBase64(agreementKey)!, accountKey: new Uint8Array(32), listVersion: 1 };
  const wrong = (hint: string): Problem => invalidFields([{ path: 'signed', hint }]);
  try {
    const bundle = openBundle(signed, identity);
    if (bundle.oneTime !== null) throw wrong('must be a bundle without a one-time prekey: those are told by themselves');
    if (bundle.signed.id === 0) throw wrong('must have an id from 1');
    return bundle;
  } catch (error) {
    if (error instanceof CryptoError) throw wrong(`is refused (${error.code}): ${error.message}. ${meaningOf(error.code)}`);
    throw error;
  }
}

interface Held {
  readonly deviceId: string;
  readonly signed: Uint8Array | null;
  readonly signedId: number | null;
  readonly goneId: number;
}

/** Holds what there is of these devices until the transaction is over, always in the same order: so that two requests do not wait for each other. */
async function hold(manager: EntityManager, deviceIds: readonly string[]): Promise<readonly Held[]> {
  const sql = 'SELECT device_id, signed, signed_id, gone_id FROM "delivery"."prekeys" WHERE device_id = ANY($1::text[]) ORDER BY device_id FOR UPDATE';
  const rows = (await manager.query(sql, [deviceIds])) as readonly { device_id: string; signed: Uint8Array | null; signed_id: string | number | null; gone_id: string | number }[];
  return rows.map((row) => ({
    deviceId: row.device_id,
    signed: row.signed && new Uint8Array(row.signed),
    signedId: row.signed_id === null ? null : Number(row.signed_id),
    goneId: Number(row.gone_id),
  }));
}

/** The oldest one-time prekey, taken out; null where none is left or the requester has had its share. */
async function draw(manager: EntityManager, account: Account, { deviceId, goneId }: Held, requester: string, now: number): Promise<OneTimePrekey | null> {
  const drawn = await manager.createQueryBuilder(PrekeyDraw, 'd').where('d.device_id = :deviceId AND d.requester = :requester AND d.drawn_at > :since', { deviceId, requester, since: now - drawnWithinMs }).getCount();
  if (drawn >= mostDrawn) return null;
  const row = await manager.findOne(OneTimePrekeyRow, { where: { deviceId }, order: { prekeyId: 'ASC' } });
  if (row === null) return null;
  const { prekeyId, publicKey } = row;
  await manager.delete(OneTimePrekeyRow, { deviceId, prekeyId });
  await manager.update(PrekeysRow, { deviceId }, { goneId: Math.max(goneId, prekeyId) });
  await manager.insert(PrekeyDraw, { deviceId, requester, prekeyId, ...ownerOf(account), drawnAt: now });
  return { id: prekeyId, publicKey: new Uint8Array(publicKey) };
}

/** Beyond the limit the oldest go. The highest of them; null where none went. */
async function dropOldest(manager: EntityManager, deviceId: string): Promise<number | null> {
  const beyond = await manager.find(OneTimePrekeyRow, { where: { deviceId }, order: { prekeyId: 'DESC' }, skip: mostHeld, select: { deviceId: true, prekeyId: true } });
  if (beyond.length === 0) return null;
  await manager.delete(OneTimePrekeyRow, { deviceId, prekeyId: In(beyond.map(({ prekeyId }) => prekeyId)) });
  return beyond[0]!.prekeyId;
}

async function left(manager: EntityManager, deviceId: string, signedPrekeyId: number | null): Promise<PrekeysLeft> {
  return { signedPrekeyId, oneTimeLeft: await manager.countBy(OneTimePrekeyRow, { deviceId }) };
}

/** Deletes what the limit looks back at no more, of whomever: as the schema's runner. */
export async function forgetDraws(runner: Queryable, now: number): Promise<void> {
  await runner.query('DELETE FROM "delivery"."prekey_draw" WHERE drawn_at <= $1', [now - drawnWithinMs]);
}
