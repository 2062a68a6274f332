import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Output } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { latestDate, marketPrefixesOf, policyOf, rateCardOf } from '@parley/rating';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, invalidFields, Problem, Runtime, Scopes, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import { correctionFault } from './correction.js';
import { publishPolicy, publishPrefixes, publishRateCard } from './descriptions.js';
import { policyShape, prefixesShape, rateCardShape } from './price-list-shapes.js';

type Publication = Extract<Output['event'], { readonly type: 'PolicyPublished' | 'RateCardPublished' | 'MarketPrefixesPublished' }>;

/**
 * Policies, rate cards and prefixes, published by the operator; they go to the catalog. A version is immutable: publishing it again with
 * other content is refused, a correction is a new version.
 */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class PriceListsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post('policies')
  @Describe({ ...publishPolicy, body: policyShape })
  async policy(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { document, ...asked } = bodyOf(request, policyShape);
    const event = { type: 'PolicyPublished', ...asked, document: JSON.stringify(document) } as const;
    const policy = usable('document', () => policyOf(event));
    const known = this.catalog.policies.find(({ policyId, version }) => policyId === policy.policyId && version === policy.version);
    refuseChange(known, policy);
    return this.publish(request, response, asked.policyId, event);
  }

  @Post('rate-cards')
  @Describe({ ...publishRateCard, body: rateCardShape })
  async rateCard(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { correction, ...asked } = bodyOf(request, rateCardShape);
    const event = { type: 'RateCardPublished', ...asked } as const;
    const card = usable('rows', () => rateCardOf(event));
    const known = this.catalog.rateCards.find(({ rateCardId, version }) => rateCardId === card.rateCardId && version === card.version);
    refuseChange(known, card);
    if (known === undefined && (await this.isAnythingDelivered())) {
      const fault = correctionFault({ card, correction, published: this.catalog.rateCards, latestDay: latestDate(this.runtime.clock()) });
      if (fault !== null) throw invalidFields([fault]);
    }
    return this.publish(request, response, event.rateCardId, event);
  }

  @Post('market-prefixes')
  @Describe({ ...publishPrefixes, body: prefixesShape })
  async prefixes(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const event = { type: 'MarketPrefixesPublished', ...bodyOf(request, prefixesShape) } as const;
    const prefixes = usable('rows', () => marketPrefixesOf(event));
    const known = this.catalog.marketPrefixes.find(({ prefixesId, version }) => prefixesId === prefixes.prefixesId && version === prefixes.version);
    refuseChange(known, prefixes);
    return this.publish(request, response, event.prefixesId, event);
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  /** Until something is, no price was ever asked for, and an installation may lay out the past as it was. */
  private async isAnythingDelivered(): Promise<boolean> {
    const { log } = this.runtime;
    const ends = Array.from({ length: log.partitions('parley.usage.v1') }, (_, partition) => log.end('parley.usage.v1', partition));
    return (await Promise.all(ends)).some((end) => end > 0);
  }

  private async publish(request: Request, response: Response, key: string, event: Publication): Promise<unknown> {
    const { version, effectiveFrom } = event;
    const outputs: readonly Output[] = [{ topic: 'parley.catalog.v1', key, event }];
    const answer = await this.writes.submit(request, response, { businessId: everyBusiness, client: 'operator', outputs, answer: { status: 201, body: { id: key, version, effectiveFrom } } });
    await this.runtime.catalogCaughtUp();
    return answer;
  }
}

/** What the fold will make of it. It must be known before it is on the log that it can be folded: a bad catalog record stops everything. */
function usable<T>(path: string, fold: () => T): T {
  try {
    return fold();
  } catch (error) {
    throw invalidFields([{ path, hint: error instanceof Error ? error.message : 'cannot be used' }]);
  }
}

function refuseChange(known: object | undefined, asked: object): void {
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(asked)) {
    throw new Problem('already-exists', 'This version is published with other content. What may have priced a message never changes: publish a new version.');
  }
}
