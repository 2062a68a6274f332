import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Describe } from '@parley/service';
import type { Request, Response } from 'express';
import { conversationsShown, messagesShown } from '../conversations/listing.js';
import type { Parts } from '../parts.js';
import { WireFault } from '../wire/fault.js';
import { Callers } from './caller.js';
import { listConversations, listMessages } from './descriptions.js';
import { FaultFilter } from './fault.filter.js';

interface InboxQuery {
  readonly known?: string;
  readonly wait?: string;
  readonly limit?: string;
  readonly before?: string;
}

const most = { wait: 25, limit: 1_000 };

/** The business's inbox: what was said, for people who answer. Only where the gateway is set to keep it. */
@Controller('gateway/v1/conversations')
@UseFilters(FaultFilter)
export class ConversationsController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Get()
  @Describe(listConversations)
  async list(@Req() request: Request, @Res({ passthrough: true }) response: Response, @Query() query: InboxQuery) {
    const { state, account, changes } = await this.after({ request, response }, query, null);
    return { version: changes.version(null), ...conversationsShown(state, account, wholeIn(query, 'limit', 1, 100)) };
  }

  @Get(':contactId/messages')
  @Describe(listMessages)
  async messages(@Req() request: Request, @Res({ passthrough: true }) response: Response, @Param('contactId') contactId: string, @Query() query: InboxQuery) {
    const { state, changes } = await this.after({ request, response }, query, contactId);
    return { version: changes.version(contactId), ...messagesShown(state, contactId, { limit: wholeIn(query, 'limit', 1, 200), before: query.before ?? null }) };
  }

  /** What answers, once there is something that is not known yet or the wait is over. Throws WireFault. */
  private async after({ request, response }: { readonly request: Request; readonly response: Response }, query: InboxQuery, contactId: string | null): Promise<Parts> {
    const { parts } = this.callers.admitToOurs(request);
    if (!parts.keepsConversations) throw new WireFault('unknown-object', 'This gateway keeps no contents. Set PARLEY_GATEWAY_CONVERSATIONS=yes to have it keep them, in its encrypted folder.');
    const waitMs = wholeIn(query, 'wait', 0, 0) * 1_000;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    if (query.known !== undefined) await parts.changes.past(query.known, contactId, waitMs, AbortSignal.any([gone.signal, parts.stopping]));
    return parts;
  }
}

function wholeIn(query: InboxQuery, name: 'wait' | 'limit', least: number, usual: number): number {
  const text = query[name] ?? String(usual);
  const value = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most[name]) throw new WireFault('invalid-parameter', `${name} must be a whole number from ${least} to ${most[name]}.`, name);
  return value;
}
