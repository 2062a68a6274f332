import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { Catalog } from '@parley/domain';
import { ApiKeyGuard, CallerOf, Describe, everyBusiness, Problem, Runtime, Scopes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { Judge } from '../requests/judge.js';
import { unattributed } from '../requests/verdict.js';
import type { Verdict } from '../requests/verdict.js';
import { checkRecord } from './descriptions.js';
import { recordOf, recordShape } from './record-shape.js';

/** What a record for the topic of requests would come to: the same function that the intake lanes use, without a broker and without effect. */
@Controller('ingest/v1/check-record')
@UseGuards(ApiKeyGuard)
export class CheckRecordController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Judge) private readonly judge: Judge,
  ) {}

  /** Whether the request's id was used before is not looked at: that only the lane that takes it can say. */
  @Post()
  @HttpCode(200)
  @Scopes('messages:send', 'messages:send-app', 'consents:write', 'inbound:report', 'operator')
  @Describe({ ...checkRecord, body: recordShape })
  async check(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const record = await recordOf(request);
    const [verdict] = await this.judge.verdicts([record], this.runtime.catalog.view().state, this.runtime.clock());
    const { businessId } = verdict!;
    const isOurs = businessId === unattributed || businessId === caller.businessId || caller.businessId === everyBusiness;
    if (!isOurs) throw new Problem('forbidden', 'The record is signed with a key of another business. Check it with an API key of that one.');
    return answerOf(verdict!);
  }
}

function answerOf({ businessId, requestId, type, outcome }: Verdict): object {
  const request = { businessId: businessId === unattributed ? null : businessId, type, requestId };
  if (outcome.kind === 'rejected') {
    const { code, fieldPath, hint } = outcome;
    return { verdict: 'rejected', ...request, code, fieldPath, hint };
  }
  const appends = outcome.outputs.map(({ topic, key, event }) => ({ topic, key, event: event.type }));
  return { verdict: 'accepted', ...request, eventTime: outcome.at === null ? null : new Date(outcome.at).toISOString(), appends, says: `It would append ${appends.map(({ event, topic }) => `${event} to ${topic}`).join(', then ')}.` };
}
