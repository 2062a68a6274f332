import { Inject, Injectable } from '@nestjs/common';
import type { Lane } from '@parley/contracts';
import type { Request } from 'express';
import { Gateway } from '../gateway.js';
import type { Origin } from '../outbox/sender.js';
import type { Parts } from '../parts.js';
import type { PhoneNumber } from '../state/fact.js';
import { laneOf } from '../tokens.js';
import { WireFault } from '../wire/fault.js';
import { checkVersion } from '../wire/version.js';

/** Who asks: the lane of the business token in its request. */
@Injectable()
export class Callers {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  /** Lets in whoever holds a token, on a known version of the wire. Throws WireFault. */
  admit(request: Request, version: string): { readonly parts: Parts; readonly lane: Lane } {
    const caller = this.admitToOurs(request);
    checkVersion(version);
    return caller;
  }

  /** As `admit`, for paths of our own, which the wire does not have: of any lane. */
  admitToOurs(request: Request): { readonly parts: Parts; readonly lane: Lane } {
    const caller = this.known(request);
    caller.parts.limits.ask(caller.lane);
    return caller;
  }

  private known(request: Request): { readonly parts: Parts; readonly lane: Lane } {
    const parts = this.gateway.running;
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new WireFault('invalid-token', 'The header Authorization: Bearer <token> is missing.');
    const lane = laneOf(parts.state, token);
    if (lane === null) throw new WireFault('invalid-token', 'The token is not known here. Use one that the gateway was set up with.');
    return { parts, lane };
  }

  /** As `admitToAccount`, for endpoints of our own: they have a version of their own in their path. */
  admitToOwn(request: Request): Parts {
    const { parts, lane } = this.known(request);
    parts.limits.ask(lane);
    return ofAccount(parts, lane);
  }

  /** As `admitToAccount`, for requests that name a thing of the account and not the account. */
  admitToWaba(request: Request, version: string): Parts {
    const { parts, lane } = this.admit(request, version);
    return ofAccount(parts, lane);
  }

  /** As `admit`, for requests to one number. */
  admitTo(request: Request, version: string, phoneNumberId: string): Origin & { readonly parts: Parts } {
    const { parts, lane } = this.admit(request, version);
    const number = parts.state.numbers.get(phoneNumberId);
    if (number === undefined) throw unknownObject(phoneNumberId, [...parts.state.numbers.values()]);
    return { parts, lane, number };
  }

  /** As `admit`, for requests to the account: what they change concerns every lane, so tokens for sending by hand are not enough. */
  admitToAccount(request: Request, version: string, wabaId: string): Parts {
    const { parts, lane } = this.admit(request, version);
    if (parts.account.wabaId !== wabaId) throw new WireFault('unknown-object', `There is no account ${wabaId} here. This gateway serves ${parts.account.wabaId}.`);
    return ofAccount(parts, lane);
  }
}

/** What concerns every lane is not for tokens for sending by hand. Throws WireFault. */
export function requireApi(lane: Lane): void {
  if (lane !== 'api') throw new WireFault('permission', 'This token is for sending by hand. Use the token of the API lane.');
}

function ofAccount(parts: Parts, lane: Lane): Parts {
  requireApi(lane);
  parts.limits.askOfAccount(parts.account.wabaId);
  return parts;
}

export function unknownObject(id: string, numbers: readonly PhoneNumber[]): WireFault {
  const known = numbers.map(({ phoneNumberId }) => phoneNumberId).join(', ');
  return new WireFault('unknown-object', `There is no phone number ${id} here. This gateway serves ${known}.`);
}
