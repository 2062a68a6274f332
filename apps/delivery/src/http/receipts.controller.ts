import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { partiesOf, RECEIPT_STATUS_SYMBOLS } from '@parley/contracts';
import type { ConversationId, Instant, PayloadOf } from '@parley/contracts';
import { bodyOf, Describe, id, instant, invalidFields, list, object, oneOf, Runtime, Writes } from '@parley/service';
import type { Shaped, Write } from '@parley/service';
import type { Request, Response } from 'express';
import { reportReceipts } from './descriptions.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';

const receiptShape = object({ conversationId: id('Conversation'), messageId: id('Message'), status: oneOf(RECEIPT_STATUS_SYMBOLS), at: instant() });
const receiptsShape = object({ receipts: list(receiptShape, { min: 1, max: 200 }) });
type Receipt = Shaped<typeof receiptShape>;

/** How far back a device's word on when it happened is believed. Nothing that costs hangs on it: that takes our clock. */
const oldestMs = 7 * 24 * 3_600_000;

/** Takes what the ends say became of messages. What it changes is delivery's lanes' to decide. */
@Controller('delivery/v1/receipts')
@UseGuards(EndGuard)
export class ReceiptsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @OpenToDevices('inbox:read')
  @Describe({ ...reportReceipts, body: receiptsShape })
  async report(@EndOf() end: End, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { receipts } = bodyOf(request, receiptsShape);
    const foreign = receipts.flatMap(({ conversationId }, index) => (isOwn(end, conversationId) ? [] : [{ path: `receipts[${index}].conversationId`, hint: 'is not a conversation of yours' }]));
    if (foreign.length > 0) throw invalidFields(foreign);
    const now = this.runtime.clock();
    const body = { accepted: receipts.length };
    await this.writes.submitAll(request, response, receipts.map((receipt) => writeOf(end, receipt, now, body)));
    return body;
  }
}

function isOwn(end: End, conversationId: ConversationId): boolean {
  const { businessId, contactId } = partiesOf(conversationId);
  return end.party === 'contact' ? contactId === end.contactId : businessId === end.businessId;
}

function writeOf(end: End, { conversationId, messageId, status, at }: Receipt, now: Instant, body: object): Write {
  const { businessId, contactId } = partiesOf(conversationId);
  const reporter = end.party === 'contact' ? { deviceId: end.deviceId, market: end.market } : { deviceId: null, market: null };
  const event: PayloadOf<'ReceiptReported'> = { type: 'ReceiptReported', businessId, contactId, conversationId, messageId, by: end.party, status, ...reporter, reportedAt: now };
  return {
    businessId,
    client: end.party === 'contact' ? `device/${end.deviceId}` : 'business',
    outputs: [{ topic: 'parley.conversations.v1', key: conversationId, event }],
    answer: { status: 202, body },
    // The device's clock says when it happened, within reason: clocks are wrong.
    at: Math.min(now, Math.max(at, now - oldestMs)),
  };
}
