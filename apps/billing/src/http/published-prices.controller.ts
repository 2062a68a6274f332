import { Controller, Get, Inject, Param, Req, UseGuards } from '@nestjs/common';
import type { BusinessId } from '@parley/contracts';
import { findBusiness } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { formatDecimal, microsFromText } from '@parley/money';
import type { MicrosText } from '@parley/money';
import { inForce, localDate, rateColumns, reignsOf } from '@parley/rating';
import type { LocalDate, Prices, RateCard } from '@parley/rating';
import { ApiKeyGuard, CallerOf, Describe, object, optional, Problem, queryOf, Runtime, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { listPolicies, listRateCards, readRateCard } from './descriptions.js';
import { effectiveDay } from './day-shape.js';

const listShape = object({ on: optional(effectiveDay) });

/** What was published, and what of it is in force when. Price lists are the same for everybody. */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
@Scopes('charges:read', 'operator')
export class PublishedPricesController {
  constructor(@Inject(Runtime) private readonly runtime: Runtime<Catalog>) {}

  /** Every version of every rate card, in the order of publication. */
  @Get('rate-cards')
  @Describe({ ...listRateCards, query: listShape })
  rateCards(@CallerOf() caller: Caller, @Req() request: Request): unknown {
    const on = this.dayFor(caller, request);
    const all = this.catalog.rateCards;
    const data = all.map((card) => {
      const rivals = all.filter(({ currency }) => currency === card.currency);
      return { ...published(card, rivals, on), rateCardId: card.rateCardId, currency: card.currency, markets: Object.keys(card.prices).length };
    });
    return { on, data };
  }

  /** One version with its prices. */
  @Get('rate-cards/:rateCardId/versions/:version')
  @Describe(readRateCard)
  rateCard(@Param('rateCardId') rateCardId: string, @Param('version') version: string): unknown {
    const card = this.catalog.rateCards.find((known) => known.rateCardId === rateCardId && String(known.version) === version);
    if (card === undefined) throw new Problem('not-found', 'There is no such version of a rate card.');
    const { effectiveFrom, currency, illustrative } = card;
    return { rateCardId, version: card.version, effectiveFrom, currency, illustrative, rows: rowsOf(card) };
  }

  /** Every version of every policy, in the order of publication. */
  @Get('policies')
  @Describe({ ...listPolicies, query: listShape })
  policies(@CallerOf() caller: Caller, @Req() request: Request): unknown {
    const on = this.dayFor(caller, request);
    const all = this.catalog.policies;
    return { on, data: all.map((policy) => ({ ...published(policy, all, on), policyId: policy.policyId, document: policy.document })) };
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  /** The day that was asked for; else today where the business is, and in UTC for the operator. */
  private dayFor({ businessId }: Caller, request: Request): LocalDate {
    const { on } = queryOf(request, listShape);
    return on ?? localDate(this.runtime.clock(), findBusiness(this.catalog, businessId as BusinessId)?.zone ?? 'UTC');
  }
}

interface Version {
  readonly version: number;
  readonly effectiveFrom: LocalDate;
  readonly illustrative: boolean;
}

function published<V extends Version>(one: V, rivals: readonly V[], on: LocalDate): object {
  const { version, effectiveFrom, illustrative } = one;
  const found = reignsOf(rivals).find((reigning) => reigning.version === one);
  return { version, effectiveFrom, illustrative, inForce: found?.reign ?? null, isInForce: inForce(rivals, on) === one };
}

function rowsOf({ prices }: RateCard): readonly object[] {
  return Object.entries(prices).map(([market, row]: readonly [string, Prices]) => ({ market, ...Object.fromEntries(rateColumns.map((column) => [column, decimalOf(row[column])])) }));
}

function decimalOf(price: MicrosText | null): string | null {
  return price === null ? null : formatDecimal(microsFromText(price));
}
