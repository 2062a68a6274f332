import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { ApiKeyGuard, CallerOf, Describe, Problem, Rows, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import { findMessage } from '../projections/message.js';
import { showMessage } from './descriptions.js';

/** How far a message of a business came. */
@Controller('delivery/v1/conversations')
@UseGuards(ApiKeyGuard)
export class MessagesController {
  constructor(@Inject(Rows) private readonly rows: Rows) {}

  @Get(':conversationId/messages/:messageId')
  @Scopes('inbox:read', 'messages:send', 'messages:send-app')
  @Describe(showMessage)
  async find(@CallerOf() caller: Caller, @Param('conversationId') conversationId: string, @Param('messageId') messageId: string): Promise<unknown> {
    const row = await this.rows.for(caller, (manager) => findMessage(manager, caller.businessId, conversationId, messageId));
    if (row === null) throw new Problem('not-found', 'No message of that id was sent in this conversation. A refused one was never sent: see the inbox.');
    const { status, lane, kind, category, market, firstStatus, failureReason, failureDetail } = row;
    return {
      ...{ conversationId, messageId, status, lane, kind, category, market, firstStatus },
      template: row.templateName === null ? null : { name: row.templateName, language: row.templateLanguage, version: row.templateVersion },
      requestedAt: iso(row.requestedAt),
      sentAt: iso(row.sentAt),
      deliveredAt: iso(row.deliveredAt),
      readAt: iso(row.readAt),
      failedAt: iso(row.failedAt),
      failure: failureReason === null ? null : { reason: failureReason, detail: failureDetail },
    };
  }
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
