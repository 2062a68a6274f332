import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { BusinessId } from '@parley/contracts';
import { fromBase64, isUsablePublicKey } from '@parley/crypto';
import type { Catalog } from '@parley/domain';
import { inForce, localDate, marketOf } from '@parley/rating';
import { ApiKeyGuard, bodyOf, CallerOf, Describe, object, Problem, Runtime, Scopes, shape, text } from '@parley/service';
import type { Caller, Shape } from '@parley/service';
import type { Request } from 'express';
import { Directory } from '../directory/directory.js';
import { Verification } from '../directory/verification.js';
import { registerBusinessDevice, registerDevice } from './descriptions.js';
import { phoneShape } from './phone-shape.js';

const publicKey: Shape<string> = shape({ type: 'string', contentEncoding: 'base64', description: 'An X25519 public key, 32 bytes.' }, (value, path, findings) => {
  const key = typeof value === 'string' ? fromBase64(value) : null;
  return key !== null && isUsablePublicKey(key) ? (value as string) : findings.wrong(path, 'must be an X25519 public key, 32 bytes in base64');
});
const deviceName = text({ max: 64 });
const deviceShape = object({ phone: phoneShape, code: text({ max: 12 }), publicKey, name: deviceName });
const businessDeviceShape = object({ publicKey, name: deviceName });

/** Makes ends that hold keys known, so that others can seal for them. */
@Controller('delivery/v1')
export class DevicesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Verification) private readonly verification: Verification,
  ) {}

  /** A customer's device, once the number is proven. Its token is in this answer only; registering the same key again gives a new one. */
  @Post('devices')
  @HttpCode(201)
  @Describe({ ...registerDevice, body: deviceShape })
  async register(@Req() request: Request): Promise<unknown> {
    const { phone, code, ...device } = bodyOf(request, deviceShape);
    this.verification.check(this.directory.contactIdOf(phone), code);
    return this.directory.register({ phone, ...device, market: this.marketOf(phone) });
  }

  @Post('business-devices')
  @HttpCode(201)
  @UseGuards(ApiKeyGuard)
  @Scopes('devices:write')
  @Describe({ ...registerBusinessDevice, body: businessDeviceShape })
  async registerBusinessDevice(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { publicKey: key, name } = bodyOf(request, businessDeviceShape);
    const { deviceId } = await this.directory.registerBusinessDevice(caller.businessId as BusinessId, key, name);
    return { deviceId };
  }

  /** By the prefixes in force today (UTC: a number has no zone). Without any list no market can be told, and nothing could be priced. */
  private marketOf(phone: string): string {
    const prefixes = inForce(this.runtime.catalog.view().state.marketPrefixes, localDate(this.runtime.clock(), 'UTC'));
    if (prefixes === null) throw new Problem('busy', 'The operator has to publish market prefixes first: POST /billing/v1/market-prefixes.', [], { 'Retry-After': '60' });
    return marketOf(phone, prefixes);
  }
}
