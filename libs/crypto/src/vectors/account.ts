import { deviceListHash, followDeviceList, identityIn, newListedDevice, nextDeviceList, openDeviceList, signDeviceList, type DeviceIdentity } from '../account/device-list.js';
import { encodePrekeys } from '../account/prekey-state.js';
import { noPrekeys, openBundle, prekeyRules, refillPrekeys, rotatePrekeys, signBundle, withOneTime, type Prekeys } from '../account/prekey.js';
import { fingerprintOf, safetyNumber, safetyQr } from '../account/safety-number.js';
import { concat, fromHex, toHex } from '../bytes.js';
import { CryptoError, type CryptoErrorCode } from '../crypto-error.js';
import { isSignature, newAgreementKeys, newSigningKeys, signLabelled, x25519, type AgreementKeys, type SigningKeys } from '../primitives/primitives.js';
import type { OwnDevice } from '../session/agreement.js';
import { seeded } from './seeded.js';

export const at = 1_790_000_000_000;

export type VectorEnd = { readonly own: OwnDevice; readonly signing: SigningKeys; readonly agreement: AgreementKeys; readonly prekeys: Prekeys; readonly bundle: Uint8Array };
export type VectorAccount = { readonly keys: SigningKeys; readonly list: Uint8Array; readonly ends: readonly VectorEnd[] };

/** The accounts of all vectors: the same each time. */
export function accountOf(accountId: string, deviceIds: readonly string[]): VectorAccount {
  const random = seeded(`account ${accountId}`);
  const keys = newSigningKeys(random);
  const made = deviceIds.map((deviceId) => ({ deviceId, signing: newSigningKeys(random), agreement: newAgreementKeys(random) }));
  const devices = made.map(({ deviceId, signing, agreement }) => newListedDevice(accountId, deviceId, signing, agreement));
  const list = signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: at, devices }, keys);
  const opened = openDeviceList(list);
  const ends = made.map(({ deviceId, signing, agreement }) => {
    const identity = identityIn(opened, deviceId)!;
    const { prekeys: full } = refillPrekeys(rotatePrekeys(noPrekeys, at, random), 0, random);
    const prekeys = { ...full, oneTime: full.oneTime.slice(0, 3) };
    return { own: { identity, agreement }, signing, agreement, prekeys, bundle: bundleOf(identity, signing, prekeys) };
  });
  return { keys, list, ends };
}

function bundleOf(identity: DeviceIdentity, { seed }: SigningKeys, { signed: [signed], oneTime: [oneTime] }: Prekeys): Uint8Array {
  return signBundle(identity, seed, {
    signed: { id: signed!.id, createdAt: signed!.createdAt, publicKey: signed!.keys.publicKey },
    oneTime: { id: oneTime!.id, publicKey: oneTime!.keys.publicKey },
  });
}

/** The code that the work fails with. */
export function codeOf(work: () => unknown): CryptoErrorCode {
  try {
    work();
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
  throw new Error('a vector that is to be refused was taken');
}

const flipped = (bytes: Uint8Array, index: number) => bytes.with(index, bytes[index]! ^ 1);

/** Who the ends of the other vectors are, with every secret. */
export function describeAccount(accountId: string, { keys, list, ends }: VectorAccount) {
  return {
    accountId,
    accountSeed: toHex(keys.seed),
    accountKey: toHex(keys.publicKey),
    list: toHex(list),
    devices: ends.map(({ own: { identity }, signing, agreement, prekeys, bundle }) => ({
      deviceId: identity.deviceId,
      signingSeed: toHex(signing.seed),
      signingKey: toHex(signing.publicKey),
      agreementSecret: toHex(agreement.secretKey),
      agreementKey: toHex(agreement.publicKey),
      signedPrekey: { id: prekeys.signed[0]!.id, createdAt: prekeys.signed[0]!.createdAt, secret: toHex(prekeys.signed[0]!.keys.secretKey), publicKey: toHex(prekeys.signed[0]!.keys.publicKey) },
      oneTimePrekeys: prekeys.oneTime.map(({ id, keys: pair }) => ({ id, secret: toHex(pair.secretKey), publicKey: toHex(pair.publicKey) })),
      bundle: toHex(bundle),
      prekeys: toHex(encodePrekeys(rotatePrekeys(prekeys, at + prekeyRules.rotateAfterMs, seeded(`rotation of ${identity.deviceId}`)))),
    })),
  };
}

export function deviceListVectors(account: VectorAccount) {
  const { keys, list } = account;
  const opened = openDeviceList(list);
  const random = seeded('a second list');
  const [signing, agreement] = [newSigningKeys(random), newAgreementKeys(random)];
  const { accountId, devices } = opened;
  const added = newListedDevice(accountId, 'aa-new', signing, agreement);
  const next = nextDeviceList(list, [added, devices[0]!], keys, at + 1);
  const fields = { accountId, listVersion: 2, previousHash: deviceListHash(list), issuedAt: at + 1, devices };
  const changedKeys = newListedDevice(accountId, devices[0]!.deviceId, signing, agreement);
  const stolen = newListedDevice('cafe', 'aa-new', signing, agreement);
  const faults: readonly (readonly [string, Uint8Array])[] = [
    ['the account signature changed', flipped(list, list.length - 1)],
    ['a byte missing', list.slice(0, -1)],
    ['a byte more', concat(list, Uint8Array.of(0))],
    ['version 2 of the format', list.with(0, 2)],
    ['a device that signed for another account', signDeviceList({ ...fields, devices: [stolen] }, keys)],
    ['an account key of small order', list.map((byte, index) => (index >= 3 + accountId.length && index < 35 + accountId.length ? 0 : byte))],
    ['list version 1 with a previousHash', signDeviceList({ ...fields, listVersion: 1 }, keys)],
  ];
  const strangers: readonly (readonly [string, Uint8Array])[] = [
    ['a version left out', signDeviceList({ ...fields, listVersion: 3 }, keys)],
    ['another previousHash', signDeviceList({ ...fields, previousHash: deviceListHash(next) }, keys)],
    ['another account key', signDeviceList(fields, signing)],
    ['a device whose keys changed', signDeviceList({ ...fields, devices: [changedKeys] }, keys)],
  ];
  return {
    hash: toHex(deviceListHash(list)),
    next: { issuedAt: at + 1, kept: devices[0]!.deviceId, added: { deviceId: 'aa-new', signingSeed: toHex(signing.seed), agreementSecret: toHex(agreement.secretKey) }, list: toHex(next), version: followDeviceList(list, next).listVersion },
    refused: faults.map(([name, bytes]) => ({ name, list: toHex(bytes), code: codeOf(() => openDeviceList(bytes)) })),
    notFollowing: strangers.map(([name, bytes]) => ({ name, list: toHex(bytes), code: codeOf(() => followDeviceList(list, bytes)) })),
  };
}

export function bundleVectors([end, other]: readonly VectorEnd[]) {
  const { bundle, own } = end!;
  const faults: readonly (readonly [string, Uint8Array])[] = [
    ['the signed prekey changed', flipped(bundle, bundle.length - 102)],
    ['another device\'s', other!.bundle],
    ['one-time prekey neither there nor not', withOneTime(bundle, null).with(bundle.length - 37, 2)],
    ['cut short', bundle.slice(0, -1)],
    ['suite 2', bundle.with(1, 2)],
  ];
  return {
    device: own.identity.deviceId,
    withoutOneTime: toHex(withOneTime(bundle, null)),
    refused: faults.map(([name, bytes]) => ({ name, bundle: toHex(bytes), code: codeOf(() => openBundle(bytes, own.identity)) })),
  };
}

export function safetyVectors(one: DeviceIdentity, other: DeviceIdentity) {
  return { fingerprints: [one, other].map((account) => toHex(fingerprintOf(account))), number: safetyNumber(one, other), shownByFirst: safetyQr(one, other), shownBySecond: safetyQr(other, one) };
}

/** Signatures that verifiers disagree about, each with our one answer. */
export function signatureVectors() {
  const { seed, publicKey } = newSigningKeys(seeded('signatures'));
  const message = fromHex('706172 6c6579'.replace(' ', ''))!;
  const labelled = signLabelled(seed, 'parley/e2e/v1/device-key', message);
  const body = concat(Uint8Array.of(24), new TextEncoder().encode('parley/e2e/v1/device-key'), message);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = labelled.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
  const malleable = concat(labelled.slice(0, 32), Uint8Array.from({ length: 32 }, (_, index) => Number((s >> BigInt(8 * index)) & 255n)));
  const identity = new Uint8Array(32).with(0, 1);
  const cases: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ['a signature', publicKey, labelled],
    ['S + L', publicKey, malleable],
    ['a byte of R changed', publicKey, flipped(labelled, 0)],
    ['the identity as key, R the identity, S zero', identity, concat(identity, new Uint8Array(32))],
    ['the identity as key, written as p + 1', fromHex('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')!, concat(identity, new Uint8Array(32))],
    ['63 bytes', publicKey, labelled.slice(0, 63)],
    ['a key of 31 bytes', publicKey.slice(0, 31), labelled],
  ];
  const lowOrder = ['00', '01', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', `ec${'ff'.repeat(30)}7f`, `ed${'ff'.repeat(30)}7f`, `ee${'ff'.repeat(30)}7f`];
  return {
    signatures: cases.map(([name, key, signature]) => ({ name, publicKey: toHex(key), message: toHex(body), signature: toHex(signature), valid: isSignature(key, body, signature) })),
    lowOrder: lowOrder.map((point) => point.padEnd(64, '0')).map((point) => ({ publicKey: point, code: codeOf(() => x25519(seed, fromHex(point)!)) })),
  };
}
