import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { conversationIdOf } from '@parley/contracts';
import type { BusinessId, ContactId, Output, PayloadOf } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import { findBusiness, findNumber, routeFault, staleAccounts, windowHints } from '@parley/domain';
import type { Addressed, Catalog, Route, StaleAccount } from '@parley/domain';
import { base64, bodyOf, checkEnvelope, Describe, id, invalidFields, object, optional, Runtime, staleDevices, text, Writes } from '@parley/service';
import type { Request, Response } from 'express';
import type { DeviceCaller } from '../directory/directory.js';
import { KeyDirectory } from '../keys/key-directory.js';
import { receiveMessage } from './descriptions.js';
import { DeviceOf, EndGuard, OpenToDevices } from './end.guard.js';

const reference = (min: number) => text({ min, max: 256 });
const inboundShape = object({
  numberId: id('Number'),
  messageId: id('Message'),
  envelope: base64({ min: 1, max: 49_152 }),
  entryPoint: optional(object({ sourceId: reference(1), clickId: optional(reference(0)) })),
});

/** Takes messages of customers to businesses. Our clock is their time: the window they open is proven, not claimed. */
@Controller('delivery/v1/inbound')
@UseGuards(EndGuard)
export class InboundController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @OpenToDevices()
  @Describe({ ...receiveMessage, body: inboundShape })
  async receive(@DeviceOf() device: DeviceCaller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { numberId, messageId, envelope, entryPoint } = bodyOf(request, inboundShape);
    const now = this.runtime.clock();
    const catalog = this.runtime.catalog.view().state;
    const number = findNumber(catalog, numberId);
    const business = number && findBusiness(catalog, number.businessId);
    if (!business) throw invalidFields([{ path: 'numberId', hint: 'is not registered; GET /delivery/v1/numbers/{phone} gives the id of a number' }]);
    const { businessId, ownerId } = business;
    const { contactId, market } = device;
    const conversationId = conversationIdOf(businessId, contactId);
    const { addressed } = checkEnvelope(envelope, { businessId, conversationId, messageId, category: null, templateHash: null });
    const client = `contact/${contactId}`;
    const stale = await this.stale(addressed, { from: contactId, device: device.deviceId, to: businessId });
    // What was taken once is taken, whatever devices there are since.
    if (stale.length > 0 && !(await this.writes.repeats(request, { businessId, client }))) throw staleDevices(stale);
    const received: PayloadOf<'MessageReceived'> = {
      type: 'MessageReceived',
      ...{ businessId, ownerId, numberId, contactId, conversationId, messageId, market },
      entryPoint: entryPoint && { sourceId: entryPoint.sourceId, clickId: entryPoint.clickId ?? '' },
      ...windowHints(catalog, business, now),
      provenance: 'proven',
      envelopeHash: sha256Hex(envelope),
      envelopeBytes: envelope.length,
    };
    const outputs: readonly Output[] = [
      { topic: 'parley.envelopes.v1', key: conversationId, event: { type: 'EnvelopeStored', businessId, contactId, conversationId, messageId, to: 'business', bytes: envelope } },
      { topic: 'parley.conversations.v1', key: conversationId, event: received },
    ];
    const answer = { status: 202, body: { messageId, conversationId, acceptedAt: new Date(now).toISOString() } };
    return this.writes.submit(request, response, { businessId, client, outputs, answer, at: now });
  }

  /** The accounts for whose present devices the message was not sealed; none where it can go. */
  private async stale(addressed: Addressed, route: Route & { readonly from: ContactId; readonly to: BusinessId }): Promise<readonly StaleAccount[]> {
    const wrong = routeFault(addressed, route);
    if (wrong !== null) throw invalidFields([{ path: 'envelope', hint: wrong }]);
    return staleAccounts(addressed, route, await this.keys.presentEnds(route.from, route.to));
  }
}
