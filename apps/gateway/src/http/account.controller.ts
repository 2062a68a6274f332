import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, UseFilters } from '@nestjs/common';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import { Gateway } from '../gateway.js';
import { faultOfError } from '../outbox/refusal.js';
import type { PhoneNumber } from '../state/fact.js';
import { analyticsOf, type AnalyticsQuery } from '../wire/analytics.js';
import { WireFault } from '../wire/fault.js';
import { fieldsOf } from '../wire/fields.js';
import { pageOf, templateOnWire, type PageQuery } from '../wire/listing.js';
import { daysAround } from '../wire/periods.js';
import { dataPointsOf, spendDimensions, type DataPoint } from '../wire/pricing.js';
import { readBody } from './body.js';
import { Callers } from './caller.js';
import * as descriptions from './descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** What the business's software may ask of its account: the callback, templates, numbers. */
@Controller('gateway/:version')
@UseFilters(FaultFilter)
export class AccountController {
  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Gateway) private readonly gateway: Gateway,
  ) {}

  @Post(':wabaId/subscribed_apps')
  @HttpCode(200)
  @Describe(descriptions.subscribe)
  async subscribe(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    this.callers.admitToAccount(request, version, wabaId);
    const { override_callback_uri: url, verify_token: verifyToken } = fieldsOf(await readBody(request), 'The body');
    if (typeof url !== 'string' || url === '') throw new WireFault('missing-parameter', 'override_callback_uri is missing: the URL that webhooks go to.');
    if (typeof verifyToken !== 'string' || verifyToken === '') throw new WireFault('missing-parameter', 'verify_token is missing: the word by which the URL knows us.');
    const refusal = await this.gateway.setCallback({ url, verifyToken });
    if (refusal !== null) throw new WireFault('invalid-parameter', `override_callback_uri was not verified. ${refusal}`);
    return { success: true };
  }

  @Get(':wabaId/subscribed_apps')
  @Describe(descriptions.subscriptions)
  subscriptions(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    const { account, state } = this.callers.admitToAccount(request, version, wabaId);
    if (state.callback === null) return { data: [] };
    return { data: [{ whatsapp_business_api_data: { id: account.wabaId, name: account.name }, override_callback_uri: state.callback.url }] };
  }

  @Delete(':wabaId/subscribed_apps')
  @Describe(descriptions.unsubscribe)
  async unsubscribe(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    this.callers.admitToAccount(request, version, wabaId);
    await this.gateway.setCallback(null);
    return { success: true };
  }

  @Get(':wabaId/message_templates')
  @Describe(descriptions.templates)
  async templates(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Query() query: PageQuery) {
    const { templates } = this.callers.admitToAccount(request, version, wabaId);
    const all = await templates.all().catch((error: unknown) => {
      throw faultOfError(error);
    });
    return pageOf(all.map(templateOnWire), query);
  }

  @Get(':wabaId/phone_numbers')
  @Describe(descriptions.numbers)
  numbers(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Query() query: PageQuery) {
    const { state } = this.callers.admitToAccount(request, version, wabaId);
    return pageOf([...state.numbers.values()].map(numberOnWire), query);
  }

  /** The account or a number. Of the account also what messages cost, where `fields` asks for it. */
  @Get(':id')
  @Describe(descriptions.object)
  async object(@Req() request: Request, @Param('version') version: string, @Param('id') id: string, @Query('fields') fields?: string) {
    const { parts } = this.callers.admit(request, version);
    const analytics = id === parts.account.wabaId ? analyticsOf(fields) : null;
    if (analytics !== null) return { pricing_analytics: { data: [{ data_points: await this.pricing(request, version, analytics) }] }, id };
    if (id === parts.account.wabaId) return { id, name: parts.account.name };
    return numberOnWire(this.callers.admitTo(request, version, id).number);
  }

  private async pricing(request: Request, version: string, query: AnalyticsQuery): Promise<readonly DataPoint[]> {
    const { platform, state } = this.callers.admitToAccount(request, version, this.gateway.running.account.wabaId);
    const spend = await platform.spend({ ...daysAround(query, query.granularity), by: spendDimensions(query) }).catch((error: unknown) => {
      throw faultOfError(error);
    });
    const phones = new Map([...state.numbers.values()].map(({ numberId, displayPhoneNumber }) => [numberId, displayPhoneNumber.replaceAll(/\D/g, '')]));
    return dataPointsOf(spend, query, (numberId) => phones.get(numberId) ?? numberId);
  }
}

function numberOnWire({ phoneNumberId, displayPhoneNumber, verifiedName }: PhoneNumber) {
  return { id: phoneNumberId, display_phone_number: displayPhoneNumber, verified_name: verifiedName };
}
