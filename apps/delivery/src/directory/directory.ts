import type { ContactId, DeviceId, Instant } from '@parley/contracts';
import { constantTimeEqual, contactIdOf, parseToken, tokenHash, utf8 } from '@parley/crypto';
import { Believed } from '@parley/service';
import type { Rows, Runtime } from '@parley/service';
import { IsNull } from 'typeorm';
import { Contact } from './contact.js';
import { Device } from './device.js';

/** The customer's device that calls. */
export interface DeviceCaller {
  readonly deviceId: DeviceId;
  readonly contactId: ContactId;
  readonly market: string;
  /** When its number was proven for the token it shows. */
  readonly tokenAt: Instant;
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

  /** A contact; null where the number is not registered. Whoever knows a number may ask about it, and sees nothing else. */
  async lookUp(phone: string): Promise<{ readonly contactId: string; readonly market: string } | null> {
    const contactId = this.contactIdOf(phone);
    const contact = await this.rows.for({ contactId }, (manager) => manager.findOneBy(Contact, { contactId }));
    return contact && { contactId, market: contact.market };
  }
}
