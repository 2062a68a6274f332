import { deviceKeysOf, fromBase64, generateDeviceKeys, newId, toBase64, type DeviceKeys, type Random } from '@parley/crypto';
import type { PlatformClient } from '../platform/client.js';
import { DeviceError } from './error.js';
import { keys, load, put, remove, type PendingRegistration, type Profile } from './records.js';
import type { Shelf } from './shelf.js';
import { Turns } from './turns.js';

export type RegistrationRequest = { readonly phone: string; readonly code: string; readonly name: string };

const deviceName = 'Device'; // The person's name goes to businesses, sealed; the platform has no use for it.

/** Makes this store a device of one phone number, once. */
export class Registration {
  private readonly turns = new Turns();

  constructor(
    private readonly shelf: Shelf,
    private readonly anonymous: PlatformClient,
    private readonly random: Random,
  ) {}

  profile(): Promise<Profile | null> {
    return load<Profile>(this.shelf.store, keys.profile);
  }

  /** Throws DeviceError 'registered_otherwise', PlatformError. */
  register(request: RegistrationRequest): Promise<Profile> {
    return this.turns.take(async () => {
      const profile = await this.profile();
      if (profile === null) return await this.finish(await this.begin(request));
      if (profile.phone === request.phone) return profile;
      throw new DeviceError('registered_otherwise', 'this device belongs to another number: use another store for this one');
    });
  }

  /** The registration to send: the one begun before if it is the same request, so that a lost answer does not make a second device. */
  private begin(request: RegistrationRequest): Promise<PendingRegistration> {
    return this.shelf.change(async ({ changes }) => {
      const begun = await load<PendingRegistration>(this.shelf.store, keys.registration);
      if (begun?.phone === request.phone && begun.code === request.code && begun.name === request.name) return begun;
      const secretKey = begun?.secretKey ?? toBase64(generateDeviceKeys(this.random).secretKey);
      const pending: PendingRegistration = { ...request, secretKey, idempotencyKey: newId('k', this.random) };
      changes.push(put(keys.registration, pending));
      return pending;
    });
  }

  private async finish({ phone, code, name, secretKey, idempotencyKey }: PendingRegistration): Promise<Profile> {
    const { publicKey } = ownKeys(secretKey);
    const { contactId, deviceId, token } = await this.anonymous.registerDevice({ phone, code, publicKey, name: deviceName }, idempotencyKey);
    const profile: Profile = { phone, name, contactId, deviceId, token, secretKey };
    await this.shelf.change(async ({ changes }) => void changes.push(put(keys.profile, profile), remove(keys.registration)));
    return profile;
  }
}

/** The key pair of a stored secret key. */
export function ownKeys(secretKey: string): DeviceKeys {
  const bytes = fromBase64(secretKey);
  if (bytes === null) throw new DeviceError('damaged_store', 'the stored secret key is not base64');
  return deviceKeysOf(bytes);
}
