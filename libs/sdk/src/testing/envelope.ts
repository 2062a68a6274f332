import {
  beginSession, identityIn, newAgreementKeys, newListedDevice, newSigningKeys, noPrekeys, openDeviceList, rotatePrekeys, sealMessage, signBundle, signDeviceList, systemRandom, type MessageBinding,
} from '@parley/crypto';
import { encodeContent, templateHashOf, type Content } from '../content/content.js';

type Party = { readonly accountId: string; readonly deviceId: string };
type Said = Omit<MessageBinding, 'templateHash'> & { readonly templateHash?: string; readonly content?: Content };

function made({ accountId, deviceId }: Party) {
  const [account, signing, agreement] = [newSigningKeys(systemRandom), newSigningKeys(systemRandom), newAgreementKeys(systemRandom)];
  const devices = [newListedDevice(accountId, deviceId, signing, agreement)];
  const list = openDeviceList(signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 0, devices }, account));
  return { own: { identity: identityIn(list, deviceId)!, agreement }, signing };
}

/** An envelope between devices that no directory knows, with keys of their own: whole in form, and opened by nobody. */
export function envelopeBetween(from: Party, to: Party, { content = { type: 'text', body: 'x' }, templateHash, ...address }: Said): Uint8Array {
  const [sender, recipient] = [made(from), made(to)];
  const prekey = rotatePrekeys(noPrekeys, 0, systemRandom).signed[0]!;
  const bundle = signBundle(recipient.own.identity, recipient.signing.seed, { signed: { id: prekey.id, createdAt: 0, publicKey: prekey.keys.publicKey }, oneTime: null });
  const session = beginSession(sender.own, recipient.own.identity, bundle, systemRandom);
  const binding = { ...address, templateHash: templateHash ?? templateHashOf(content) };
  return sealMessage({ binding, body: encodeContent(content), lastSeen: null, sender: sender.own, recipients: [{ session, listVersion: 1 }], random: systemRandom }).envelope;
}
