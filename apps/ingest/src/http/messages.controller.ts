import { Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { conversationIdOf } from '@parley/contracts';
import type { BusinessId, Message, Output, ParameterShape } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto';
import { findBusiness, findNumber, findTemplate } from '@parley/domain';
import type { Catalog, Template } from '@parley/domain';
import { ApiKeyGuard, bodyOf, CallerOf, checkEnvelope, invalidFields, Runtime, Scopes, Writes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request, Response } from 'express';
import { messageShape } from './message-shape.js';
import type { MessageRequest } from './message-shape.js';

/** Takes messages of businesses: sealed, so all that is checked here is who sends, from which number, and what for. */
@Controller('ingest/v1/messages')
@UseGuards(ApiKeyGuard)
export class MessagesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Post()
  @Scopes('messages:send', 'messages:send-app')
  async send(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const asked = bodyOf(request, messageShape);
    const now = this.runtime.clock();
    const message = messageOf(asked, caller, this.runtime.catalog.view().state, now);
    const { businessId, messageId, conversationId, category } = message;
    checkEnvelope(asked.envelope, { businessId, messageId, conversationId, category, templateHash: message.template?.hash ?? null });
    const answer = { status: 202, body: { messageId, conversationId, acceptedAt: new Date(now).toISOString() } };
    return this.writes.submit(request, response, { businessId: caller.businessId, client: 'business', outputs: outputsOf(asked, message), answer, at: now });
  }
}

/** The message as every event about it will repeat it. Throws `invalid-fields` where number or template are not the business's. */
function messageOf(asked: MessageRequest, caller: Caller, catalog: Catalog, now: number): Message {
  const businessId = caller.businessId as BusinessId;
  const business = findBusiness(catalog, businessId);
  if (business === null || findNumber(catalog, asked.numberId)?.businessId !== businessId) {
    throw invalidFields([{ path: 'numberId', hint: 'is not a number of this business; the operator registers numbers' }]);
  }
  const template = asked.template && templateOf(catalog, businessId, asked.template);
  return {
    messageId: asked.messageId,
    businessId,
    ownerId: business.ownerId,
    numberId: asked.numberId,
    contactId: asked.contactId,
    conversationId: conversationIdOf(businessId, asked.contactId),
    // A key that may do both is software: by hand means with a key that can do nothing else.
    lane: caller.scopes.has('messages:send') ? 'api' : 'app',
    kind: asked.kind,
    category: template?.category ?? 'service',
    template: template && { name: template.name, language: template.language, version: template.version, hash: template.hash },
    requestedAt: now,
    envelopeHash: sha256Hex(asked.envelope),
    envelopeBytes: asked.envelope.length,
  };
}

/** The version that was sealed for where the request says which, else the newest. */
function templateOf(catalog: Catalog, businessId: BusinessId, { name, language, version }: NonNullable<MessageRequest['template']>): Template {
  const known = findTemplate(catalog, businessId, name, language);
  if (known === null) throw invalidFields([{ path: 'template.name', hint: 'there is no such template in this language; GET /notifications/v1/templates lists them' }]);
  const template = known.versions[version ?? known.newest];
  if (template === undefined) throw invalidFields([{ path: 'template.version', hint: `there is no such version; the newest is ${known.newest}` }]);
  return template;
}

/** The envelope first, then the request: a plain message goes straight to windows, what has a template or a time goes to notifications. */
function outputsOf({ envelope, sendAt, template }: MessageRequest, message: Message): readonly Output[] {
  const { businessId, contactId, conversationId, messageId } = message;
  const parameters: readonly ParameterShape[] = template?.parameters ?? [];
  const plain = message.kind === 'free_form' && sendAt === null;
  return [
    { topic: 'parley.envelopes.v1', key: conversationId, event: { type: 'EnvelopeStored', businessId, contactId, conversationId, messageId, to: 'contact', bytes: envelope } },
    {
      topic: 'parley.conversations.v1',
      key: conversationId,
      event: plain ? { type: 'MessageRequested', message } : { type: 'NotificationRequested', message, parameters, sendAt },
    },
  ];
}
