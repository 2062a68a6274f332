import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { partitionOf } from '@parley/contracts';
import type { PayloadOf, PolicyId, RateCardId } from '@parley/contracts';
import { knownRules, namesOfRules } from '@parley/domain';
import type { Business, Catalog } from '@parley/domain';
import type { Currency } from '@parley/money';
import { faultLine, parsePolicyDocument, PolicyDocumentError, rateCardOf, RateSheetError, readRateSheet } from '@parley/rating';
import type { Policy, RateCard } from '@parley/rating';
import { ApiKeyGuard, bodyOf, Businesses, CallerOf, Describe, everyBusiness, invalidFields, object, optional, Problem, Runtime, Scopes, text } from '@parley/service';
import type { Caller, Shaped } from '@parley/service';
import type { Request } from 'express';
import { runWhatIf } from '../what-if/job.js';
import type { JobPorts } from '../what-if/job.js';
import { WhatIfJobs } from '../what-if/jobs.js';
import { askWhatIf, cancelWhatIf, listWhatIf, readWhatIf } from './descriptions.js';
import { utcDay } from './day-shape.js';
import { currencyCode, policyDocument, rateRows } from './price-list-shapes.js';

const questionShape = object({
  /** One that is known by name, or a document. */
  policy: optional(text({ max: 64, hint: 'must be S0, P1 … P6, history or published' })),
  document: optional(policyDocument),
  rates: optional(object({ currency: currencyCode, rows: rateRows })),
  /** A rate card as it is found; the currency is for a sheet that names none. */
  sheet: optional(object({ text: text({ max: 500_000 }), currency: optional(currencyCode) })),
  from: optional(utcDay),
  to: optional(utcDay),
});
type Question = Shaped<typeof questionShape>;

const dayMs = 86_400_000;
/** Of a sheet that cannot be read, told in one answer. */
const mostFaults = 20;
/** Rules that are only asked about have no day: they hold for all usage. */
const fromTheBeginning = '2009-01-01';

/** What the real usage would cost under other rules: a job, because it reads all of it. Nothing is changed. */
@Controller('billing/v1/what-if')
@UseGuards(ApiKeyGuard)
@Scopes('charges:read', 'operator')
export class WhatIfController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(WhatIfJobs) private readonly jobs: WhatIfJobs,
    @Inject(Businesses) private readonly businesses: Businesses<Business>,
  ) {}

  @Post()
  @HttpCode(202)
  @Describe({ ...askWhatIf, body: questionShape })
  ask(@CallerOf() caller: Caller, @Req() request: Request): object {
    const { businessId } = caller;
    const question = bodyOf(request, questionShape);
    const scope = { from: instantOf(question.from, 0), to: instantOf(question.to, dayMs), businesses: businessId === everyBusiness ? null : new Set([businessId]) };
    const asked = { ...rulesOf(question), scope, partitions: this.partitions(caller) };
    const id = this.jobs.ask(businessId, { title: asked.title, run: (tell, signal) => runWhatIf(asked, this.ports(), tell, signal) });
    return { id, state: 'waiting' };
  }

  /** The rules that a question may name. */
  @Get()
  @Describe(listWhatIf)
  rules(): object {
    return { data: namesOfRules().map((name) => ({ name, title: knownRules(name)!.title, illustrative: knownRules(name)!.policies.some(({ illustrative }) => illustrative) })) };
  }

  @Get(':id')
  @Describe(readWhatIf)
  read(@CallerOf() { businessId }: Caller, @Param('id') id: string): object {
    const job = this.jobs.find(businessId, id);
    if (job === null) throw gone();
    const { title, state } = job;
    const progress = state.state === 'running' ? { done: state.done, total: state.total, perSecond: perSecond(state.done, state.elapsedMs) } : null;
    return { id, title, state: state.state, progress, detail: state.state === 'failed' ? state.detail : null, result: state.state === 'done' ? state.result : null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe(cancelWhatIf)
  cancel(@CallerOf() { businessId }: Caller, @Param('id') id: string): void {
    if (!this.jobs.cancel(businessId, id)) throw gone();
  }

  private ports(): JobPorts {
    const { log, codec, catalog } = this.runtime;
    return { log, codec, catalog: catalog.view().state, clock: () => this.runtime.clock() };
  }

  /** Where the usage lies: an owner's is in one partition. */
  private partitions(caller: Caller): readonly number[] {
    const count = this.runtime.log.partitions('parley.usage.v1');
    if (caller.businessId === everyBusiness) return Array.from({ length: count }, (_, partition) => partition);
    return [partitionOf(this.businesses.of(caller).ownerId, count)];
  }
}

function gone(): Problem {
  return new Problem('not-found', 'There is no such question of yours: an answer is kept for an hour, by the process that was asked.');
}

function perSecond(done: number, elapsedMs: number): number | null {
  return elapsedMs < 200 ? null : Math.round((done * 1_000) / elapsedMs);
}

function instantOf(text: string | null, laterMs: number): number | null {
  return text === null ? null : Date.parse(`${text}T00:00:00Z`) + laterMs;
}

function rulesOf({ policy, document, rates, sheet }: Question): { readonly title: string; readonly policies: readonly Policy[]; readonly cards: readonly RateCard[] } {
  if (policy !== null && document !== null) throw invalidFields([{ path: 'document', hint: 'give policy or document, not both' }]);
  if (rates !== null && sheet !== null) throw invalidFields([{ path: 'sheet', hint: 'give rates or sheet, not both' }]);
  const given = sheet === null ? rates : ratesOn(sheet);
  const cards = given === null ? [] : [cardOf(given, sheet === null ? 'rates.rows' : 'sheet.text')];
  const priced = cards.length === 0 ? '' : ', other prices';
  if (document !== null) {
    const own = policyOf(document);
    return { title: `${own.document.title}${priced}`, policies: [own], cards };
  }
  const known = knownRules(policy ?? 'published');
  if (known === null) throw invalidFields([{ path: 'policy', hint: 'must be S0, P1 … P6, history or published; or give a document' }]);
  return { title: `${known.title}${priced}`, policies: known.policies, cards: cards.length > 0 ? cards : known.cards };
}

function policyOf(document: object): Policy {
  try {
    return { policyId: 'what-if' as PolicyId, version: 1, effectiveFrom: fromTheBeginning, illustrative: true, document: parsePolicyDocument(JSON.stringify(document)), scope: null };
  } catch (error) {
    if (error instanceof PolicyDocumentError) throw invalidFields([{ path: 'document', hint: error.message }]);
    throw error;
  }
}

type Rates = NonNullable<Question['rates']>;

/** The prices on a sheet. Throws `invalid-fields` with a hint for each cell that cannot be read. */
function ratesOn({ text: sheet, currency }: NonNullable<Question['sheet']>): Rates {
  try {
    const read = readRateSheet(sheet, currency === null ? {} : { currency: currency as Currency });
    if (read.kind === 'rates') return { currency: read.currency, rows: read.rows };
  } catch (error) {
    if (error instanceof RateSheetError) throw invalidFields(error.faults.slice(0, mostFaults).map((fault) => ({ path: 'sheet.text', hint: faultLine(fault) })));
    throw error;
  }
  throw invalidFields([{ path: 'sheet.text', hint: 'is a table of volume tiers, which a policy holds; give a rate card' }]);
}

function cardOf({ currency, rows }: Rates, path: string): RateCard {
  try {
    return rateCardOf({ type: 'RateCardPublished', rateCardId: 'what-if' as RateCardId, version: 1, effectiveFrom: fromTheBeginning, currency, rows, source: '', illustrative: true, scope: null, correction: null } as PayloadOf<'RateCardPublished'>);
  } catch (error) {
    throw invalidFields([{ path, hint: (error as Error).message }]);
  }
}
