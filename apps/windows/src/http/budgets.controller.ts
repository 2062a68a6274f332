import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { budgetAccount, budgetsOf } from '@parley/domain';
import type { Budget, Business, Catalog } from '@parley/domain';
import { microsFromText } from '@parley/money';
import { localMonth } from '@parley/rating';
import { amountsOf, ApiKeyGuard, Businesses, CallerOf, decodePlace, Describe, encodePlace, everyBusiness, id, object, optional, queryOf, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { heldOn } from '../projections/budget.js';
import type { Held } from '../projections/budget.js';
import { listBudgets } from './descriptions.js';

const pageShape = object({
  after: optional(text({ min: 0, max: 2_000 })),
  limit: optional(text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: 'must be a whole number from 1 to 1000' })),
  ownerId: optional(id('Owner')),
  month: optional(text({ max: 7, pattern: /^20\d\d-(0[1-9]|1[0-2])$/, hint: 'must be a month such as 2026-11' })),
});

/** What owners want to spend in a month, what is spent and set aside of it, and what is left. */
@Controller('windows/v1/budgets')
@UseGuards(ApiKeyGuard)
@Scopes('windows:read', 'operator')
export class BudgetsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  /** The operator sees every owner's budgets; a business those of its own owner, which it draws on with the owner's other businesses. */
  @Get()
  @Describe({ ...listBudgets, query: pageShape })
  async list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const asked = queryOf(request, pageShape);
    const limit = Number(asked.limit ?? 100);
    const [after = ''] = decodePlace(asked.after, isKey) ?? [];
    const now = this.runtime.clock();
    const found = this.budgets(caller, asked.ownerId).filter(([key]) => key > after);
    const page = found.slice(0, limit).map(([key, budget]) => ({ key, budget, month: asked.month ?? localMonth(now, budget.zone) }));
    const accounts = page.map(({ budget, month }) => budgetAccount(budget.ownerId, { currency: budget.currency, month }));
    // A balance is an owner's and no business's: which owner's may be seen was settled above.
    const held = await this.rows.for({ businessId: everyBusiness }, (manager) => heldOn(manager, accounts));
    const data = page.map(({ budget, month }, index) => shown(budget, month, held.get(accounts[index]!) ?? nothing));
    return { data, next: found.length > limit ? encodePlace([page.at(-1)!.key]) : null };
  }

  private budgets(caller: Caller, ownerId: string | null): readonly (readonly [string, Budget])[] {
    const catalog = this.runtime.catalog.view().state;
    if (caller.businessId === everyBusiness) return budgetsOf(catalog, ownerId ?? undefined);
    const business = this.businesses.of(caller);
    return ownerId === null || ownerId === business.ownerId ? budgetsOf(catalog, business.ownerId) : [];
  }
}

const nothing: Held = { reserved: 0n, spent: 0n, toldPercent: 0 };

function shown({ ownerId, currency, zone, cap, hard }: Budget, month: string, { reserved, spent, toldPercent }: Held): unknown {
  const left = microsFromText(cap) - spent - reserved;
  return { ownerId, currency, month, zone, hard, ...amountsOf({ cap: microsFromText(cap), spent, reserved, left: left > 0n ? left : 0n }), toldPercent };
}

function isKey(place: readonly unknown[]): place is readonly [string] {
  return place.length === 1 && typeof place[0] === 'string';
}
