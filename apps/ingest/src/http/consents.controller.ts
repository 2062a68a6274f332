import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CATEGORY_SYMBOLS } from '@parley/contracts';
import type { BusinessId } from '@parley/contracts';
import { takeConsent } from '@parley/domain';
import { ApiKeyGuard, bodyOf, CallerOf, Describe, id, list, object, oneOf, optional, Runtime, Scopes, text, Writes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request, Response } from 'express';
import { recordConsent } from './descriptions.js';
import { rejectionProblem } from './rejection-problem.js';

const sentence = text({ min: 1, max: 512 });
const consentShape = object({
  contactId: id('Contact'),
  action: oneOf(['grant', 'revoke']),
  categories: list(oneOf(CATEGORY_SYMBOLS), { min: 0, max: 4 }),
  source: sentence,
  proof: optional(sentence),
});

/** What a business says of a contact's consent; where it is granted, with where and how it can be proven. */
@Controller('ingest/v1/consents')
@UseGuards(ApiKeyGuard)
export class ConsentsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @Scopes('consents:write')
  @Describe({ ...recordConsent, body: consentShape })
  async record(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const asked = bodyOf(request, consentShape);
    const businessId = caller.businessId as BusinessId;
    const taken = takeConsent({ ...asked, proof: asked.proof ?? '' }, businessId);
    if (taken.kind === 'rejected') throw rejectionProblem(taken);
    const { conversationId, outputs } = taken;
    const answer = { status: 202, body: { conversationId, acceptedAt: new Date(this.runtime.clock()).toISOString() } };
    return this.writes.submit(request, response, { businessId, client: 'business', outputs, answer });
  }
}
