import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CATEGORY_SYMBOLS, conversationIdOf } from '@parley/contracts';
import type { BusinessId, Output } from '@parley/contracts';
import { ApiKeyGuard, bodyOf, CallerOf, id, invalidFields, list, object, oneOf, optional, Runtime, Scopes, text, Writes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request, Response } from 'express';

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
  async record(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { contactId, action, categories, source, proof } = bodyOf(request, consentShape);
    if (action === 'grant' && categories.length === 0) throw invalidFields([{ path: 'categories', hint: 'names at least one category that the contact opted in to' }]);
    if (action === 'grant' && proof === null) throw invalidFields([{ path: 'proof', hint: 'is required for a grant: what proves it, such as the address and time of a form' }]);
    const businessId = caller.businessId as BusinessId;
    const conversationId = conversationIdOf(businessId, contactId);
    const consent = { businessId, contactId, conversationId, categories, source };
    const event: Output['event'] = action === 'grant' ? { type: 'ConsentGranted', ...consent, proof: proof ?? '' } : { type: 'ConsentRevoked', ...consent };
    const answer = { status: 202, body: { conversationId, acceptedAt: new Date(this.runtime.clock()).toISOString() } };
    return this.writes.submit(request, response, { businessId, client: 'business', outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }], answer });
  }
}
