import { Inject, Injectable, SetMetadata, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { BusinessId } from '@parley/contracts';
import { bearerOf, callerWith, devicesKey, KeyRing, Problem, unauthorized } from '@parley/service';
import type { Scope } from '@parley/service';
import type { Request } from 'express';
import { Directory } from '../directory/directory.js';
import type { DeviceCaller } from '../directory/directory.js';

/** One of the two ends of conversations, by its credential. */
export type End = ({ readonly party: 'contact' } & DeviceCaller) | { readonly party: 'business'; readonly businessId: BusinessId };

/** The route is open to customers' devices, and to API keys with the scope where one is named. Goes with `@UseGuards(EndGuard)`. */
export const OpenToDevices = (alsoKeysWith?: Scope) => SetMetadata(devicesKey, alsoKeysWith ?? null);

const ends = new WeakMap<Request, End>();

/** The end that EndGuard let in. */
export const EndOf = createParamDecorator((_: unknown, context: ExecutionContext): End => {
  const end = ends.get(context.switchToHttp().getRequest<Request>());
  if (!end) throw new Error('no end: the route has no EndGuard');
  return end;
});

/** The device that EndGuard let in; on routes that are open to devices alone. */
export const DeviceOf = createParamDecorator((_: unknown, context: ExecutionContext): DeviceCaller => {
  const end = ends.get(context.switchToHttp().getRequest<Request>());
  if (end?.party !== 'contact') throw new Error('no device: the route is not open to devices alone');
  return end;
});

@Injectable()
export class EndGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(KeyRing) private readonly ring: KeyRing,
    @Inject(Directory) private readonly directory: Directory,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.reflector.getAllAndOverride<Scope | null | undefined>(devicesKey, [context.getHandler(), context.getClass()]);
    if (scope === undefined) throw new Error('a route with EndGuard says @OpenToDevices');
    const request = context.switchToHttp().getRequest<Request>();
    ends.set(request, await this.endWith(bearerOf(request), scope));
    return true;
  }

  private async endWith(token: string, scope: Scope | null): Promise<End> {
    if (token.startsWith('pk_')) {
      if (scope === null) throw new Problem('forbidden', 'This is for customers’ devices; an API key cannot do it.');
      const { businessId } = await callerWith(this.ring, token, [scope]);
      return { party: 'business', businessId: businessId as BusinessId };
    }
    const device = await this.directory.callerOf(token);
    if (device === null) throw unauthorized('The device token is unknown or revoked. Register the device again.');
    return { party: 'contact', ...device };
  }
}
