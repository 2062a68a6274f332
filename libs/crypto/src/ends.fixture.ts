import { identityIn, newListedDevice, openDeviceList, signDeviceList } from './account/device-list.js';
import { noPrekeys, refillPrekeys, rotatePrekeys, signBundle, type Prekeys } from './account/prekey.js';
import { utf8 } from './bytes.js';
import type { MessageBinding } from './message/header.js';
import { newAgreementKeys, newSigningKeys, type SigningKeys } from './primitives/primitives.js';
import type { Random } from './random.js';
import { beginSession, type OwnDevice } from './session/agreement.js';
import type { Session } from './session/session.js';

export { seeded } from './vectors/seeded.js';

export type End = { readonly own: OwnDevice; readonly signing: SigningKeys; readonly prekeys: Prekeys };
export type Account = { readonly keys: SigningKeys; readonly list: Uint8Array; readonly ends: readonly End[] };

/** An account with so many devices, each with prekeys. */
export function accountOf(accountId: string, deviceIds: readonly string[], random: Random): Account {
  const keys = newSigningKeys(random);
  const made = deviceIds.map((deviceId) => {
    const [signing, agreement] = [newSigningKeys(random), newAgreementKeys(random)];
    return { deviceId, signing, agreement, listed: newListedDevice(accountId, deviceId, signing, agreement) };
  });
  const list = signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 1_700_000_000_000, devices: made.map(({ listed }) => listed) }, keys);
  const opened = openDeviceList(list);
  const prekeys = rotatePrekeys(noPrekeys, 1_700_000_000_000, random);
  const ends = made.map(({ deviceId, signing, agreement }) => ({ own: { identity: identityIn(opened, deviceId)!, agreement }, signing, prekeys }));
  return { keys, list, ends };
}

/** The same end with one-time prekeys. */
export function refilled(end: End, random: Random): End {
  return { ...end, prekeys: refillPrekeys(end.prekeys, 0, random).prekeys };
}

/** What the directory hands out for an end: with its first one-time prekey where it has any. */
export function bundleOf({ own, signing, prekeys }: End): Uint8Array {
  const [signed] = prekeys.signed;
  const [oneTime] = prekeys.oneTime;
  return signBundle(own.identity, signing.seed, {
    signed: { id: signed!.id, createdAt: signed!.createdAt, publicKey: signed!.keys.publicKey },
    oneTime: oneTime === undefined ? null : { id: oneTime.id, publicKey: oneTime.keys.publicKey },
  });
}

export function begun(from: End, to: End, random: Random): Session {
  return beginSession(from.own, to.own.identity, bundleOf(to), random);
}

export const binding = (messageId: string, changed: Partial<MessageBinding> = {}): MessageBinding => ({
  businessId: 'bakery',
  conversationId: 'bakery.c1',
  messageId,
  category: 'utility',
  templateHash: null,
  ...changed,
});

export const text = (words: string): Uint8Array => utf8(words);
