import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import type { Instant } from '@parley/contracts';
import { costText, nextMonday, replyInsight, waitingCost } from '@parley/domain';
import type { Business, Catalog, MarketCost } from '@parley/domain';
import { formatDecimal, microsToText } from '@parley/money';
import { ApiKeyGuard, Businesses, CallerOf, Describe, instant, invalidFields, object, optional, periodFields, periodOf, Problem, queryOf, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { closedDays, countryOf, isCountry, regionsOf } from '../holidays/closed-days.js';
import type { Calendar } from '../holidays/closed-days.js';
import { repliesOf, waitingOf } from '../projections/reply.js';
import { showReplies, showWaiting } from './descriptions.js';

/** Rows that one answer is made of at most. */
const mostRows = 250_000;
/** No policy's free window is longer. */
const longestWindowMs = 7 * 86_400_000;

const periodShape = object({
  ...periodFields,
  country: optional(text({ min: 2, max: 2, pattern: /^[A-Z]{2}$/, hint: 'a country, two capital letters (ISO 3166-1)' })),
  region: optional(text({ max: 8, pattern: /^[A-Za-z0-9-]+$/, hint: 'a part of the country with holidays of its own, such as BY of DE' })),
  closed: optional(text({ max: 4_000, pattern: /^\d{4}-\d{2}-\d{2}(,\d{4}-\d{2}-\d{2})*$/, hint: 'days the business is closed, such as 2026-12-24,2026-12-31' })),
});
const untilShape = object({ until: optional(instant()) });

/** How long contacts wait for answers, and what silence would cost. */
@Controller('windows/v1/insight')
@UseGuards(ApiKeyGuard)
export class InsightController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** Response times by hour of the week and by kind of day, of what contacts began to wait for within the period. */
  @Get('replies')
  @Scopes('windows:read')
  @Describe({ ...showReplies, query: periodShape })
  async replies(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const asked = queryOf(request, periodShape);
    const { zone } = this.businesses.of(caller);
    const period = periodOf(asked, this.runtime.clock());
    const calendar = calendarOf(zone, asked);
    const replies = await this.rows.for(caller, (manager) => repliesOf(manager, caller.businessId, period, mostRows + 1));
    if (replies.length > mostRows) throw invalidFields([{ path: 'from', hint: `the period has more than ${mostRows} replies; ask for a shorter one` }]);
    const insight = replyInsight(replies, zone, closedDays(period, zone, calendar, asked.closed?.split(',') ?? []));
    return { from: iso(period.from), to: iso(period.to), zone, calendar, ...insight };
  }

  /** What the open windows that nobody has answered would cost if nobody did until then. */
  @Get('waiting')
  @Scopes('windows:read')
  @Describe({ ...showWaiting, query: untilShape })
  async waiting(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const business = this.businesses.of(caller);
    const now = this.runtime.clock();
    const until = queryOf(request, untilShape).until ?? nextMonday(now, business.zone);
    if (until < now) throw invalidFields([{ path: 'until', hint: 'must be ahead' }]);
    const waiting = await this.rows.for(caller, (manager) => waitingOf(manager, caller.businessId, now - longestWindowMs, mostRows + 1));
    if (waiting.length > mostRows) throw new Problem('busy', `More than ${mostRows} conversations wait for an answer: too many for one answer of ours.`);
    const cost = waitingCost(waiting, business, this.runtime.catalog.view().state, now, until);
    if (cost === null) throw new Problem('not-found', 'No policy is in force for this business, so nothing has a price.');
    const { open, closing, refused, unpriced, firstClosesAt, total, markets } = cost;
    return {
      now: iso(now), until: iso(until), zone: business.zone, open, closing, refused, unpriced, firstClosesAt: firstClosesAt === null ? null : iso(firstClosesAt), total: total.map(costText), markets: markets.map(shownMarket),
    }; // prettier-ignore
  }
}

/** Whose holidays count: those of the country that is named, else of the one whose time the business keeps. */
function calendarOf(zone: string, { country, region }: { readonly country: string | null; readonly region: string | null }): Calendar {
  if (country !== null && !isCountry(country)) throw invalidFields([{ path: 'country', hint: 'is not a country whose holidays are known' }]);
  const whose = country ?? countryOf(zone);
  if (region !== null && (whose === null || !regionsOf(whose).includes(region))) {
    throw invalidFields([{ path: 'region', hint: whose === null ? 'needs a country' : `must be one of ${regionsOf(whose).join(', ') || 'none'}` }]);
  }
  return { country: whose, region };
}

function shownMarket({ market, rule, unitPrice, illustrative, assumes, cost }: MarketCost): object {
  return { market, rule, unitPrice: formatDecimal(unitPrice), unitPriceMicros: microsToText(unitPrice), illustrative, assumes, cost: costText(cost) };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
