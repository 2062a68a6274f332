import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { PayloadOf } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, invalidFields, Problem, Runtime, Scopes } from '@parley/service';
import type { Request } from 'express';
import type { CorrectionRow } from '../correction/correction-row.js';
import { Corrections } from '../correction/corrections.js';
import { runTrial } from '../correction/trial.js';
import { TrialJobs } from '../what-if/jobs.js';
import { cancelTrial, listCorrections, readTrial, tryPolicy, tryRateCard } from './correction-descriptions.js';
import { policyShape, rateCardShape } from './price-list-shapes.js';
import { Publications } from './publications.js';

/** Corrections of prices: what became of those that were published, and what one would change. */
@Controller('billing/v1/corrections')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class CorrectionsController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Corrections) private readonly corrections: Corrections,
    @Inject(Publications) private readonly publications: Publications,
    @Inject(TrialJobs) private readonly jobs: TrialJobs,
  ) {}

  @Get()
  @Describe(listCorrections)
  async list(): Promise<object> {
    return { data: (await this.corrections.store.all()).map(shown) };
  }

  @Post('trials/rate-cards')
  @HttpCode(202)
  @Describe({ ...tryRateCard, body: rateCardShape })
  async tryRateCard(@Req() request: Request): Promise<object> {
    return this.try(await this.publications.rateCard(bodyOf(request, rateCardShape)));
  }

  @Post('trials/policies')
  @HttpCode(202)
  @Describe({ ...tryPolicy, body: policyShape })
  async tryPolicy(@Req() request: Request): Promise<object> {
    return this.try(await this.publications.policy(bodyOf(request, policyShape)));
  }

  @Get('trials/:id')
  @Describe(readTrial)
  read(@Param('id') id: string): object {
    const job = this.jobs.find(everyBusiness, id);
    if (job === null) throw gone();
    const { state } = job;
    const progress = state.state === 'running' ? { done: state.done, total: state.total } : null;
    return { id, state: state.state, progress, detail: state.state === 'failed' ? state.detail : null, result: state.state === 'done' ? state.result : null };
  }

  @Delete('trials/:id')
  @HttpCode(204)
  @Describe(cancelTrial)
  cancel(@Param('id') id: string): void {
    if (!this.jobs.cancel(everyBusiness, id)) throw gone();
  }

  private try(event: PayloadOf<'PolicyPublished' | 'RateCardPublished'>): object {
    if (this.publications.isKnown(event)) throw invalidFields([{ path: 'version', hint: 'is published already: GET /billing/v1/corrections says what became of it' }]);
    if (event.correction === null) throw invalidFields([{ path: 'correction', hint: 'has to name what is corrected, and why' }]);
    const id = this.jobs.ask(everyBusiness, { title: event.correction.reason, run: (tell, signal) => runTrial(this.runtime, event, tell, signal) });
    return { id, state: 'waiting' };
  }
}

function gone(): Problem {
  return new Problem('not-found', 'There is no such trial: a result is kept for an hour, by the process that was asked.');
}

function shown({ catalogOffset, kind, publishedId, version, effectiveFrom, correctedId, correctedVersion, reason, publishedAt, state, done, total, charges, adjustments, changes, unpriced, unexplained, detail }: CorrectionRow): object {
  const sums = Object.entries(JSON.parse(changes) as Readonly<Record<string, string>>);
  return {
    catalogOffset, kind, id: publishedId, version, effectiveFrom, corrected: { id: correctedId, version: correctedVersion }, reason, publishedAt: new Date(publishedAt).toISOString(),
    state, progress: state === 'running' ? { done, total } : null, charges, adjustments,
    changes: sums.map(([currency, text]) => ({ currency, change: formatDecimal(micros(BigInt(text))), changeMicros: text })),
    unpriced, unexplained, detail,
  };
}
