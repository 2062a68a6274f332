import { Controller, Get, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { isId } from '@parley/contracts';
import type { Business } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { advance, amountsOf, ApiKeyGuard, Businesses, CallerOf, decodeCursor, Describe, encodeCursor, Problem, queryOf, Rows, Runtime, Scopes } from '@parley/service';
import type { Caller, Vector } from '@parley/service';
import type { Request } from 'express';
import { chargesAfter, findCharge } from '../projections/charge.js';
import type { Charge } from '../projections/charge.js';
import { selectedCharges } from '../projections/charge-selection.js';
import { chargePlaceBehind, chargePlaceOf, chargesShape, isByDelivery, selectionOf } from './charge-shapes.js';
import type { ChargesAsked } from './charge-shapes.js';
import { describeCharge, listCharges } from './descriptions.js';

/** What was charged, each with the evidence for it. */
@Controller('billing/v1/charges')
@UseGuards(ApiKeyGuard)
export class ChargesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** A page of charges: in the order of the log; where they are filtered, the latest delivery first. `next` goes into `after`. */
  @Get()
  @Scopes('charges:read')
  @Describe({ ...listCharges, query: chargesShape })
  list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const asked = queryOf(request, chargesShape);
    return isByDelivery(asked) ? this.byDelivery(caller, asked) : this.asPosted(caller, asked);
  }

  private async asPosted(caller: Caller, { after, limit }: ChargesAsked): Promise<unknown> {
    const from = decodeCursor(after, this.runtime.log.partitions('parley.usage.v1'));
    const charges = await this.rows.for(caller, (manager) => chargesAfter(manager, caller.businessId, from, Number(limit ?? 100)));
    const to = charges.reduce<Vector>((vector, { usagePartition, usageOffset }) => advance(vector, usagePartition, usageOffset), from);
    return { data: charges.map(shown), next: encodeCursor(to), more: charges.length === Number(limit ?? 100) };
  }

  private async byDelivery(caller: Caller, asked: ChargesAsked): Promise<unknown> {
    const selection = selectionOf(asked, this.businesses.of(caller).zone, this.runtime.clock());
    const most = Number(asked.limit ?? 100);
    const charges = await this.rows.for(caller, (manager) => selectedCharges(manager, caller.businessId, selection, chargePlaceOf(asked), most + 1));
    const last = charges.length > most ? charges[most - 1] : undefined;
    const next = last === undefined ? null : chargePlaceBehind(asked, [last.deliveredAt, last.usagePartition, last.usageOffset]);
    return { data: charges.slice(0, most).map(shown), next, more: next !== null };
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
    budget: budgetOf(charge),
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

/** What was set aside of the owner's budget, and what the price was above it: that is waived. Null where the owner had none. */
function budgetOf({ budgetMonth, reservedMicros, waivedMicros }: Charge): object | null {
  if (budgetMonth === null || reservedMicros === null || waivedMicros === null) return null;
  return { month: budgetMonth, ...amountsOf({ reserved: reservedMicros, waived: waivedMicros }) };
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
