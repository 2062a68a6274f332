import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CATEGORY_SYMBOLS, conversationIdOf } from '@parley/contracts';
import type { Output } from '@parley/contracts';
import { findNumber } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { bodyOf, Describe, id, invalidFields, list, object, oneOf, optional, Runtime, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import type { DeviceCaller } from '../directory/directory.js';
import { changeConsent } from './descriptions.js';
import { DeviceOf, EndGuard, OpenToDevices } from './end.guard.js';

const consentShape = object({
  numberId: id('Number'),
  action: oneOf(['grant', 'revoke']),
  categories: optional(list(oneOf(CATEGORY_SYMBOLS), { min: 0, max: 4 })),
});

/** STOP, and its taking back: the contact's own word, from the contact's own device. */
@Controller('delivery/v1/consents')
@UseGuards(EndGuard)
export class ConsentsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  /** Without categories, a revocation means all of them; a grant has to name them. */
  @Post()
  @OpenToDevices()
  @Describe({ ...changeConsent, body: consentShape })
  async change(@DeviceOf() { contactId }: DeviceCaller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { numberId, action, categories: named } = bodyOf(request, consentShape);
    const number = findNumber(this.runtime.catalog.view().state, numberId);
    if (number === null) throw invalidFields([{ path: 'numberId', hint: 'is not registered' }]);
    const categories = named ?? [];
    if (action === 'grant' && categories.length === 0) throw invalidFields([{ path: 'categories', hint: 'names at least one category to opt in to' }]);
    const { businessId } = number;
    const conversationId = conversationIdOf(businessId, contactId);
    const consent = { businessId, contactId, conversationId, categories, source: "the contact's device" };
    const event: Output['event'] = action === 'grant' ? { type: 'ConsentGranted', ...consent, proof: '' } : { type: 'ConsentRevoked', ...consent };
    const answer = { status: 202, body: { conversationId, acceptedAt: new Date(this.runtime.clock()).toISOString() } };
    return this.writes.submit(request, response, { businessId, client: `contact/${contactId}`, outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }], answer });
  }
}
