import {
  beginSession, fromBase64, identityIn, newAgreementKeys, newListedDevice, newSigningKeys, nextDeviceList, noPrekeys, openDeviceList, refillPrekeys, rotatePrekeys, sealMessage, signBundle, signDeviceList, systemRandom, toBase64,
} from '@parley/crypto';
import type { AgreementKeys, DeviceIdentity, ListedDevice, MessageBinding, OneTimePrekey, SigningKeys } from '@parley/crypto';
import type { Answer } from './platform.fixture.js';

/** Asks any method; `ask` knows two. */
export async function request(address: string, method: 'GET' | 'POST' | 'PUT', path: string, token: string, body?: object, key?: string): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...(key ? { 'Idempotency-Key': key } : {}) };
  const response = await fetch(address + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

/** What a device of either side holds. */
export interface Keys {
  readonly signing: SigningKeys;
  readonly agreement: AgreementKeys;
}

export interface Registered extends Keys {
  readonly accountId: string;
  readonly deviceId: string;
  /** A contact's. */
  readonly token: string;
}

export const newKeys = (): Keys => ({ signing: newSigningKeys(systemRandom), agreement: newAgreementKeys(systemRandom) });

export function publicKeysOf({ signing, agreement }: Keys): { readonly signingKey: string; readonly agreementKey: string } {
  return { signingKey: toBase64(signing.publicKey), agreementKey: toBase64(agreement.publicKey) };
}

export function listed(device: Registered): ListedDevice {
  return newListedDevice(device.accountId, device.deviceId, device.signing, device.agreement);
}

/** The first list of an identity. */
export function firstList(account: SigningKeys, devices: readonly Registered[]): Uint8Array {
  const { accountId } = devices[0]!;
  return signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: Date.now(), devices: devices.map(listed) }, account);
}

export function nextList(previous: Uint8Array, account: SigningKeys, devices: readonly Registered[]): Uint8Array {
  return nextDeviceList(previous, devices.map(listed), account, Date.now());
}

/** A signed prekey and a hundred one-time prekeys, as `PUT /keys/prekeys` takes them. */
export function freshPrekeys({ accountId, deviceId, signing }: Registered): { readonly signed: string; readonly oneTime: readonly { readonly id: number; readonly publicKey: string }[] } {
  const { prekeys, added } = refillPrekeys(rotatePrekeys(noPrekeys, Date.now(), systemRandom), 0, systemRandom);
  const [signed] = prekeys.signed;
  const bundle = { signed: { id: signed!.id, createdAt: signed!.createdAt, publicKey: signed!.keys.publicKey }, oneTime: null };
  return { signed: toBase64(signBundle({ accountId, deviceId }, signing.seed, bundle)), oneTime: added.map(shown) };
}

function shown({ id, publicKey }: OneTimePrekey): { readonly id: number; readonly publicKey: string } {
  return { id, publicKey: toBase64(publicKey) };
}

export function bytes(value: unknown): Uint8Array {
  const decoded = typeof value === 'string' ? fromBase64(value) : null;
  if (decoded === null) throw new Error(`no base64: ${JSON.stringify(value)}`);
  return decoded;
}

/** A list, and which of its devices are sealed for. */
export interface SealedFor {
  readonly list: Uint8Array;
  readonly devices: readonly Registered[];
}

/** A message from a device to devices of lists, each under a session that it begins with a prekey of the moment. */
export function sealedBy(sender: Registered, ownList: Uint8Array, to: readonly SealedFor[], binding: MessageBinding): Uint8Array {
  const identity = identityOf(ownList, sender);
  const own = { identity, agreement: sender.agreement };
  const recipients = to.flatMap(({ list, devices }) =>
    devices.map((device) => {
      const theirs = identityOf(list, device);
      const { publicKey } = newAgreementKeys(systemRandom);
      const bundle = signBundle(theirs, device.signing.seed, { signed: { id: 1, createdAt: 1, publicKey }, oneTime: null });
      return { session: beginSession(own, theirs, bundle, systemRandom), listVersion: theirs.listVersion };
    }),
  );
  return sealMessage({ binding, body: new Uint8Array([1]), lastSeen: null, sender: own, recipients, random: systemRandom }).envelope;
}

function identityOf(list: Uint8Array, { accountId, deviceId, signing, agreement }: Registered): DeviceIdentity {
  const { accountKey, listVersion } = openDeviceList(list);
  return identityIn(openDeviceList(list), deviceId) ?? { accountId, deviceId, accountKey, listVersion, signingKey: signing.publicKey, agreementKey: agreement.publicKey };
}
