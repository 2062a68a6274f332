import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS } from '@parley/contracts';
import { costedBy, costText, lateCost, quote } from '@parley/domain';
import type { Business, Catalog, Quote } from '@parley/domain';
import { formatDecimal, microsToText } from '@parley/money';
import { ApiKeyGuard, Businesses, CallerOf, Describe, instant, invalidFields, object, oneOf, optional, periodFields, periodOf, queryOf, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { lateChargesOf } from '../projections/late-charge.js';
import { quoteMessage, showLateCost } from './descriptions.js';

/** Charges that one answer is made of at most. */
const mostCharges = 250_000;

const costShape = object({ ...periodFields, by: optional(oneOf(costedBy)) });
const askedShape = object({
  market: text({ max: 64, hint: 'the contact’s region of the rate card; the directory and windows say it' }),
  kind: optional(oneOf(MESSAGE_KIND_SYMBOLS)),
  category: optional(oneOf(CATEGORY_SYMBOLS)),
  lane: optional(oneOf(LANE_SYMBOLS)),
  lastInboundAt: optional(instant()),
  entryPointAt: optional(instant()),
});

/** What a message would cost, and what late ones did. */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
export class InsightController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** By the policy and rate card in force now, as if it were sent and delivered at once. */
  @Get('quote')
  @Scopes('charges:read')
  @Describe({ ...quoteMessage, query: askedShape })
  quote(@CallerOf() caller: Caller, @Req() request: Request): unknown {
    const { market, kind, category, lane, lastInboundAt, entryPointAt } = queryOf(request, askedShape);
    const wanted = kind ?? 'free_form';
    if (wanted === 'free_form' && (category ?? 'service') !== 'service') throw invalidFields([{ path: 'category', hint: 'a free-form message is of the category service; others need kind=template' }]);
    if (wanted === 'template' && category === null) throw invalidFields([{ path: 'category', hint: 'is required for a template' }]);
    const asked = { market, kind: wanted, category: category ?? 'service', lane: lane ?? 'api', lastInboundAt, entryPointAt };
    const now = this.runtime.clock();
    return { now: iso(now), ...quoteText(quote(asked, this.businesses.of(caller), this.runtime.catalog.view().state, now)) };
  }

  /** Late replies, by hour of the week and by day. */
  @Get('late-replies')
  @Scopes('charges:read')
  @Describe({ ...showLateCost, query: costShape })
  async lateCost(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const asked = queryOf(request, costShape);
    const { zone } = this.businesses.of(caller);
    const by = asked.by ?? 'written';
    const period = periodOf(asked, this.runtime.clock());
    const charges = await this.rows.for(caller, (manager) => lateChargesOf(manager, caller.businessId, by, period, mostCharges + 1));
    if (charges.length > mostCharges) throw invalidFields([{ path: 'from', hint: `the period has more than ${mostCharges} late replies; ask for a shorter one` }]);
    const { total, hours, days, neverWrote, illustrative } = lateCost(charges, by, period, zone, this.runtime.catalog.view().state);
    return {
      from: iso(period.from),
      to: iso(period.to),
      zone,
      by,
      total: total.map(costText),
      hours: hours.map(({ weekday, hour, cost }) => ({ weekday, hour, cost: cost.map(costText) })),
      days: days.map(({ day, cost }) => ({ day, cost: cost.map(costText) })),
      neverWrote: neverWrote.map(costText),
      illustrative,
    };
  }
}

const nothing = { reason: null, detail: null, amount: null, amountMicros: null, currency: null, rule: null, freeUntil: null, policy: null, rateCard: null, illustrative: null, assumes: [] };

/** A quote with every field, null where it has none. */
function quoteText(quoted: Quote): object {
  switch (quoted.verdict) {
    case 'priced': {
      const { amount, freeUntil, ...rest } = quoted;
      return { ...nothing, ...rest, amount: formatDecimal(amount), amountMicros: microsToText(amount), freeUntil: freeUntil === null ? null : iso(freeUntil) };
    }
    case 'refused':
    case 'unpriced':
      return { ...nothing, ...quoted };
    default:
      return quoted satisfies never;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
