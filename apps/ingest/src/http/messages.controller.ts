import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { BusinessId } from '@parley/contracts';
import { takeMessage } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { ApiKeyGuard, bodyOf, CallerOf, Describe, Runtime, Scopes, staleDevices, Writes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request, Response } from 'express';
import { KnownDevices } from '../devices/known-devices.js';
import { sealedOf } from '../requests/sealed.js';
import { laneOf } from '../requests/verdict.js';
import { sendMessage } from './descriptions.js';
import { messageShape } from './message-shape.js';
import { rejectionProblem } from './rejection-problem.js';

/** Whose idempotency keys these are, within a business. */
const client = 'business';

/** Takes messages of businesses: sealed, so all that is checked here is who sends, from which number, what for, and for which devices. */
@Controller('ingest/v1/messages')
@UseGuards(ApiKeyGuard)
export class MessagesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @Scopes('messages:send', 'messages:send-app')
  @Describe({ ...sendMessage, body: messageShape })
  async send(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const asked = bodyOf(request, messageShape);
    const now = this.runtime.clock();
    const businessId = caller.businessId as BusinessId;
    const sealed = sealedOf(asked.envelope);
    const taken = takeMessage(asked, sealed, { businessId, lane: laneOf(caller) }, this.runtime.catalog.view().state, now);
    if (taken.kind === 'rejected') throw rejectionProblem(taken);
    const { messageId, conversationId } = taken.message;
    if (sealed.addressed !== null) {
      const stale = await this.devices.stale(sealed.addressed, businessId, asked.contactId);
      // What was taken once is taken, whatever devices there are since.
      if (stale.length > 0 && !(await this.writes.repeats(request, { businessId, client }))) throw staleDevices(stale);
    }
    const answer = { status: 202, body: { messageId, conversationId, acceptedAt: new Date(now).toISOString() } };
    return this.writes.submit(request, response, { businessId, client, outputs: taken.outputs, answer, at: now });
  }
}
