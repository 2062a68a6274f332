import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { isId, type NumberId } from '@parley/contracts';
import { toBase64 } from '@parley/crypto';
import { factsOf, findBusiness, policyInForce, rateCardInForce } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { chargeFor, needsCounters, needsSessions, noCounters, noSessions } from '@parley/rating';
import { decodeCursor, Describe, encodeCursor, id, object, optional, queryOf, Runtime, text } from '@parley/service';
import type { Request } from 'express';
import { Inbox } from '../inbox/inbox.js';
import type { Item } from '../inbox/page.js';
import type { InboxRow, Reader } from '../projections/inbox.js';
import { readInbox } from './descriptions.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';

const most = 100;
const longestWaitSeconds = 25;
const pageShape = object({
  cursor: optional(text({ min: 0, max: 2_000 })),
  limit: optional(text({ max: 3, pattern: /^([1-9]\d?|100)$/, hint: `must be a whole number from 1 to ${most}` })),
  wait: optional(text({ max: 2, pattern: /^(\d|1\d|2[0-5])$/, hint: `must be a whole number of seconds from 0 to ${longestWaitSeconds}` })),
  // Which of a business's devices reads; each opens its own part of the whole envelope.
  deviceId: optional(id('Device')),
});

/** What is new for a customer's device, or for a business. */
@Controller('delivery/v1/inbox')
@UseGuards(EndGuard)
export class InboxController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Inbox) private readonly inbox: Inbox,
  ) {}

  /** A page in log order. The cursor is the reader's to keep: whoever gives it back goes on exactly behind the page it came with. */
  @Get()
  @OpenToDevices('inbox:read')
  @Describe({ ...readInbox, query: pageShape })
  async read(@EndOf() end: End, @Req() request: Request): Promise<unknown> {
    const { cursor, limit, wait } = queryOf(request, pageShape);
    const from = decodeCursor(cursor, this.runtime.log.partitions('parley.conversations.v1'));
    const gone = new AbortController();
    request.res?.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.runtime.stopping.signal]);
    const { items, vector } = await this.inbox.read({ reader: readerOf(end), from, limit: Number(limit ?? most), waitMs: Number(wait ?? 0) * 1_000, signal });
    const { state } = this.runtime.catalog.view();
    return { items: items.map((item) => shown(item, state)), cursor: encodeCursor(vector) };
  }
}

function readerOf(end: End): Reader {
  switch (end.party) {
    case 'contact':
      return { recipient: 'contact', contactId: end.contactId };
    case 'business':
      return { recipient: 'business', businessId: end.businessId };
    default:
      return end satisfies never;
  }
}

function shown({ row, envelope }: Item, catalog: Catalog): object {
  const { conversationId, messageId, contactId, category } = row;
  const common = { conversationId, messageId, contactId, at: new Date(row.at).toISOString(), category };
  if (row.kind === 'window_expiring') return { kind: row.kind, ...common, numberId: row.numberId, closesAt: new Date(row.closesAt ?? row.at).toISOString() };
  if (row.kind === 'message') return { kind: 'message', ...common, numberId: row.numberId, envelope: envelope && toBase64(envelope), ...originOf(row) };
  const { status, reason, detail, billable } = row;
  return { kind: 'status', status, ...common, reason, detail, billable, pricing: pricingOf(row, catalog) };
}

/**
 * Whether the message costs something, on `sent` (as it stands then) and on the status it is billed by: the same rule that billing charges by,
 * under the policy in force at that instant. Null where no price can be told: also under a policy whose price depends on what billing has counted,
 * where the charge says it (`GET /billing/v1/charges/{chargeId}`).
 */
function pricingOf({ businessId, numberId, used, at }: InboxRow, catalog: Catalog): { readonly billable: boolean; readonly type: 'regular' | 'free_customer_service' } | null {
  const business = used && isId('Business', businessId) ? findBusiness(catalog, businessId) : null;
  const policy = business && policyInForce(catalog, business, at);
  if (!used || !business || !policy || needsCounters(policy.document) || needsSessions(policy.document)) return null;
  const { lane, kind, category, market, sentAt, lastInboundAt } = used;
  const message = { businessId: business.businessId, numberId: (numberId ?? '') as NumberId, lane, kind, category };
  const terms = { policy, card: rateCardInForce(catalog, business, at), business: factsOf(catalog, business, at) };
  const rated = chargeFor({ message, market, sentAt, lastInboundAt, deliveredAt: at, entryPointAt: null }, terms, { counters: noCounters, sessions: noSessions });
  if (rated.kind === 'unpriced') return null;
  return rated.price === null ? { billable: false, type: 'free_customer_service' } : { billable: true, type: 'regular' };
}

function originOf(row: InboxRow): object {
  const { templateName: name, templateLanguage: language, templateVersion: version, templateHash: hash, entryPointSourceId: sourceId, entryPointClickId: clickId } = row;
  return {
    template: name === null ? null : { name, language, version, hash },
    entryPoint: sourceId === null ? null : { sourceId, clickId: clickId ?? '' },
  };
}
