import { Controller, Get, Inject, Param, Req, UseGuards } from '@nestjs/common';
import type { BusinessId } from '@parley/contracts';
import { eligibilitiesOf, findBusiness } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { formatDecimal, microsFromText } from '@parley/money';
import type { MicrosText } from '@parley/money';
import { entries, inForce, inForceFor, localDate, rateColumns, reignsFor, reignsOf, rivalsOf, versionsFor } from '@parley/rating';
import type { Effective, LocalDate, Payer, Prices, RateCard, Scope, Scoped } from '@parley/rating';
import { ApiKeyGuard, CallerOf, Describe, everyBusiness, object, optional, Problem, queryOf, Runtime, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { listEligibilities, listPolicies, listRateCards, readRateCard } from './descriptions.js';
import { effectiveDay } from './day-shape.js';

const listShape = object({ on: optional(effectiveDay) });

/** What was published, and what of it is in force when. A business sees what is for everybody, and what is for itself or its owner. */
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
    const payer = this.payerOf(caller);
    const all = this.catalog.rateCards;
    const data = seenBy(payer, all).map((card) => {
      const rivals = all.filter(({ currency }) => currency === card.currency);
      return { ...published(card, rivals, on, payer), rateCardId: card.rateCardId, currency: card.currency, markets: Object.keys(card.prices).length };
    });
    return { on, data };
  }

  /** One version with its prices. */
  @Get('rate-cards/:rateCardId/versions/:version')
  @Describe(readRateCard)
  rateCard(@CallerOf() caller: Caller, @Param('rateCardId') rateCardId: string, @Param('version') version: string): unknown {
    const card = seenBy(this.payerOf(caller), this.catalog.rateCards).find((known) => known.rateCardId === rateCardId && String(known.version) === version);
    if (card === undefined) throw new Problem('not-found', 'There is no such version of a rate card.');
    const { effectiveFrom, currency, illustrative } = card;
    return { rateCardId, version: card.version, effectiveFrom, currency, illustrative, rows: rowsOf(card) };
  }

  /** Every version of every policy, in the order of publication. */
  @Get('policies')
  @Describe({ ...listPolicies, query: listShape })
  policies(@CallerOf() caller: Caller, @Req() request: Request): unknown {
    const on = this.dayFor(caller, request);
    const payer = this.payerOf(caller);
    const all = this.catalog.policies;
    return { on, data: seenBy(payer, all).map((policy) => ({ ...published(policy, all, on, payer), policyId: policy.policyId, document: policy.document })) };
  }

  /** Every version of a business's eligibility; of all businesses for the operator. */
  @Get('international-eligibilities')
  @Describe({ ...listEligibilities, query: listShape })
  eligibilities(@CallerOf() caller: Caller, @Req() request: Request): unknown {
    const on = this.dayFor(caller, request);
    const businesses = caller.businessId === everyBusiness ? [...entries(this.catalog.eligibilities)].map(([businessId]) => businessId) : [caller.businessId];
    const data = businesses.sort().flatMap((businessId) => {
      const all = eligibilitiesOf(this.catalog, businessId as BusinessId);
      return all.map((one) => ({ ...one, ...reigning(one, all, on) }));
    });
    return { on, data };
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  /** The business that asks; null for the operator. One that is not registered has no owner. */
  private payerOf({ businessId }: Caller): Payer | null {
    if (businessId === everyBusiness) return null;
    return { businessId, ownerId: findBusiness(this.catalog, businessId as BusinessId)?.ownerId ?? '' };
  }

  /** The day that was asked for; else today where the business is, and in UTC for the operator. */
  private dayFor({ businessId }: Caller, request: Request): LocalDate {
    const { on } = queryOf(request, listShape);
    return on ?? localDate(this.runtime.clock(), findBusiness(this.catalog, businessId as BusinessId)?.zone ?? 'UTC');
  }
}

interface Version extends Scoped, Effective {
  readonly version: number;
  readonly illustrative: boolean;
}

/** Somebody else's contract is nobody's business. */
function seenBy<V extends Scoped>(payer: Payer | null, published: readonly V[]): readonly V[] {
  return payer === null ? published : versionsFor(published, payer);
}

/** A version as it is for the business; to the operator as it is among those for the same. */
function published<V extends Version>(one: V, rivals: readonly V[], on: LocalDate, payer: Payer | null): object {
  const { version, effectiveFrom, illustrative, scope } = one;
  const said = { version, effectiveFrom, illustrative, scope: scopeSeenBy(payer, scope) };
  if (payer === null) return { ...said, ...reigning(one, rivalsOf(rivals, one), on) };
  const found = reignsFor(rivals, payer).find((candidate) => candidate.version === one);
  return { ...said, inForce: found?.reign ?? null, isInForce: inForceFor(rivals, payer, on) === one };
}

/** A contract for several does not tell one of them who the others are. */
function scopeSeenBy(payer: Payer | null, scope: Scope | null): Scope | null {
  if (payer === null || scope === null) return scope;
  return { owners: scope.owners.filter((owner) => owner === payer.ownerId), businesses: scope.businesses.filter((name) => name === payer.businessId) };
}

function reigning<V extends Effective>(one: V, rivals: readonly V[], on: LocalDate): object {
  const found = reignsOf(rivals).find(({ version }) => version === one);
  return { inForce: found?.reign ?? null, isInForce: inForce(rivals, on) === one };
}

function rowsOf({ prices }: RateCard): readonly object[] {
  return Object.entries(prices).map(([market, row]: readonly [string, Prices]) => ({ market, ...Object.fromEntries(rateColumns.map((column) => [column, decimalOf(row[column])])) }));
}

function decimalOf(price: MicrosText | null): string | null {
  return price === null ? null : formatDecimal(microsFromText(price));
}
