import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, UseFilters } from '@nestjs/common';
import { spelledNumber } from '@parley/crypto';
import { EndError, PlatformError } from '@parley/sdk';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import type { Parts } from '../parts.js';
import { faultOfError } from '../outbox/refusal.js';
import { faultAt, WireFault } from '../wire/fault.js';
import { readFields } from './body.js';
import { Callers } from './caller.js';
import * as descriptions from './device-descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** The business's devices, of which the gateway is one, and what it has verified of contacts. */
@Controller('gateway/v1')
@UseFilters(FaultFilter)
export class DevicesController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Get('devices')
  @Describe(descriptions.listDevices)
  async list(@Req() request: Request) {
    return devicesOf(this.callers.admitToOwn(request));
  }

  /** Adds a device by the code that it shows: contacts write to it too from then on. */
  @Post('devices')
  @Describe(descriptions.addDevice)
  async add(@Req() request: Request) {
    const parts = this.callers.admitToOwn(request);
    const { code } = await readFields(request);
    if (typeof code !== 'string') throw faultAt('missing-parameter', 'code', 'must be the link code that the new device shows.');
    await asked('code', () => parts.own.enrolment.add(code));
    return devicesOf(parts);
  }

  @Delete('devices/:id')
  @HttpCode(200)
  @Describe(descriptions.removeDevice)
  async remove(@Req() request: Request, @Param('id') id: string) {
    const parts = this.callers.admitToOwn(request);
    if (id === parts.own.deviceId) throw faultAt('invalid-value', 'id', 'is this gateway itself. Remove it from another device, or take the business over there.');
    await asked('id', () => parts.own.enrolment.remove(id));
    return devicesOf(parts);
  }

  /** What a person at the business and the contact compare. */
  @Get('contacts/:phone/verification')
  @Describe(descriptions.showVerification)
  async verification(@Req() request: Request, @Param('phone') phone: string) {
    const { own, state } = this.callers.admitToOwn(request);
    const contact = [...state.contacts.values()].find((known) => known.phone === phone.replace(/^\+/, ''));
    if (contact === undefined) throw new WireFault('unknown-object', 'The gateway has received nothing from this number yet.', 'phone');
    await asked('phone', () => own.end.fetch({ accountId: contact.contactId, sessions: false }));
    const { safetyNumber, qr, keyChanges } = (await own.end.verification(contact.contactId))!;
    return { wa_id: contact.phone, safety_number: spelledNumber(safetyNumber), qr, key_changes: keyChanges };
  }
}

async function devicesOf({ own, account, state }: Parts) {
  await asked('', () => own.end.fetch({ accountId: account.businessId, sessions: false }));
  const known = await own.end.accounts.known({ get: async (key) => state.records.get(key) ?? null }, account.businessId);
  return { data: (known?.list.devices ?? []).map(({ deviceId }) => ({ id: deviceId, is_this_gateway: deviceId === own.deviceId })), list_version: known?.list.listVersion ?? 0 };
}

/** Does what may fail for the business's own reasons, said as a fault of that field. */
async function asked<T>(field: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof EndError) throw new WireFault(error.code === 'unknown_device' ? 'unknown-object' : 'invalid-value', `${error.message}.`, field);
    if (error instanceof PlatformError) throw faultOfError(error);
    throw error;
  }
}
