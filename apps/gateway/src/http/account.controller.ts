import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, UseFilters } from '@nestjs/common';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import { Gateway } from '../gateway.js';
import { fields } from '../webhook/field.js';
import { faultOfError } from '../outbox/refusal.js';
import type { Parts } from '../parts.js';
import { analyticsOf, type AnalyticsQuery } from '../wire/analytics.js';
import { WireFault } from '../wire/fault.js';
import { pageOf, selected, type PageQuery } from '../wire/listing.js';
import { numberListing, numberOnWire, usualNumberFields } from '../wire/number.js';
import { daysAround } from '../wire/periods.js';
import { dataPointsOf, spendDimensions, type DataPoint } from '../wire/pricing.js';
import { templateIdOf, templateOnWire, usualTemplateFields } from '../wire/published.js';
import { parseSubscription } from '../wire/subscription.js';
import { addressOf, readFields } from './body.js';
import { Callers, requireApi, unknownObject } from './caller.js';
import * as descriptions from './descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** What the business's software may ask of its account: the callback, numbers, what messages cost. */
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
    const { state } = this.callers.admitToAccount(request, version, wabaId);
    const callback = parseSubscription({ ...request.query, ...(await readFields(request)) }, state.callback);
    const refusal = await this.gateway.setCallback(callback);
    if (refusal !== null) throw new WireFault('invalid-parameter', `override_callback_uri was not verified. ${refusal}`);
    return { success: true };
  }

  @Get(':wabaId/subscribed_apps')
  @Describe(descriptions.subscriptions)
  subscriptions(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    const { account, state } = this.callers.admitToAccount(request, version, wabaId);
    if (state.callback === null) return { data: [] };
    const subscribed_fields = state.callback.fields ?? fields;
    return { data: [{ whatsapp_business_api_data: { id: account.wabaId, name: account.name }, override_callback_uri: state.callback.url, subscribed_fields }] };
  }

  @Delete(':wabaId/subscribed_apps')
  @Describe(descriptions.unsubscribe)
  async unsubscribe(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    this.callers.admitToAccount(request, version, wabaId);
    await this.gateway.setCallback(null);
    return { success: true };
  }

  @Get(':wabaId/phone_numbers')
  @Describe(descriptions.numbers)
  numbers(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Query() query: PageQuery) {
    const { state } = this.callers.admitToAccount(request, version, wabaId);
    return pageOf(numberListing(state.numbers.values()), query, addressOf(request));
  }

  /** The account, a number or a template. Of the account also what messages cost, where `fields` asks for it. */
  @Get(':id')
  @Describe(descriptions.object)
  async object(@Req() request: Request, @Param('version') version: string, @Param('id') id: string, @Query('fields') fields?: string) {
    const { parts, lane } = this.callers.admit(request, version);
    if (id === parts.account.wabaId || !parts.state.numbers.has(id)) parts.limits.askOfAccount(parts.account.wabaId);
    const analytics = id === parts.account.wabaId ? analyticsOf(fields) : null;
    if (analytics !== null) requireApi(lane);
    if (analytics !== null) return { pricing_analytics: { data: [{ data_points: await this.pricing(parts, analytics) }] }, id };
    if (id === parts.account.wabaId) return { id, name: parts.account.name };
    const number = parts.state.numbers.get(id);
    if (number !== undefined) return selected(numberOnWire(number), fields, usualNumberFields);
    requireApi(lane);
    const templates = await parts.templates.all().catch((error: unknown) => {
      throw faultOfError(error);
    });
    const template = templates.find((one) => templateIdOf(one) === id);
    if (template === undefined) throw unknownObject(id, [...parts.state.numbers.values()]);
    return selected(templateOnWire(template), fields, usualTemplateFields);
  }

  private async pricing({ platform, state }: Parts, query: AnalyticsQuery): Promise<readonly DataPoint[]> {
    const spend = await platform.spend({ ...daysAround(query, query.granularity), by: spendDimensions(query) }).catch((error: unknown) => {
      throw faultOfError(error);
    });
    const phones = new Map([...state.numbers.values()].map(({ numberId, displayPhoneNumber }) => [numberId, displayPhoneNumber.replaceAll(/\D/g, '')]));
    return dataPointsOf(spend, query, (numberId) => phones.get(numberId) ?? numberId);
  }
}
