import { Controller, HttpCode, Inject, Param, Post, Req, UseFilters } from '@nestjs/common';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import { parseRequest } from '../wire/request.js';
import { wamidOf } from '../wire/wamid.js';
import { readBody } from './body.js';
import { Callers } from './caller.js';
import { postMessage } from './descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** `POST /{version}/{phone-number-id}/messages`: messages and read receipts. */
@Controller('gateway')
@UseFilters(FaultFilter)
export class MessagesController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Post(':version/:phoneNumberId/messages')
  @HttpCode(200)
  @Describe(postMessage)
  async post(@Req() request: Request, @Param('version') version: string, @Param('phoneNumberId') phoneNumberId: string) {
    const { parts, ...origin } = this.callers.admitTo(request, version, phoneNumberId);
    const message = parseRequest(await readBody(request));
    if (message.type === 'read') {
      await parts.sender.markRead(message, origin);
      return { success: true };
    }
    parts.limits.send(phoneNumberId, message.to);
    const wireId = await parts.sender.send(message, origin);
    return {
      messaging_product: 'whatsapp',
      contacts: [{ input: message.input, wa_id: message.to }],
      messages: [{ id: wamidOf(wireId), ...(message.type === 'template' ? { message_status: 'accepted' } : {}) }],
    };
  }
}
