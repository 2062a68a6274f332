import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { partitionOf } from '@parley/contracts';
import type { RequestRejected } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { ApiKeyGuard, CallerOf, decodeCursor, Describe, encodeCursor, everyBusiness, object, optional, queryOf, Runtime, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { rejectionsTopic as topic } from '../requests/topics.js';
import { unattributed } from '../requests/verdict.js';
import { listRejections } from './descriptions.js';

/** Records of the tenant's partition that one request looks through. */
const pageRecords = 1_000;
const query = object({ after: optional(text({ min: 0, max: 256 })) });

/** Why requests on the topic were not taken: each business sees its own, and the operator those that nobody is believed to have written. */
@Controller('ingest/v1/requests/rejected')
@UseGuards(ApiKeyGuard)
export class RejectionsController {
  constructor(@Inject(Runtime) private readonly runtime: Runtime<Catalog>) {}

  /** In order, for the seven days that the topic keeps them. `more`: there is more to look through, `items` may be empty all the same. */
  @Get()
  @Scopes('messages:send', 'messages:send-app', 'consents:write', 'inbound:report', 'operator')
  @Describe({ ...listRejections, query })
  async list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { after } = queryOf(request, query);
    const { log, codec } = this.runtime;
    const tenant = caller.businessId === everyBusiness ? unattributed : caller.businessId;
    const partition = partitionOf(tenant, log.partitions(topic));
    const [asked = 0] = decodeCursor(after, 1);
    const end = await log.end(topic, partition);
    const from = Math.min(Math.max(asked, await log.start(topic, partition)), end);
    const records = await log.read(topic, partition, from, pageRecords);
    const own = records.filter(({ key }) => key === tenant);
    // An append that was repeated stands there twice.
    const events = new Map(own.map(({ value }) => codec.decode(value) as RequestRejected).map((event) => [event.meta.eventId, event]));
    const next = records.length === 0 ? from : records.at(-1)!.offset + 1;
    return { items: [...events.values()].map(itemOf), next: encodeCursor([next]), more: next < end };
  }
}

function itemOf({ meta, requestId, code, fieldPath, hint }: RequestRejected): object {
  return { id: meta.eventId, requestId, code, fieldPath, hint, rejectedAt: new Date(meta.recordedAt).toISOString(), record: meta.cause && { partition: meta.cause.partition, offset: meta.cause.offset } };
}
