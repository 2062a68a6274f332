import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { partsOfDays } from '@parley/domain';
import type { Business } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { localDate } from '@parley/rating';
import { ApiKeyGuard, Businesses, CallerOf, Describe, queryOf, Rows, Runtime, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { lateQuarters } from '../projections/late-cost.js';
import { spentBy } from '../projections/spend.js';
import type { Dimension, Spent } from '../projections/spend.js';
import { describeLateCost, describeSpend } from './descriptions.js';
import { weekOf } from './late-week.js';
import { daysAsked, daysShape, keysOfPlace, placeBehind, refuseManyHalfHours, spendShape } from './spend-shapes.js';

const pageRows = 1_000;

/** What a business spent, and what answering late cost, by its own days. */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
export class SpendController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** Sums by any of the dimensions, in their order; `next` goes into `after`. The totals are of all pages. */
  @Get('spend')
  @Scopes('charges:read')
  @Describe({ ...describeSpend, query: spendShape })
  async spend(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { businessId, zone, currency } = this.businesses.of(caller);
    const asked = queryOf(request, spendShape);
    const days = daysAsked(asked, localDate(this.runtime.clock(), zone));
    const by = asked.by ?? ['day'];
    refuseManyHalfHours(days, by);
    const parts = partsOfDays(days.from, days.to, zone);
    const question = { businessId, currency, parts, by, after: keysOfPlace(asked.after, days, by), limit: pageRows + 1 };
    const { rows, total, illustrative } = await this.rows.for(caller, (manager) => spentBy(manager, question));
    const page = rows.slice(0, pageRows);
    const next = rows.length > pageRows ? placeBehind(days, by, page.at(-1)!.keys) : null;
    return { ...days, zone, currency, by, rows: page.map((row) => ({ ...keysOf(row, by), ...sumsOf(row) })), total: sumsOf(total), illustrative, next };
  }

  /** The 168 hours of a week, each with the late replies sent in it and what they cost. */
  @Get('late-cost')
  @Scopes('charges:read')
  @Describe({ ...describeLateCost, query: daysShape })
  async lateCost(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { businessId, zone, currency } = this.businesses.of(caller);
    const days = daysAsked(queryOf(request, daysShape), localDate(this.runtime.clock(), zone));
    const parts = partsOfDays(days.from, days.to, zone);
    const quarters = await this.rows.for(caller, (manager) => lateQuarters(manager, businessId, currency, parts));
    const { cells, total } = weekOf(quarters, zone);
    return { ...days, zone, currency, cells: cells.map(({ weekday, hour, late, sum }) => ({ weekday, hour, late, ...amountOf(sum) })), total: { late: total.late, ...amountOf(total.sum) } };
  }
}

/** The dimensions of a row as asked for; null where one does not apply, as a template to free text. */
function keysOf({ keys }: Spent, by: readonly Dimension[]): object {
  return Object.fromEntries(by.map((dimension, index) => [dimension, keys[index] === '' ? null : keys[index]]));
}

function sumsOf({ messages, free, micros: sum }: Omit<Spent, 'keys'>): object {
  return { messages: Number(messages), free: Number(free), paid: Number(messages) - Number(free), ...amountOf(BigInt(sum)) };
}

function amountOf(sum: bigint): { readonly amount: string; readonly micros: string } {
  return { amount: formatDecimal(micros(sum)), micros: sum.toString() };
}
