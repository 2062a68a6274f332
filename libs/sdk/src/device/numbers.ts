import type { BusinessNumber } from '../platform/answers.js';
import type { PlatformClient } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import { DeviceError } from './error.js';
import { keys, load, loadAll, put, type KnownNumber } from './records.js';
import type { Shelf } from './shelf.js';

/** The businesses' numbers this device knows, asked from the directory and kept for when it cannot be reached. */
export class Numbers {
  constructor(
    private readonly shelf: Shelf,
    private readonly client: () => Promise<PlatformClient>,
  ) {}

  /** The number to write to, fresh from the directory; as last seen where that cannot be reached. Throws DeviceError, PlatformError. */
  async toWriteTo(phone: string): Promise<KnownNumber> {
    try {
      const found = await (await this.client()).numberByPhone(phone);
      if (found === null) throw new DeviceError('unknown_number', 'no business has this number here');
      return await this.keep(found, phone);
    } catch (error) {
      const known = error instanceof PlatformError && error.isTransient ? await this.knownByPhone(phone) : null;
      if (known === null) throw error;
      return known;
    }
  }

  /** The number as last seen, or from the directory if it never was. Null where there is none. Throws PlatformError. */
  async known(numberId: string): Promise<KnownNumber | null> {
    return (await load<KnownNumber>(this.shelf.store, keys.number(numberId))) ?? (await this.fresh(numberId));
  }

  private async fresh(numberId: string): Promise<KnownNumber | null> {
    const found = await (await this.client()).numberById(numberId);
    return found === null ? null : await this.keep(found, null);
  }

  private async knownByPhone(phone: string): Promise<KnownNumber | null> {
    const all = await loadAll<KnownNumber>(this.shelf.store, keys.numbers);
    return all.find((number) => number.phone === phone) ?? null;
  }

  private keep({ numberId, businessId, displayName }: BusinessNumber, phone: string | null): Promise<KnownNumber> {
    return this.shelf.change(async ({ changes }) => {
      const before = await load<KnownNumber>(this.shelf.store, keys.number(numberId));
      const number: KnownNumber = { numberId, businessId, phone: phone ?? before?.phone ?? null, displayName };
      if (JSON.stringify(before) !== JSON.stringify(number)) changes.push(put(keys.number(numberId), number));
      return number;
    });
  }
}
