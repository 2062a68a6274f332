import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Output } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, Runtime, Scopes, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import { Corrections } from '../correction/corrections.js';
import { publishEligibility, publishPolicy, publishPrefixes, publishRateCard } from './descriptions.js';
import { eligibilityShape, policyShape, prefixesShape, rateCardShape } from './price-list-shapes.js';
import { Publications } from './publications.js';

type Publication = Extract<Output['event'], { readonly type: 'PolicyPublished' | 'RateCardPublished' | 'MarketPrefixesPublished' | 'InternationalEligibilityPublished' }>;

/**
 * Policies, rate cards, prefixes and eligibilities, published by the operator; they go to the catalog. A version is immutable: publishing it again with
 * other content is refused, a correction is a new version, from which adjustments follow.
 */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class PriceListsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
    @Inject(Publications) private readonly publications: Publications,
    @Inject(Corrections) private readonly corrections: Corrections,
  ) {}

  @Post('policies')
  @Describe({ ...publishPolicy, body: policyShape })
  async policy(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const event = await this.publications.policy(bodyOf(request, policyShape));
    return this.publish(request, response, event.policyId, event);
  }

  @Post('rate-cards')
  @Describe({ ...publishRateCard, body: rateCardShape })
  async rateCard(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const event = await this.publications.rateCard(bodyOf(request, rateCardShape));
    return this.publish(request, response, event.rateCardId, event);
  }

  @Post('market-prefixes')
  @Describe({ ...publishPrefixes, body: prefixesShape })
  async prefixes(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const event = this.publications.prefixes(bodyOf(request, prefixesShape));
    return this.publish(request, response, event.prefixesId, event);
  }

  @Post('international-eligibilities')
  @Describe({ ...publishEligibility, body: eligibilityShape })
  async eligibility(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const event = await this.publications.eligibility(bodyOf(request, eligibilityShape));
    return this.publish(request, response, event.businessId, event);
  }

  private async publish(request: Request, response: Response, key: string, event: Publication): Promise<unknown> {
    const { version, effectiveFrom } = event;
    const outputs: readonly Output[] = [{ topic: 'parley.catalog.v1', key, event }];
    const answer = await this.writes.submit(request, response, { businessId: everyBusiness, client: 'operator', outputs, answer: { status: 201, body: { id: key, version, effectiveFrom } } });
    await this.runtime.catalogCaughtUp();
    if ('correction' in event && event.correction !== null) await this.corrections.discover();
    return answer;
  }
}
