import type { Instant } from '@parley/contracts';
import { In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { BusinessDevice } from '../directory/business-device.js';
import { Device } from '../directory/device.js';
import type { Account } from './account.js';
import { OneTimePrekeyRow, PrekeysRow } from './prekey-rows.js';

/** A device that is registered with an account and not revoked. Keys in base64. */
export interface RegisteredDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly signingKey: string;
  readonly agreementKey: string;
  readonly createdAt: Instant;
}

export function registeredDevices(manager: EntityManager, { accountId, party }: Account): Promise<readonly RegisteredDevice[]> {
  const order = { createdAt: 'ASC', deviceId: 'ASC' } as const;
  switch (party) {
    case 'contact':
      return manager.find(Device, { where: { contactId: accountId, revokedAt: IsNull() }, order });
    case 'business':
      return manager.find(BusinessDevice, { where: { businessId: accountId, revokedAt: IsNull() }, order });
    default:
      return party satisfies never;
  }
}

/** One of them; null where there is none. */
export async function registeredDevice(manager: EntityManager, account: Account, deviceId: string): Promise<RegisteredDevice | null> {
  return (await registeredDevices(manager, account)).find((device) => device.deviceId === deviceId) ?? null;
}

/** From now on these can do nothing, and nothing can be sealed for them: their prekeys go. */
export async function revoke(manager: EntityManager, { party }: Account, deviceIds: readonly string[], now: Instant): Promise<void> {
  if (deviceIds.length === 0) return;
  const these = { deviceId: In(deviceIds) };
  await manager.update<Device | BusinessDevice>(party === 'contact' ? Device : BusinessDevice, { ...these, revokedAt: IsNull() }, { revokedAt: now });
  await manager.delete(OneTimePrekeyRow, these);
  await manager.delete(PrekeysRow, these);
}
