import { Controller, Get, Inject, Put, Req, UseGuards } from '@nestjs/common';
import { fromBase64 } from '@parley/crypto';
import { bodyOf, Describe, id, list, nullable, object, optional, queryOf } from '@parley/service';
import type { Request } from 'express';
import { PrekeyStore } from '../keys/prekeys.js';
import type { PrekeysLeft } from '../keys/prekeys.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';
import { deviceNamed, keyCallerOf } from './key-caller.js';
import { bundleBytes, prekeyId, putPrekeys, showPrekeys } from './key-descriptions.js';
import { agreementKey } from './key-shapes.js';

const oneTime = object({ id: prekeyId, publicKey: agreementKey });
const prekeysShape = object({ deviceId: optional(id('Device')), signed: nullable(bundleBytes), oneTime: list(oneTime, { min: 0, max: 200 }) });
const prekeysQuery = object({ deviceId: optional(id('Device')) });

/** The prekeys of one's own devices. */
@Controller('delivery/v1/keys/prekeys')
@UseGuards(EndGuard)
export class PrekeysController {
  constructor(@Inject(PrekeyStore) private readonly prekeys: PrekeyStore) {}

  @Put()
  @OpenToDevices('devices:write')
  @Describe({ ...putPrekeys, body: prekeysShape })
  async put(@EndOf() end: End, @Req() request: Request): Promise<PrekeysLeft> {
    const { deviceId, signed, oneTime: given } = bodyOf(request, prekeysShape);
    const caller = keyCallerOf(end);
    return this.prekeys.put(caller, deviceNamed(caller, deviceId), signed, given.map(({ id: prekey, publicKey }) => ({ id: prekey, publicKey: fromBase64(publicKey)! })));
  }

  @Get()
  @OpenToDevices('devices:write')
  @Describe({ ...showPrekeys, query: prekeysQuery })
  async left(@EndOf() end: End, @Req() request: Request): Promise<PrekeysLeft> {
    const { deviceId } = queryOf(request, prekeysQuery);
    const caller = keyCallerOf(end);
    return this.prekeys.left(caller, deviceNamed(caller, deviceId));
  }
}
