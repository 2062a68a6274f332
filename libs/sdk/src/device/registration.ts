import { newId, type Random } from '@parley/crypto';
import { newOwnKeys, publicKeysOf, type Enrolment } from '../end/enrolment.js';
import { endKeys, type OwnKeys } from '../end/records.js';
import type { PlatformClient } from '../platform/client.js';
import { Turns } from '../turns.js';
import { DeviceError } from './error.js';
import { keys, load, put, remove, type PendingRegistration, type Profile } from './records.js';
import type { Draft, Shelf } from './shelf.js';

export type RegistrationRequest = { readonly phone: string; readonly code: string; readonly name: string; readonly takeOver: boolean };

const deviceName = 'Device'; // The person's name goes to businesses, sealed; the platform has no use for it.

/** Makes this store a device of one phone number, once. */
export class Registration {
  private readonly turns = new Turns();

  constructor(
    private readonly shelf: Shelf,
    private readonly anonymous: PlatformClient,
    private readonly enrolment: Enrolment<Draft>,
    private readonly random: Random,
  ) {}

  profile(): Promise<Profile | null> {
    return load<Profile>(this.shelf.store, keys.profile);
  }

  /** Registers the device and has it listed. Throws DeviceError 'registered_otherwise', EndError, PlatformError. */
  register({ takeOver, ...request }: RegistrationRequest): Promise<Profile> {
    return this.turns.take(async () => {
      const known = await this.profile();
      if (known !== null && known.phone !== request.phone) throw new DeviceError('registered_otherwise', 'this device belongs to another number: use another store for this one');
      // To take an account over, the platform wants a token that it has just given for the code.
      const profile = known !== null && !takeOver ? known : await this.finish(await this.begin(request));
      if (takeOver || !(await this.enrolment.isListedHere())) await this.enrolment.enrol(takeOver);
      return profile;
    });
  }

  /** The registration to send: the one begun before if it is the same request, so that a lost answer does not make a second device. */
  private begin(request: Omit<RegistrationRequest, 'takeOver'>): Promise<PendingRegistration> {
    return this.shelf.change(async (draft) => {
      const begun = await load<PendingRegistration>(this.shelf.store, keys.registration);
      if (begun?.phone === request.phone && begun.code === request.code && begun.name === request.name) return begun;
      const pending: PendingRegistration = { ...request, idempotencyKey: newId('k', this.random) };
      if ((await draft.get(endKeys.own)) === null) draft.changes.push(put(endKeys.own, newOwnKeys(this.random)));
      draft.changes.push(put(keys.registration, pending));
      return pending;
    });
  }

  private async finish({ phone, code, name, idempotencyKey }: PendingRegistration): Promise<Profile> {
    const own = (await load<OwnKeys>(this.shelf.store, endKeys.own))!; // Stored with the registration, or before it.
    const { contactId, deviceId, token } = await this.anonymous.registerDevice({ phone, code, name: deviceName, ...publicKeysOf(own) }, idempotencyKey);
    const profile: Profile = { phone, name, contactId, deviceId, token };
    const registered: OwnKeys = { ...own, device: { accountId: contactId, deviceId } };
    await this.shelf.change(async ({ changes }) => void changes.push(put(keys.profile, profile), put(endKeys.own, registered), remove(keys.registration)));
    return profile;
  }
}
