import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { ApiKeyGuard, CallerOf, Describe, Problem, Rows, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import { findNotification } from '../projections/notification.js';
import { showNotification } from './descriptions.js';

/** What became of a template or scheduled message before it was sent. */
@Controller('notifications/v1/conversations')
@UseGuards(ApiKeyGuard)
export class NotificationsController {
  constructor(@Inject(Rows) private readonly rows: Rows) {}

  @Get(':conversationId/messages/:messageId')
  @Scopes('messages:send', 'messages:send-app')
  @Describe(showNotification)
  async find(@CallerOf() caller: Caller, @Param('conversationId') conversationId: string, @Param('messageId') messageId: string): Promise<unknown> {
    const row = await this.rows.for(caller, (manager) => findNotification(manager, caller.businessId, conversationId, messageId));
    if (row === null) throw new Problem('not-found', 'No notification of this business has that id. Plain messages that go out at once are not notifications.');
    const { status, category, templateName, templateLanguage, templateVersion, reason, detail } = row;
    return {
      conversationId,
      messageId,
      status,
      category,
      template: templateName === null ? null : { name: templateName, language: templateLanguage, version: templateVersion },
      waitsUntil: row.waitsUntil === null ? null : new Date(row.waitsUntil).toISOString(),
      reason,
      detail,
      requestedAt: new Date(row.requestedAt).toISOString(),
      decidedAt: new Date(row.decidedAt).toISOString(),
    };
  }
}
