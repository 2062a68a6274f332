import { Inject, Injectable, SetMetadata, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Problem } from '../http/problem.js';
import { KeyRing } from './key-ring.js';
import type { Caller } from './key-ring.js';
import type { Scope } from './scopes.js';

/** Under which a route's metadata has the scopes it is open to. */
export const wantedScopes = 'parley:scopes';

/** The route is open to keys that have at least one of these scopes. Goes with `@UseGuards(ApiKeyGuard)`. */
export const Scopes = (...wanted: readonly [Scope, ...Scope[]]) => SetMetadata(wantedScopes, wanted);

/** The caller that ApiKeyGuard let in. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>());
  if (!caller) throw new Error('no caller: the route has no ApiKeyGuard');
  return caller;
});

/** Kept beside the requests, not on them, so that nothing else can put a caller there. */
const callers = new WeakMap<Request, Caller>();

@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(KeyRing) private readonly ring: KeyRing,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const wanted = this.reflector.getAllAndOverride<readonly Scope[] | undefined>(wantedScopes, [context.getHandler(), context.getClass()]);
    // A guarded route that names no scope would be open to every key: refuse all instead.
    if (!wanted) throw new Error('a route with ApiKeyGuard names its scopes with @Scopes');
    const request = context.switchToHttp().getRequest<Request>();
    callers.set(request, await callerWith(this.ring, bearerOf(request), wanted));
    return true;
  }
}

/** The caller behind a token, if it has one of the scopes. Throws `unauthorized` or `missing-scope`, which names what is missing. */
export async function callerWith(ring: KeyRing, token: string, wanted: readonly Scope[]): Promise<Caller> {
  const caller = await ring.find(token);
  if (caller === null) throw unauthorized('The API key is unknown or revoked.');
  if (!wanted.some((scope) => caller.scopes.has(scope))) {
    throw new Problem('missing-scope', `The key needs the scope ${wanted.join(' or ')}. Ask the operator for a key that has it.`);
  }
  return caller;
}

/** The token of the header `Authorization: Bearer …`. Throws `unauthorized` where there is none. */
export function bearerOf(request: Request): string {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw unauthorized('Send the header Authorization: Bearer <token>.');
  return token;
}

export function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail, [], { 'WWW-Authenticate': 'Bearer' });
}
