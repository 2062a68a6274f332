import {
  agreementKeysOf, CryptoError, decodePrekeys, encodePrekeys, identityIn, newListedDevice, newSigningKeys, newAgreementKeys, nextDeviceList, noPrekeys, openDeviceList, refillPrekeys, rotatePrekeys, signBundle, signDeviceList,
  signingKeysOf, toBase64, type ListedDevice, type Prekeys, type Random,
} from '@parley/crypto';
import { PlatformError } from '../platform/error.js';
import { Turns } from '../turns.js';
import type { KeyDirectory } from './directory.js';
import type { End, EndParts } from './end.js';
import { EndError } from './error.js';
import { linkCodeOf, openLinkCode } from './link-code.js';
import { bytesOf, endKeys, loadRecord, putRecord, type OwnKeys, type RecordDraft, type Records } from './records.js';

/** What the directory does not have yet; keys and the bundle in base64. */
type Publication = { readonly signed: string | null; readonly oneTime: readonly { readonly id: number; readonly publicKey: string }[] };

/** Fresh secrets of a device, and of the account that it will make if the account has none. Draws 96 bytes. */
export function newOwnKeys(random: Random): OwnKeys {
  return {
    device: null,
    signingSeed: toBase64(newSigningKeys(random).seed),
    agreementSecret: toBase64(newAgreementKeys(random).secretKey),
    accountSeed: toBase64(newSigningKeys(random).seed),
  };
}

/** The public halves, as a device is registered by them; base64. */
export function publicKeysOf(own: OwnKeys): { readonly signingKey: string; readonly agreementKey: string } {
  return { signingKey: toBase64(signing(own).publicKey), agreementKey: toBase64(agreement(own).publicKey) };
}

/**
 * How a device comes to stand in its account's list, and stays reachable: prekeys published before the list, so that nobody finds a device that
 * cannot be written to. Every step may be cut off and done again.
 */
export class Enrolment<D extends RecordDraft = RecordDraft> {
  private readonly turns = new Turns();

  constructor(
    private readonly parts: EndParts<D>,
    private readonly end: Pick<End<D>, 'fetch' | 'accounts'>,
  ) {}

  /**
   * Publishes prekeys, and the account's first list where it has none; with `takeOver` a first list under a key of this device also where it has
   * one. Resolves to whether the account lists this device. Throws EndError, PlatformError.
   */
  enrol(takeOver: boolean): Promise<boolean> {
    return this.turns.take(async () => {
      await this.publishPrekeys();
      const { own, device } = await this.registered();
      const known = await this.refreshed(device.accountId);
      if (known !== null && identityIn(known, device.deviceId) !== null) return true;
      if (known !== null && !takeOver) return false;
      const directory = await this.parts.directory();
      const account = this.accountKeys(own);
      const list = signDeviceList({ accountId: device.accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: this.parts.now(), devices: [listed(own, device)] }, account);
      try {
        await this.publish(directory, list, takeOver);
      } catch (error) {
        // Another device of the account was first: this one waits to be added by it.
        if (!(error instanceof PlatformError) || error.status !== 409 || takeOver) throw error;
        await this.refreshed(device.accountId);
        return false;
      }
      return true;
    });
  }

  /** Whether the account's list, as it is known here, has this device. */
  async isListedHere(): Promise<boolean> {
    const { device } = await this.registered();
    const known = await this.end.accounts.known(this.parts.records, device.accountId);
    return known !== null && identityIn(known.list, device.deviceId) !== null;
  }

  /** Rotates the signed prekey and refills the others where it is time. Throws EndError, PlatformError. */
  tend(): Promise<void> {
    return this.turns.take(() => this.publishPrekeys());
  }

  /** What the account's own device needs to add this one: shown as text or QR code, taken from here and not from the platform. */
  async linkCode(): Promise<string> {
    const { own, device } = await this.registered();
    return linkCodeOf(device.accountId, listed(own, device));
  }

  /** Adds the device that shows this code to the account. Throws EndError 'not_the_account', 'bad_link_code'; PlatformError. */
  add(code: string): Promise<void> {
    return this.change(({ accountId }, devices) => {
      const added = openLinkCode(code, accountId); // Whether it signed for its keys, the check of the whole list says.
      return [...devices.filter(({ deviceId }) => deviceId !== added.deviceId), added];
    });
  }

  /** Removes a device from the account: nobody seals for it any more, and its token ends. Throws EndError 'not_the_account', 'unknown_device'; PlatformError. */
  remove(removedId: string): Promise<void> {
    return this.change((_own, devices) => {
      if (!devices.some(({ deviceId }) => deviceId === removedId)) throw new EndError('unknown_device', `the account has no device ${removedId}`);
      return devices.filter(({ deviceId }) => deviceId !== removedId);
    });
  }

  private change(devicesAfter: (own: { readonly accountId: string }, devices: readonly ListedDevice[]) => readonly ListedDevice[]): Promise<void> {
    return this.turns.take(async () => {
      const { own, device } = await this.registered();
      const account = this.accountKeys(own);
      await this.end.fetch({ accountId: device.accountId, sessions: false });
      const key = endKeys.account(device.accountId);
      const known = await this.end.accounts.known(this.parts.records, device.accountId);
      if (known === null || toBase64(known.list.accountKey) !== toBase64(account.publicKey)) throw new EndError('not_the_account', 'the account has another key now: it was taken over by another device');
      const list = nextDeviceList(bytesOf(known.record.list, key), devicesAfter(device, known.list.devices), account, this.parts.now());
      checkSigned(list);
      await this.publish(await this.parts.directory(), list, false);
    });
  }

  private async publish(directory: KeyDirectory, list: Uint8Array, takeOver: boolean): Promise<void> {
    const said = await directory.publishList(list, takeOver);
    const verified = await this.end.accounts.published(this.parts.records, directory, list, said);
    await this.parts.commit((draft) => this.end.accounts.keep(draft, verified));
  }

  /** The account's newest list; null where it has none. */
  private async refreshed(accountId: string) {
    try {
      await this.end.fetch({ accountId, sessions: false });
    } catch (error) {
      if (error instanceof EndError && error.code === 'unknown_account') return null;
      throw error;
    }
    return (await this.end.accounts.known(this.parts.records, accountId))?.list ?? null;
  }

  private async publishPrekeys(): Promise<void> {
    const { own, device } = await this.registered();
    const directory = await this.parts.directory();
    const pending = (await loadRecord<Publication>(this.parts.records, endKeys.publication)) ?? (await this.renewed(own, device, directory));
    if (pending === null) return;
    const signed = pending.signed === null ? null : bytesOf(pending.signed, endKeys.publication);
    const oneTime = pending.oneTime.map(({ id, publicKey }) => ({ id, publicKey: bytesOf(publicKey, endKeys.publication) }));
    await directory.publishPrekeys(device.deviceId, signed, oneTime);
    await this.parts.commit(async (draft) => draft.remove(endKeys.publication));
  }

  /** New prekeys where they are needed: the secrets are stored, with what is to be published, before anybody hears of them. */
  private async renewed(own: OwnKeys, device: Device, directory: KeyDirectory): Promise<Publication | null> {
    const { random, now } = this.parts;
    const status = await directory.prekeyStatus(device.deviceId);
    return await this.parts.commit(async (draft) => {
      const held = await prekeysIn(draft);
      const { prekeys, added } = refillPrekeys(rotatePrekeys(held, now(), random), status.oneTimeLeft, random);
      const [newest] = prekeys.signed;
      const isNew = newest!.id !== status.signedPrekeyId;
      if (!isNew && added.length === 0) return null;
      const { id, createdAt, keys } = newest!;
      const bundle = isNew ? toBase64(signBundle(device, signing(own).seed, { signed: { id, createdAt, publicKey: keys.publicKey }, oneTime: null })) : null;
      const publication: Publication = { signed: bundle, oneTime: added.map((prekey) => ({ id: prekey.id, publicKey: toBase64(prekey.publicKey) })) };
      draft.put(endKeys.prekeys, toBase64(encodePrekeys(prekeys)));
      putRecord(draft, endKeys.publication, publication);
      return publication;
    });
  }

  private async registered(): Promise<{ readonly own: OwnKeys; readonly device: Device }> {
    const own = await loadRecord<OwnKeys>(this.parts.records, endKeys.own);
    if (own === null || own.device === null) throw new EndError('not_registered', 'register this end first');
    return { own, device: own.device };
  }

  private accountKeys(own: OwnKeys) {
    if (own.accountSeed === null) throw new EndError('not_the_account', 'only the device that made the account can change its list of devices');
    return signingKeysOf(bytesOf(own.accountSeed, endKeys.own));
  }
}

type Device = NonNullable<OwnKeys['device']>;

async function prekeysIn(records: Records): Promise<Prekeys> {
  const text = await records.get(endKeys.prekeys);
  return text === null ? noPrekeys : decodePrekeys(bytesOf(text, endKeys.prekeys));
}

/** That each device signed for its keys. Throws EndError 'bad_link_code'. */
function checkSigned(list: Uint8Array): void {
  try {
    openDeviceList(list);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new EndError('bad_link_code', `the code does not hold what a device signed (${error.code}): copy it whole from the new device`);
  }
}

function signing(own: OwnKeys) {
  return signingKeysOf(bytesOf(own.signingSeed, endKeys.own));
}

function agreement(own: OwnKeys) {
  return agreementKeysOf(bytesOf(own.agreementSecret, endKeys.own));
}

function listed(own: OwnKeys, { accountId, deviceId }: Device): ListedDevice {
  return newListedDevice(accountId, deviceId, signing(own), agreement(own));
}
