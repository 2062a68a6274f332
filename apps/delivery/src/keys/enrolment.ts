import type { BusinessId, Instant } from '@parley/contracts';
import { newId, newToken, tokenHash } from '@parley/crypto';
import { everyBusiness, Problem } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { BusinessDevice } from '../directory/business-device.js';
import { Contact } from '../directory/contact.js';
import { Device } from '../directory/device.js';
import type { Directory } from '../directory/directory.js';
import { presentList } from './device-list.js';

/** The public keys of a device, in base64. */
export interface DeviceKeys {
  readonly signingKey: string;
  readonly agreementKey: string;
}

export interface Enrolled {
  readonly accountId: string;
  readonly deviceId: string;
  readonly listVersion: number;
}

/** Makes devices with their two keys known, so that their account can list them. */
export class Enrolment {
  constructor(
    private readonly runtime: Pick<Runtime, 'clock' | 'random' | 'serviceKey'>,
    private readonly rows: Rows,
    private readonly directory: Pick<Directory, 'contactIdOf' | 'endTokens'>,
  ) {}

  /**
   * A contact's device. The same signing key of the same contact is the same device: it gets a new token, and its earlier one ends. Throws
   * `already-exists` where it has another agreement key, or was revoked.
   */
  async contactDevice({ phone, market, name, signingKey, agreementKey }: DeviceKeys & { readonly phone: string; readonly market: string; readonly name: string }): Promise<Enrolled & { readonly contactId: string; readonly token: string }> {
    const now: Instant = this.runtime.clock();
    const { random, serviceKey } = this.runtime;
    const contactId = this.directory.contactIdOf(phone);
    const token = newToken('dt', random);
    const proven = { name, tokenId: token.id, tokenHash: tokenHash(serviceKey, token), tokenAt: now };
    const fresh = { deviceId: newId('d', random), businessId: everyBusiness, contactId, signingKey, agreementKey, ...proven, createdAt: now, revokedAt: null };
    const enrolled = await this.rows.for({ contactId }, async (manager) => {
      await manager.upsert(Contact, { contactId, businessId: everyBusiness, market, registeredAt: now }, ['contactId']);
      await manager.createQueryBuilder().insert().into(Device).values(fresh).orIgnore().execute();
      const device = await manager.findOneByOrFail(Device, { contactId, signingKey });
      if (device.deviceId !== fresh.deviceId) {
        checkSame(device, agreementKey);
        await manager.update(Device, { deviceId: device.deviceId }, proven);
      }
      const present = await presentList(manager, { accountId: contactId, party: 'contact' });
      return { accountId: contactId, contactId, deviceId: device.deviceId, token: token.text, listVersion: present?.listVersion ?? 0 };
    });
    this.directory.endTokens([enrolled.deviceId]);
    return enrolled;
  }

  /** A device of a business. The same signing key is the same device. Throws as `contactDevice` does. */
  async businessDevice(businessId: BusinessId, { name, signingKey, agreementKey }: DeviceKeys & { readonly name: string }): Promise<Enrolled> {
    const fresh = { deviceId: newId('b', this.runtime.random), businessId, signingKey, agreementKey, name, createdAt: this.runtime.clock(), revokedAt: null };
    return this.rows.for({ businessId }, async (manager) => {
      await manager.createQueryBuilder().insert().into(BusinessDevice).values(fresh).orIgnore().execute();
      const device = await manager.findOneByOrFail(BusinessDevice, { businessId, signingKey });
      if (device.deviceId !== fresh.deviceId) {
        checkSame(device, agreementKey);
        await manager.update(BusinessDevice, { deviceId: device.deviceId }, { name });
      }
      const present = await presentList(manager, { accountId: businessId, party: 'business' });
      return { accountId: businessId, deviceId: device.deviceId, listVersion: present?.listVersion ?? 0 };
    });
  }
}

/** A device that is to have other keys gets another id, and so does one that was taken off the list: others remember that it is gone. */
function checkSame(device: Device | BusinessDevice, agreementKey: string): void {
  if (device.agreementKey !== agreementKey) throw new Problem('already-exists', 'A device with this signing key has another agreement key. Make two new keys, and register them.');
  if (device.revokedAt !== null) throw new Problem('already-exists', 'The device with this signing key was revoked. Make two new keys, and register them.');
}
