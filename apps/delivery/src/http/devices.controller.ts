import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { isId } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { inForce, localDate, marketOf } from '@parley/rating';
import { ApiKeyGuard, bodyOf, CallerOf, Describe, object, Problem, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { Directory } from '../directory/directory.js';
import { Verification } from '../directory/verification.js';
import { Enrolment } from '../keys/enrolment.js';
import { registerBusinessDevice, registerDevice } from './descriptions.js';
import { agreementKey, signingKey } from './key-shapes.js';
import { phoneShape } from './phone-shape.js';

const deviceName = text({ max: 64 });
const keys = { signingKey, agreementKey };
const deviceShape = object({ phone: phoneShape, code: text({ max: 12 }), name: deviceName, ...keys });
const businessDeviceShape = object({ name: deviceName, ...keys });

/** Makes ends that hold keys known, so that others can seal for them. */
@Controller('delivery/v1')
export class DevicesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Enrolment) private readonly enrolment: Enrolment,
    @Inject(Verification) private readonly verification: Verification,
  ) {}

  /** A customer's device, once the number is proven. Its token is in this answer only; registering the same signing key again gives a new one. */
  @Post('devices')
  @HttpCode(201)
  @Describe({ ...registerDevice, body: deviceShape })
  async register(@Req() request: Request): Promise<unknown> {
    const { phone, code, ...device } = bodyOf(request, deviceShape);
    this.verification.check(this.directory.contactIdOf(phone), code);
    return this.enrolment.contactDevice({ phone, market: this.marketOf(phone), ...device });
  }

  @Post('business-devices')
  @HttpCode(201)
  @UseGuards(ApiKeyGuard)
  @Scopes('devices:write')
  @Describe({ ...registerBusinessDevice, body: businessDeviceShape })
  async registerBusinessDevice(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const device = bodyOf(request, businessDeviceShape);
    const { businessId } = caller;
    if (!isId('Business', businessId)) throw new Problem('forbidden', 'The operator has no devices: ask with a key of a business.');
    return this.enrolment.businessDevice(businessId, device);
  }

  /** By the prefixes in force today (UTC: a number has no zone). Without any list no market can be told, and nothing could be priced. */
  private marketOf(phone: string): string {
    const prefixes = inForce(this.runtime.catalog.view().state.marketPrefixes, localDate(this.runtime.clock(), 'UTC'));
    if (prefixes === null) throw new Problem('busy', 'The operator has to publish market prefixes first: POST /billing/v1/market-prefixes.', [], { 'Retry-After': '60' });
    return marketOf(phone, prefixes);
  }
}
