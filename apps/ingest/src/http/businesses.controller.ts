import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Output } from '@parley/contracts';
import { findBusiness, findNumber, findNumberByPhone } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { isCurrency } from '@parley/money';
import { isZone } from '@parley/rating';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, id, integer, invalidFields, object, optional, Problem, Runtime, Scopes, text, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import { unattributed } from '../requests/verdict.js';
import { registerBusiness, registerNumber } from './descriptions.js';

const name = text({ max: 128 });
const businessShape = object({
  businessId: id('Business'),
  ownerId: id('Owner'),
  name,
  zone: text({ max: 64 }),
  currency: text({ max: 3 }),
  windowNoticeMs: optional(integer({ min: 0, max: 259_200_000 })),
});
const numberShape = object({
  numberId: id('Number'),
  businessId: id('Business'),
  displayName: name,
  phone: text({ max: 15, pattern: /^[1-9][0-9]{6,14}$/, hint: 'must be the digits of a phone number with its country code, without +' }),
});

/** Businesses and their numbers, registered by the operator; they go to the catalog. The answer comes once this process knows them. */
@Controller('ingest/v1')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class BusinessesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  /** Registers a business, or changes it. Its currency stays: what was charged in one currency cannot be summed with another. */
  @Post('businesses')
  @Describe({ ...registerBusiness, body: businessShape })
  async business(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { windowNoticeMs, ...asked } = bodyOf(request, businessShape);
    if (asked.businessId === unattributed) throw invalidFields([{ path: 'businessId', hint: `${unattributed} is kept for requests that no business is known to have written` }]);
    if (!isZone(asked.zone)) throw invalidFields([{ path: 'zone', hint: 'must be an IANA time zone such as Europe/Berlin' }]);
    if (!isCurrency(asked.currency)) throw invalidFields([{ path: 'currency', hint: 'must be an ISO 4217 currency code such as USD' }]);
    const known = findBusiness(this.catalog, asked.businessId);
    if (known !== null && known.currency !== asked.currency) throw new Problem('already-exists', `The business is charged in ${known.currency}; register another business for another currency.`);
    const business = { ...asked, windowNoticeMs: windowNoticeMs ?? 0 };
    return this.publish(request, response, asked.businessId, { type: 'BusinessRegistered', ...business }, business);
  }

  @Post('numbers')
  @Describe({ ...registerNumber, body: numberShape })
  async number(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const number = bodyOf(request, numberShape);
    if (findBusiness(this.catalog, number.businessId) === null) throw invalidFields([{ path: 'businessId', hint: 'is not registered; register the business first' }]);
    const known = findNumber(this.catalog, number.numberId);
    if (known !== null && known.businessId !== number.businessId) throw new Problem('already-exists', 'This numberId belongs to another business.');
    const holder = findNumberByPhone(this.catalog, number.phone);
    if (holder !== null && holder.numberId !== number.numberId) throw new Problem('already-exists', 'This phone number is registered under another numberId.');
    return this.publish(request, response, number.numberId, { type: 'NumberRegistered', ...number }, number);
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  private async publish(request: Request, response: Response, key: string, event: Output['event'], body: object): Promise<unknown> {
    const outputs: readonly Output[] = [{ topic: 'parley.catalog.v1', key, event }];
    const answer = await this.writes.submit(request, response, { businessId: everyBusiness, client: 'operator', outputs, answer: { status: 201, body } });
    await this.runtime.catalogCaughtUp();
    return answer;
  }
}
