import type { BusinessId, ContactId, DeviceId, Instant } from '@parley/contracts';
import { constantTimeEqual, contactIdOf, newId, newToken, parseToken, tokenHash, utf8 } from '@parley/crypto';
import { Believed, everyBusiness } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { IsNull, Not } from 'typeorm';
import { BusinessDevice } from './business-device.js';
import { Contact } from './contact.js';
import { Device } from './device.js';

/** A device as others see it, to seal for it by the simple seal. */
export interface DeviceKey {
  readonly deviceId: string;
  readonly publicKey: string;
}

/** The customer's device that calls. */
export interface DeviceCaller {
  readonly deviceId: DeviceId;
  readonly contactId: ContactId;
  readonly market: string;
  /** When its number was proven for the token it shows; null for tokens from before that was noted. */
  readonly tokenAt: Instant | null;
}

export interface NewDevice {
  /** Digits with country code, proven to be the caller's. */
  readonly phone: string;
  readonly publicKey: string;
  readonly name: string;
  readonly market: string;
}

/** A device's token as it is stored, with whom it stands for. */
interface KnownDevice {
  readonly hash: string;
  readonly caller: DeviceCaller;
}

/** Who can be reached, on which devices. Backed up, not rebuilt: it does not follow from the log. */
export class Directory {
  /** By the ids of their tokens. A phone that reports what it received would else cost two transactions each time. */
  private readonly believed: Believed<KnownDevice>;

  constructor(
    private readonly runtime: Runtime,
    private readonly rows: Rows,
  ) {
    this.believed = new Believed(() => runtime.clock());
  }

  /** The id a number has, registered or not. */
  contactIdOf(phone: string): string {
    return contactIdOf(this.runtime.serviceKey, phone);
  }

  /** Registers a device. The same key of the same contact is the same device: it gets a new token, and its earlier one ends (in other processes within three seconds). */
  async register({ phone, publicKey, name, market }: NewDevice): Promise<{ readonly contactId: string; readonly deviceId: string; readonly token: string }> {
    const now = this.runtime.clock();
    const contactId = this.contactIdOf(phone);
    const token = newToken('dt', this.runtime.random);
    const hash = tokenHash(this.runtime.serviceKey, token);
    const device = { deviceId: newId('d', this.runtime.random), businessId: everyBusiness, contactId, publicKey, name, tokenId: token.id, tokenHash: hash, tokenAt: now, createdAt: now, revokedAt: null };
    const registered = await this.rows.for({ contactId }, async (manager) => {
      await manager.upsert(Contact, { contactId, businessId: everyBusiness, market, registeredAt: now }, ['contactId']);
      await manager.createQueryBuilder().insert().into(Device).values(device).orUpdate(['name', 'token_id', 'token_hash', 'token_at', 'revoked_at'], ['contact_id', 'public_key']).execute();
      const { deviceId } = await manager.findOneByOrFail(Device, { contactId, publicKey });
      return { contactId, deviceId, token: token.text };
    });
    this.endTokens([registered.deviceId]);
    return registered;
  }

  /** What is believed of these devices' tokens ends here at once, and in other processes within three seconds. */
  endTokens(deviceIds: readonly string[]): void {
    const ended = new Set(deviceIds);
    if (ended.size > 0) this.believed.forgetWhere(({ caller }) => ended.has(caller.deviceId));
  }

  /** The device a token belongs to; null where it is unknown or revoked. */
  async callerOf(text: string): Promise<DeviceCaller | null> {
    const token = parseToken(text);
    if (token === null || token.kind !== 'dt') return null;
    const known = this.believed.get(token.id) ?? (await this.knownDevice(token.id));
    const hash = tokenHash(this.runtime.serviceKey, token);
    const same = constantTimeEqual(utf8(hash), utf8(known?.hash ?? '0'.repeat(hash.length)));
    return known !== null && same ? known.caller : null;
  }

  /** Only what exists is kept in mind: ids that somebody made up are to push out nobody. */
  private async knownDevice(tokenId: string): Promise<KnownDevice | null> {
    const askedAt = this.runtime.clock();
    const row = await this.rows.for({ credentials: [tokenId] }, (manager) => manager.findOneBy(Device, { tokenId, revokedAt: IsNull() }));
    if (row === null) return null;
    const { contactId, deviceId, tokenAt, tokenHash: hash } = row;
    const { market } = await this.rows.for({ contactId }, (manager) => manager.findOneByOrFail(Contact, { contactId }));
    const known = { hash, caller: { deviceId: deviceId as DeviceId, contactId: contactId as ContactId, market, tokenAt } };
    this.believed.keep(tokenId, known, askedAt);
    return known;
  }

  /** A contact with its devices; null where the number is not registered. Whoever knows a number may ask about it, and sees nothing else. */
  async lookUp(phone: string): Promise<{ readonly contactId: string; readonly market: string; readonly devices: readonly DeviceKey[] } | null> {
    const contactId = this.contactIdOf(phone);
    return this.rows.for({ contactId }, async (manager) => {
      const contact = await manager.findOneBy(Contact, { contactId });
      if (contact === null) return null;
      const devices = await manager.find(Device, { where: { contactId, revokedAt: IsNull(), publicKey: Not(IsNull()) }, order: { createdAt: 'ASC', deviceId: 'ASC' } });
      return { contactId, market: contact.market, devices: devices.map(keyOf) };
    });
  }

  /** Registers a device of a business. The same key is the same device. */
  async registerBusinessDevice(businessId: BusinessId, publicKey: string, name: string): Promise<DeviceKey> {
    const now: Instant = this.runtime.clock();
    const device = { deviceId: newId('b', this.runtime.random), businessId, publicKey, name, createdAt: now, revokedAt: null };
    return this.rows.for({ businessId }, async (manager) => {
      await manager.createQueryBuilder().insert().into(BusinessDevice).values(device).orUpdate(['name', 'revoked_at'], ['business_id', 'public_key']).execute();
      return keyOf(await manager.findOneByOrFail(BusinessDevice, { businessId, publicKey }));
    });
  }

  /** The devices of a business, for a contact who seals for them. */
  async businessDevicesOf(businessId: BusinessId, { contactId }: DeviceCaller): Promise<readonly DeviceKey[]> {
    const where = { businessId, revokedAt: IsNull(), publicKey: Not(IsNull()) };
    const found = await this.rows.for({ contactId }, (manager) => manager.find(BusinessDevice, { where, order: { createdAt: 'ASC', deviceId: 'ASC' } }));
    return found.map(keyOf);
  }
}

function keyOf({ deviceId, publicKey }: Device | BusinessDevice): DeviceKey {
  if (publicKey === null) throw new Error('a device of the simple seal has a public key');
  return { deviceId, publicKey };
}
