import { Controller, Get, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { isId } from '@parley/contracts';
import { formatDecimal, micros } from '@parley/money';
import { advance, ApiKeyGuard, CallerOf, decodeCursor, Describe, encodeCursor, object, optional, Problem, queryOf, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller, Vector } from '@parley/service';
import type { Request } from 'express';
import { chargesAfter, findCharge } from '../projections/charge.js';
import type { Charge } from '../projections/charge.js';
import { describeCharge, listCharges } from './descriptions.js';

const pageShape = object({
  after: optional(text({ min: 0, max: 2_000 })),
  limit: optional(text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: 'must be a whole number from 1 to 1000' })),
});

/** What was charged, each with the evidence for it. */
@Controller('billing/v1/charges')
@UseGuards(ApiKeyGuard)
export class ChargesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Rows) private readonly rows: Rows,
  ) {}

  /** A page of charges, oldest first. `next` goes into `after`; it is given even at the end, to go on from there later. */
  @Get()
  @Scopes('charges:read')
  @Describe({ ...listCharges, query: pageShape })
  async list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { after, limit } = queryOf(request, pageShape);
    const from = decodeCursor(after, this.runtime.log.partitions('parley.usage.v1'));
    const charges = await this.rows.for(caller, (manager) => chargesAfter(manager, caller.businessId, from, Number(limit ?? 100)));
    const to = charges.reduce<Vector>((vector, { usagePartition, usageOffset }) => advance(vector, usagePartition, usageOffset), from);
    return { data: charges.map(shown), next: encodeCursor(to), more: charges.length === Number(limit ?? 100) };
  }

  @Get(':chargeId')
  @Scopes('charges:read')
  @Describe(describeCharge)
  async find(@CallerOf() caller: Caller, @Param('chargeId') chargeId: string): Promise<unknown> {
    const charge = isId('Charge', chargeId) ? await this.rows.for(caller, (manager) => findCharge(manager, caller.businessId, chargeId)) : null;
    if (charge === null) throw new Problem('not-found', 'This business has no charge of that id. It is the conversationId, a dot and the messageId.');
    return shown(charge);
  }
}

function shown(charge: Charge): object {
  return {
    chargeId: charge.chargeId,
    conversationId: charge.conversationId,
    messageId: charge.messageId,
    contactId: charge.contactId,
    numberId: charge.numberId,
    ownerId: charge.ownerId,
    lane: charge.lane,
    kind: charge.kind,
    category: charge.category,
    template: charge.templateName === null ? null : { name: charge.templateName, language: charge.templateLanguage, version: charge.templateVersion },
    market: charge.market,
    currency: charge.currency,
    amount: formatDecimal(micros(charge.amountMicros)),
    amountMicros: charge.amountMicros.toString(),
    unitPrice: formatDecimal(micros(charge.unitPriceMicros)),
    unitPriceMicros: charge.unitPriceMicros.toString(),
    rule: charge.rule,
    policy: { policyId: charge.policyId, version: charge.policyVersion },
    rateCard: charge.rateCardId === null ? null : { rateCardId: charge.rateCardId, version: charge.rateCardVersion, market: charge.priceMarket },
    illustrative: charge.illustrative,
    pricing: pricingOf(charge),
    month: charge.month,
    requestedAt: iso(charge.requestedAt),
    sentAt: iso(charge.sentAt),
    deliveredAt: iso(charge.deliveredAt),
    lastInboundAt: iso(charge.lastInboundAt),
    entryPointAt: iso(charge.entryPointAt),
    postedAt: iso(charge.postedAt),
    evidence: evidenceOf(charge),
  };
}

/** How the price list counted it. A charge from before it was told is shown with the message's own category. */
function pricingOf({ category, pricingCategory, pricingType, tier, allowance, sessionCategory, sessionOpenedAt, sessionOpened }: Charge): object {
  const session = sessionCategory === null ? null : { category: sessionCategory, openedAt: iso(sessionOpenedAt), opened: sessionOpened };
  return { category: pricingCategory ?? category, type: pricingType, tier, allowance, session };
}

/** Where on the log the charge comes from, and how much of the catalog it was priced by. */
function evidenceOf(charge: Charge): object {
  const { receiptTopic, receiptPartition, receiptOffset } = charge;
  return {
    usage: { topic: charge.usageTopic, partition: charge.usagePartition, offset: charge.usageOffset },
    receipt: receiptTopic === null ? null : { topic: receiptTopic, partition: receiptPartition, offset: receiptOffset },
    catalogOffset: charge.catalogOffset,
    eventId: charge.eventId,
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
