import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { isId, partiesOf } from '@parley/contracts';
import type { BusinessId, Instant } from '@parley/contracts';
import { categories, findBusiness, noWindow, policyInForce, standing } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { admitsLateReply, isInsideWindow, windowClosesAt } from '@parley/rating';
import { ApiKeyGuard, CallerOf, Describe, Problem, Rows, Runtime, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import { latestReply } from '../projections/reply.js';
import { findWindow } from '../projections/window.js';
import { findConversation } from './descriptions.js';

/** Whether a contact may be answered freely now, and until when. */
@Controller('windows/v1/conversations')
@UseGuards(ApiKeyGuard)
export class ConversationsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Rows) private readonly rows: Rows,
  ) {}

  /** Computed with the policy in force now. A conversation in which nothing has happened yet is closed, and without consent. */
  @Get(':conversationId')
  @Scopes('windows:read')
  @Describe(findConversation)
  async find(@CallerOf() caller: Caller, @Param('conversationId') conversationId: string): Promise<unknown> {
    if (!isId('Conversation', conversationId) || partiesOf(conversationId).businessId !== caller.businessId) {
      throw new Problem('not-found', 'This business has no conversation of that id. It is the businessId, a dot and the contactId.');
    }
    const { row, reply } = await this.rows.for(caller, async (manager) => ({
      row: await findWindow(manager, caller.businessId, conversationId),
      reply: await latestReply(manager, caller.businessId, conversationId),
    }));
    const lastInboundAt = row?.lastInboundAt ?? null;
    return {
      conversationId,
      ...this.windowAt(caller.businessId as BusinessId, lastInboundAt, this.runtime.clock()),
      lastInboundAt: iso(lastInboundAt),
      entryPointAt: iso(row?.entryPointAt ?? null),
      market: reply?.market ?? null,
      unansweredSince: iso(reply?.answeredAt === null ? reply.firstUnansweredAt : null),
      consent: row?.consent ?? Object.fromEntries(categories.map((category) => [category, standing(noWindow.consent, category)])),
    };
  }

  private windowAt(businessId: BusinessId, lastInboundAt: Instant | null, now: Instant): object {
    const catalog = this.runtime.catalog.view().state;
    const business = findBusiness(catalog, businessId);
    const policy = business && policyInForce(catalog, business, now);
    if (!policy) return { open: false, closesAt: null, policy: null };
    const { policyId, version, document } = policy;
    return {
      open: isInsideWindow(now, lastInboundAt, document),
      closesAt: iso(lastInboundAt === null ? null : windowClosesAt(lastInboundAt, document)),
      policy: { policyId, version, freeWindowHours: document.freeWindowHours, lateReply: { api: admitsLateReply('api', document), app: admitsLateReply('app', document) } },
    };
  }
}

function iso(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
