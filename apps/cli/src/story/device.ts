import {
  beginSession, identityIn, newAgreementKeys, newListedDevice, newSigningKeys, noPrekeys, openDeviceList, openMessage, rotatePrekeys, sealMessage, signBundle, signDeviceList, withActive, withoutPrekey,
  type DeviceIdentity, type MessageBinding, type PeerSessions, type Prekeys, type Random, type SessionDevice,
} from '@parley/crypto';
import { decodeContent, encodeContent, templateHashOf, type Content } from '@parley/sdk';

/** The only device of an account, with its sessions in memory. The directory between the ends is the story itself: both are in one process. */
export class StoryDevice {
  private readonly own: SessionDevice;
  private readonly signingSeed: Uint8Array;
  private readonly sessions = new Map<string, PeerSessions>();
  private prekeys: Prekeys;

  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    now: number,
    private readonly random: Random,
  ) {
    const [account, signing, agreement] = [newSigningKeys(random), newSigningKeys(random), newAgreementKeys(random)];
    const devices = [newListedDevice(accountId, deviceId, signing, agreement)];
    const list = openDeviceList(signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: now, devices }, account));
    this.own = { identity: identityIn(list, deviceId)!, agreement };
    this.signingSeed = signing.seed;
    this.prekeys = rotatePrekeys(noPrekeys, now, random);
  }

  /** Seals a content for the other end, beginning a session where there is none. Throws CryptoError, ContentError. */
  seal(peer: StoryDevice, content: Content, address: Omit<MessageBinding, 'templateHash'>): Uint8Array {
    const held = this.sessions.get(peer.deviceId) ?? [beginSession(this.own, peer.identity, peer.bundle(), this.random)];
    const sealed = sealMessage({
      binding: { ...address, templateHash: templateHashOf(content) },
      body: encodeContent(content),
      lastSeen: null,
      sender: this.own,
      recipients: [{ session: held[0]!, listVersion: peer.identity.listVersion }],
      random: this.random,
    });
    this.sessions.set(peer.deviceId, withActive(held, sealed.sessions[0]!));
    return sealed.envelope;
  }

  /** Opens what the other end sealed. Throws CryptoError, ContentError. */
  open(peer: StoryDevice, envelope: Uint8Array, expected: Partial<MessageBinding>): Content {
    const opened = openMessage({ envelope, own: this.own, sender: peer.identity, sessions: this.sessions.get(peer.deviceId) ?? [], prekeys: this.prekeys, expected });
    this.sessions.set(peer.deviceId, opened.sessions);
    if (opened.usedOneTimePrekey !== null) this.prekeys = withoutPrekey(this.prekeys, opened.usedOneTimePrekey);
    return decodeContent(opened.body);
  }

  private get identity(): DeviceIdentity {
    return this.own.identity;
  }

  private bundle(): Uint8Array {
    const { id, createdAt, keys } = this.prekeys.signed[0]!;
    return signBundle(this.identity, this.signingSeed, { signed: { id, createdAt, publicKey: keys.publicKey }, oneTime: null });
  }
}
