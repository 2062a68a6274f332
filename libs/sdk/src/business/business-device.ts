import { conversationIdOf, toId } from '@parley/contracts';
import { fromBase64, newId, phoneDigitsOf, systemRandom, toBase32, type Random } from '@parley/crypto';
import type { Content } from '../content/content.js';
import type { DeviceOptions } from '../device/device.js';
import { DeviceError } from '../device/error.js';
import { End, type OpenedMessageOf, type Verification } from '../end/end.js';
import { Enrolment, newOwnKeys, publicKeysOf } from '../end/enrolment.js';
import { endKeys, loadRecord, putRecord, type OwnKeys } from '../end/records.js';
import { PlatformClient } from '../platform/client.js';
import type { PlatformError } from '../platform/error.js';
import type { InboxMessage } from '../platform/inbox.js';
import { commitsTo } from '../store/commits.js';
import type { DeviceStore } from '../store/store.js';

export type BusinessDeviceOptions = DeviceOptions & {
  /** The business's API key, with the scopes devices:write and directory:read. */
  readonly apiKey: string;
  readonly timeoutMs?: number;
};

/** A message as it is handed to the platform: over HTTP, or on the topic of requests. */
export type SealedForContact = {
  readonly messageId: string;
  readonly contactId: string;
  readonly conversationId: string;
  readonly market: string;
  readonly envelope: Uint8Array;
};

/**
 * One of a business's devices, for software that publishes to the platform by itself: seals for contacts, opens what they wrote. What sends for the
 * business without holding keys uses the gateway. Methods throw DeviceError, EndError and PlatformError where they say so.
 */
export class BusinessDevice {
  readonly client: PlatformClient;
  private readonly end: End;
  private readonly enrolment: Enrolment;
  private readonly commit: ReturnType<typeof commitsTo>;
  private readonly store: DeviceStore;
  private readonly random: Random;

  constructor({ store, apiKey, random = systemRandom, now = () => Date.now(), keyLog, ...transport }: BusinessDeviceOptions) {
    this.client = new PlatformClient({ ...transport, random, token: apiKey });
    [this.store, this.random, this.commit] = [store, random, commitsTo(store)];
    const parts = { records: store, commit: this.commit, directory: () => Promise.resolve(this.client.keys()), random, now, keyLog: keyLog ?? null };
    this.end = new End(parts);
    this.enrolment = new Enrolment(parts, this.end);
  }

  /**
   * Makes this store one of the business's devices, once. Resolves to whether the business's list has it: where the business has devices already,
   * the one that made the list adds it (`linkCode`; a gateway: POST /gateway/v1/devices), or this one takes over, and the others end. Throws PlatformError, EndError.
   */
  async register(name: string, { takeOver = false }: { readonly takeOver?: boolean } = {}): Promise<boolean> {
    const begun = await this.commit(async (draft) => {
      const known = await loadRecord<OwnKeys>(draft, endKeys.own);
      const own = known ?? newOwnKeys(this.random);
      if (known === null) putRecord(draft, endKeys.own, own);
      return own;
    });
    if (begun.device === null) {
      const keys = publicKeysOf(begun);
      const { accountId, deviceId } = await this.client.registerBusinessDevice({ ...keys, name }, `device.${toBase32(fromBase64(keys.signingKey)!)}`);
      await this.commit(async (draft) => putRecord(draft, endKeys.own, { ...begun, device: { accountId, deviceId } } satisfies OwnKeys));
    }
    return (await this.enrolment.enrol(false)) || (takeOver && (await this.enrolment.enrol(true)));
  }

  /** What the device that made the business's list needs to add this one. Throws EndError 'not_registered'. */
  linkCode(): Promise<string> {
    return this.enrolment.linkCode();
  }

  /** Adds the device that shows this code to the business. Throws EndError 'not_the_account', 'bad_link_code'; PlatformError. */
  addDevice(code: string): Promise<void> {
    return this.enrolment.add(code);
  }

  /** Removes one of the business's devices. Throws EndError 'not_the_account', 'unknown_device'; PlatformError. */
  removeDevice(deviceId: string): Promise<void> {
    return this.enrolment.remove(deviceId);
  }

  /** Keeps prekeys in the directory, so that contacts can write: now and then, daily at least. Throws EndError, PlatformError. */
  tend(): Promise<void> {
    return this.enrolment.tend();
  }

  /**
   * Seals a content for all devices of the contact with this number; the state after it is stored when this resolves. Hand the same bytes over as often
   * as it takes: sealed again, it is another message. Throws DeviceError 'not_a_number', 'unknown_number'; EndError, CryptoError, ContentError, PlatformError.
   */
  async seal(phone: string, content: Content, { category, messageId = newId('m', this.random) }: { readonly category: string; readonly messageId?: string }): Promise<SealedForContact> {
    const digits = phoneDigitsOf(phone);
    if (digits === null) throw new DeviceError('not_a_number', 'a phone number is 7 to 15 digits with its country code');
    const contact = await this.client.lookUp(digits);
    if (contact === null) throw new DeviceError('unknown_number', 'nobody has registered this number here');
    const { contactId, market, listVersion } = contact;
    const businessId = await this.businessId();
    const conversationId = conversationIdOf(toId('Business', businessId), toId('Contact', contactId));
    const envelope = await this.end.with(async (draft, fetched) => {
      if (!fetched.has(contactId)) await this.end.needVersion(draft, contactId, listVersion);
      return await this.end.seal(draft, { to: contactId, businessId, conversationId, messageId, category, content });
    });
    return { messageId, contactId, conversationId, market, envelope };
  }

  /** The platform refused an envelope with these accounts (`PlatformError.staleAccounts`): seal the content again. */
  async refresh(error: PlatformError): Promise<void> {
    await this.commit(async (draft) => {
      for (const { accountId } of error.staleAccounts) await this.end.accounts.markStale(draft, accountId);
    });
  }

  /** Opens what a contact wrote, once; what it changes is stored when this resolves. Throws CryptoError, ContentError, EndError, PlatformError. */
  async open({ envelope, conversationId, messageId, contactId }: InboxMessage & { readonly envelope: Uint8Array }): Promise<OpenedMessageOf> {
    const businessId = await this.businessId();
    return await this.end.with((draft, fetched) => this.end.open(draft, { envelope, from: contactId, expected: { businessId, conversationId, messageId, category: null } }, fetched));
  }

  /** By which the business and a contact make sure that nobody stands between them; null before anything was exchanged. Throws EndError. */
  verification(contactId: string): Promise<Verification | null> {
    return this.end.verification(contactId);
  }

  private async businessId(): Promise<string> {
    const own = await loadRecord<OwnKeys>(this.store, endKeys.own);
    if (own === null || own.device === null) throw new DeviceError('not_registered', 'register this device first');
    return own.device.accountId;
  }
}
