import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { isId } from '@parley/contracts';
import { policyInForce } from '@parley/domain';
import type { Business, Catalog } from '@parley/domain';
import { windowClosesAt } from '@parley/rating';
import { ApiKeyGuard, Businesses, CallerOf, decodePlace, Describe, encodePlace, object, optional, queryOf, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { countOpen, openWindows } from '../projections/open-windows.js';
import type { OpenPlace, OpenWindow } from '../projections/open-windows.js';
import { closingHours, listOpen } from './descriptions.js';

const pageShape = object({
  after: optional(text({ min: 0, max: 2_000 })),
  limit: optional(text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: 'must be a whole number from 1 to 1000' })),
});
const hourMs = 3_600_000;

/** Who may be answered freely now, and for how long. */
@Controller('windows/v1/open')
@UseGuards(ApiKeyGuard)
export class OpenWindowsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** A page of open windows, those that close first coming first. Computed with the policy in force now, which is the same for all of them. */
  @Get()
  @Scopes('windows:read')
  @Describe({ ...listOpen, query: pageShape })
  async list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const asked = queryOf(request, pageShape);
    const limit = Number(asked.limit ?? 100);
    const after = decodePlace(asked.after, isOpenPlace);
    const now = this.runtime.clock();
    const business = this.businesses.of(caller);
    const freeMs = this.freeMsOf(business, now);
    if (freeMs === null) return answer(now, business.zone, { windows: [], limit, total: 0, upTo: closingHours.map(() => 0) }, 0);
    const since = now - freeMs;
    const found = await this.rows.for(caller, async (manager) => ({
      windows: await openWindows(manager, business.businessId, since, after, limit + 1),
      ...(await countOpen(manager, business.businessId, since, closingHours.map((hours) => since + hours * hourMs))),
    }));
    return answer(now, business.zone, { ...found, limit }, freeMs);
  }

  /** Null where no policy is in force: nothing is open then. */
  private freeMsOf(business: Business, now: number): number | null {
    const policy = policyInForce(this.runtime.catalog.view().state, business, now);
    return policy && windowClosesAt(0, policy.document);
  }
}

interface Found {
  readonly windows: readonly OpenWindow[];
  readonly limit: number;
  readonly total: number;
  readonly upTo: readonly number[];
}

function answer(now: number, zone: string, { windows, limit, total, upTo }: Found, freeMs: number): unknown {
  const page = windows.slice(0, limit);
  const last = windows.length > limit ? page.at(-1) : undefined;
  return {
    now: iso(now),
    zone,
    open: page.map(({ conversationId, contactId, lastInboundAt, market }) => ({ conversationId, contactId, lastInboundAt: iso(lastInboundAt), closesAt: iso(lastInboundAt + freeMs), market })),
    counts: { total, closingWithin: closingHours.map((hours, index) => ({ hours, count: upTo[index]! })) },
    next: last === undefined ? null : encodePlace([last.lastInboundAt, last.conversationId]),
  };
}

function isOpenPlace(place: readonly unknown[]): place is OpenPlace {
  const [lastInboundAt, conversationId] = place;
  return place.length === 2 && Number.isSafeInteger(lastInboundAt) && typeof conversationId === 'string' && isId('Conversation', conversationId);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
