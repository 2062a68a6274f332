import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { checkLabelled, hashBytes, isSigningKey, keyBytes, labels, sha512, signatureBytes, signLabelled, type AgreementKeys, type SigningKeys } from '../primitives/primitives.js';
import type { Reader } from '../reader.js';
import { checkBytes, checkId, checkWhole, idPattern, maxU32, prefixedText, readerOf, u32, u53 } from '../wire.js';

export const protocolVersion = 1;
/** X25519, XSalsa20-Poly1305, Ed25519, SHA-512. Another number keeps room for a hybrid with a post-quantum agreement. */
export const suite25519 = 1;
export const maxDevices = 64;
const maxListBytes = 32_768;

/** A device as its account's list has it: public keys, and the device's own signature over what they are and whose. */
export type ListedDevice = {
  readonly deviceId: string;
  /** Ed25519. */
  readonly signingKey: Uint8Array;
  /** X25519. */
  readonly agreementKey: Uint8Array;
  readonly signature: Uint8Array;
};

export type DeviceList = {
  readonly accountId: string;
  /** Ed25519; signs the list. Another key is another identity, and another safety number. */
  readonly accountKey: Uint8Array;
  /** 1 for the first list, then one more each time. */
  readonly listVersion: number;
  /** SHA-512 of the list before, signature included; 64 zeros for the first. */
  readonly previousHash: Uint8Array;
  /** Epoch milliseconds, by the account's own clock. */
  readonly issuedAt: number;
  /** In ascending order of their ids. */
  readonly devices: readonly ListedDevice[];
};

/** One end of a session, as the other has to know it: out of a verified device list. */
export type DeviceIdentity = {
  readonly accountId: string;
  readonly deviceId: string;
  readonly accountKey: Uint8Array;
  readonly signingKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly listVersion: number;
};

/** A device that signs for its own keys. */
export function newListedDevice(accountId: string, deviceId: string, signing: SigningKeys, agreement: AgreementKeys): ListedDevice {
  checkId(accountId, 'accountId');
  checkId(deviceId, 'deviceId');
  const signature = signLabelled(signing.seed, labels.deviceKey, deviceBody(accountId, deviceId, agreement.publicKey));
  return { deviceId, signingKey: signing.publicKey, agreementKey: agreement.publicKey, signature };
}

function deviceBody(accountId: string, deviceId: string, agreementKey: Uint8Array): Uint8Array {
  return concat(prefixedText(accountId), prefixedText(deviceId), agreementKey);
}

/** The signed bytes of a list; devices are put in order. Throws CryptoError 'invalid_argument'. */
export function signDeviceList(list: Omit<DeviceList, 'accountKey'>, account: SigningKeys): Uint8Array {
  const devices = [...list.devices].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
  if (devices.length > maxDevices) throw new CryptoError('invalid_argument', `an account has at most ${maxDevices} devices, not ${devices.length}`);
  if (new Set(devices.map(({ deviceId }) => deviceId)).size !== devices.length) throw new CryptoError('invalid_argument', 'a device is listed twice');
  if (list.listVersion === 0) throw new CryptoError('invalid_argument', 'the first list has version 1');
  const body = concat(
    Uint8Array.of(protocolVersion, suite25519),
    prefixedText(checkId(list.accountId, 'accountId')),
    account.publicKey,
    u32(checkWhole(list.listVersion, maxU32, 'listVersion')),
    checkBytes(list.previousHash, hashBytes, 'previousHash'),
    u53(checkWhole(list.issuedAt, Number.MAX_SAFE_INTEGER, 'issuedAt')),
    Uint8Array.of(devices.length),
    ...devices.map(encodeDevice),
  );
  return concat(body, signLabelled(account.seed, labels.deviceList, body));
}

function encodeDevice({ deviceId, signingKey, agreementKey, signature }: ListedDevice): Uint8Array {
  return concat(
    prefixedText(checkId(deviceId, 'deviceId')),
    checkBytes(signingKey, keyBytes, 'signingKey'),
    checkBytes(agreementKey, keyBytes, 'agreementKey'),
    checkBytes(signature, signatureBytes, 'signature'),
  );
}

/** The list that follows: its version, its previousHash. */
export function nextDeviceList(previous: Uint8Array, devices: readonly ListedDevice[], account: SigningKeys, issuedAt: number): Uint8Array {
  const { accountId, accountKey, listVersion } = openDeviceList(previous);
  if (!constantTimeEqual(accountKey, account.publicKey)) throw new CryptoError('invalid_argument', 'the list before is of another account key');
  if (listVersion === maxU32) throw new CryptoError('exhausted', 'no list version is left');
  return signDeviceList({ accountId, listVersion: listVersion + 1, previousHash: deviceListHash(previous), issuedAt, devices }, account);
}

/** SHA-512 of all its bytes. */
export function deviceListHash(list: Uint8Array): Uint8Array {
  return sha512(list);
}

/**
 * A list of which every signature is right: the account's, and each device's over its keys. Whether the account key is the person's is for safety
 * numbers and the key log to say. Throws CryptoError 'malformed', 'too_large', 'unsupported', 'weak_key', 'bad_signature'.
 */
export function openDeviceList(bytes: Uint8Array): DeviceList {
  const reader = readerOf(bytes, 'a device list', maxListBytes);
  const [version, suite] = [reader.byte(), reader.byte()];
  if (version !== protocolVersion || suite !== suite25519) throw new CryptoError('unsupported', `device list version ${version}, suite ${suite} is not known`);
  const accountId = reader.text(idPattern);
  const accountKey = reader.take(keyBytes);
  const listVersion = reader.u32();
  const previousHash = reader.take(hashBytes);
  const issuedAt = reader.u53();
  const count = reader.byte();
  if (count > maxDevices) throw new CryptoError('malformed', `a device list has at most ${maxDevices} devices`);
  const devices = Array.from({ length: count }, () => readDevice(reader));
  const body = reader.between(0, reader.position);
  const signature = reader.take(signatureBytes);
  reader.finish();
  const ordered = devices.every((device, at) => at === 0 || devices[at - 1]!.deviceId < device.deviceId);
  if (!ordered) throw new CryptoError('malformed', 'the devices of a list are in ascending order of their ids, none twice');
  const isFirst = previousHash.every((byte) => byte === 0);
  if (listVersion === 0 || isFirst !== (listVersion === 1)) throw new CryptoError('malformed', 'the first list, and no other, has version 1 and a previousHash of zeros');
  checkLabelled(accountKey, labels.deviceList, body, signature);
  for (const device of devices) checkDevice(accountId, device);
  return { accountId, accountKey, listVersion, previousHash, issuedAt, devices };
}

function readDevice(reader: Reader): ListedDevice {
  return { deviceId: reader.text(idPattern), signingKey: reader.take(keyBytes), agreementKey: reader.take(keyBytes), signature: reader.take(signatureBytes) };
}

function checkDevice(accountId: string, { deviceId, signingKey, agreementKey, signature }: ListedDevice): void {
  if (!isSigningKey(signingKey)) throw new CryptoError('weak_key', `the signing key of device ${deviceId} is not canonical or of small order`);
  checkLabelled(signingKey, labels.deviceKey, deviceBody(accountId, deviceId, agreementKey), signature);
}

/**
 * The list `next` where it follows at once from `previous`: same account and key, version + 1, the hash of the list before, and no device that changed
 * its keys under the same id. Throws CryptoError 'not_successor', and what `openDeviceList` throws.
 */
export function followDeviceList(previous: Uint8Array, next: Uint8Array): DeviceList {
  const [before, after] = [openDeviceList(previous), openDeviceList(next)];
  const refuse = (why: string) => new CryptoError('not_successor', `the device list of ${before.accountId}: ${why}`);
  if (after.accountId !== before.accountId) throw refuse('the next one is another account\'s');
  if (!constantTimeEqual(after.accountKey, before.accountKey)) throw refuse('the account key changed');
  if (after.listVersion !== before.listVersion + 1) throw refuse(`version ${after.listVersion} does not follow ${before.listVersion}`);
  if (!constantTimeEqual(after.previousHash, deviceListHash(previous))) throw refuse('it follows from another list');
  for (const device of after.devices) {
    const known = before.devices.find(({ deviceId }) => deviceId === device.deviceId);
    if (known && !constantTimeEqual(encodeDevice(known), encodeDevice(device))) throw refuse(`device ${device.deviceId} changed its keys`);
  }
  return after;
}

/** A device of a verified list as the end of a session; null where the list does not have it. */
export function identityIn(list: DeviceList, deviceId: string): DeviceIdentity | null {
  const device = list.devices.find((listed) => listed.deviceId === deviceId);
  if (device === undefined) return null;
  const { accountId, accountKey, listVersion } = list;
  return { accountId, deviceId, accountKey, signingKey: device.signingKey, agreementKey: device.agreementKey, listVersion };
}

/** What a sender has to know when its list is stale: devices to seal for besides, and devices to leave out. */
export function staleDevices(used: readonly string[], current: DeviceList): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  const listed = current.devices.map(({ deviceId }) => deviceId);
  return { missing: listed.filter((id) => !used.includes(id)), extra: used.filter((id) => !listed.includes(id)) };
}
