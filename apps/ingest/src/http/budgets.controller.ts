import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Output } from '@parley/contracts';
import { formatDecimal, isCurrency, parseDecimal } from '@parley/money';
import type { Micros } from '@parley/money';
import { isZone } from '@parley/rating';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, flag, id, invalidFields, object, Runtime, Scopes, text, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import { setBudget } from './descriptions.js';

const budgetShape = object({
  ownerId: id('Owner'),
  currency: text({ max: 3 }),
  zone: text({ max: 64 }),
  cap: text({ max: 20, pattern: /^(none|(0|[1-9]\d{0,12})(\.\d{1,6})?)$/, hint: 'must be a decimal amount such as 250.00, or none for no budget' }),
  hard: flag(),
});

/** What owners want to spend in a month, set by the operator; it goes to the catalog, and holds from then on. */
@Controller('ingest/v1/budgets')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class BudgetsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @Describe({ ...setBudget, body: budgetShape })
  async set(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { cap: text, ...asked } = bodyOf(request, budgetShape);
    if (!isZone(asked.zone)) throw invalidFields([{ path: 'zone', hint: 'must be an IANA time zone such as Europe/Berlin' }]);
    if (!isCurrency(asked.currency)) throw invalidFields([{ path: 'currency', hint: 'must be an ISO 4217 currency code such as USD' }]);
    const cap = text === 'none' ? null : parseDecimal(text);
    const event: Output['event'] = { type: 'BudgetPublished', ...asked, cap };
    const outputs: readonly Output[] = [{ topic: 'parley.catalog.v1', key: asked.ownerId, event }];
    const answer = await this.writes.submit(request, response, { businessId: everyBusiness, client: 'operator/budgets', outputs, answer: { status: 201, body: { ...asked, ...shown(cap) } } });
    await this.runtime.catalogCaughtUp();
    return answer;
  }
}

function shown(cap: Micros | null): { readonly cap: string | null; readonly capMicros: string | null } {
  return cap === null ? { cap: null, capMicros: null } : { cap: formatDecimal(cap), capMicros: cap.toString() };
}
