import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ApiKeyGuard, CallerOf, Problem, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Repository } from 'typeorm';
import { findNotification, Notification } from '../projections/notification.js';

/** What became of a template or scheduled message before it was sent. */
@Controller('notifications/v1/conversations')
@UseGuards(ApiKeyGuard)
export class NotificationsController {
  constructor(@InjectRepository(Notification, 'notifications') private readonly rows: Repository<Notification>) {}

  @Get(':conversationId/messages/:messageId')
  @Scopes('messages:send', 'messages:send-app')
  async find(@CallerOf() caller: Caller, @Param('conversationId') conversationId: string, @Param('messageId') messageId: string): Promise<unknown> {
    const row = await findNotification(this.rows, caller.businessId, conversationId, messageId);
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
