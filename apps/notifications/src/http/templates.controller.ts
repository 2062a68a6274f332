import { Controller, Get, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CATEGORY_SYMBOLS, TEMPLATE_STATUS_SYMBOLS } from '@parley/contracts';
import type { BusinessId, Output } from '@parley/contracts';
import { templateHash } from '@parley/crypto';
import { findBusiness, findTemplate, templatesOf } from '@parley/domain';
import type { Catalog, Template } from '@parley/domain';
import { ApiKeyGuard, bodyOf, CallerOf, Describe, id, integer, invalidFields, list, object, oneOf, optional, Problem, Runtime, Scopes, text, Writes } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request, Response } from 'express';
import { listTemplates, publishTemplate, reviewTemplate } from './descriptions.js';
import { placesFault } from './places.js';

const name = text({ max: 512, pattern: /^[a-z0-9_]+$/, hint: 'must be lower-case letters, digits and _' });
const language = text({ max: 12, pattern: /^[a-z]{2,3}(_[A-Za-z]{2,8})?$/, hint: 'must be a language code such as en_US' });
const token = text({ max: 64, pattern: /^[A-Za-z0-9_.:-]+$/, hint: 'must be letters, digits and _ . : -' });
const templateShape = object({
  name,
  language,
  category: oneOf(CATEGORY_SYMBOLS.filter((category) => category !== 'service')),
  body: text({ max: 1_024 }),
  parameters: optional(list(object({ component: token, kinds: list(token, { min: 0, max: 32 }) }), { min: 0, max: 32 })),
});
const reviewShape = object({ businessId: id('Business'), name, language, version: integer({ min: 1, max: 2_147_483_647 }), status: oneOf(TEMPLATE_STATUS_SYMBOLS) });

/** Templates of businesses: written by them, reviewed by the operator. Their text is public to whoever gets a message made from it. */
@Controller('notifications/v1/templates')
@UseGuards(ApiKeyGuard)
export class TemplatesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  /** The newest version of each template of the business. */
  @Get()
  @Scopes('messages:send', 'messages:send-app', 'templates:write')
  @Describe(listTemplates)
  list(@CallerOf() caller: Caller): unknown {
    const all = templatesOf(this.catalog, caller.businessId as BusinessId);
    return { data: all.map(({ newest, versions }) => shown(versions[newest]!)) };
  }

  /** Publishes a new version; it can be used once the operator has approved it. */
  @Post()
  @Scopes('templates:write')
  @Describe({ ...publishTemplate, body: templateShape })
  async publish(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const asked = bodyOf(request, templateShape);
    const parameters = asked.parameters ?? [];
    const fault = placesFault(asked.body, parameters);
    if (fault !== null) throw invalidFields([fault]);
    const businessId = caller.businessId as BusinessId;
    const version = (findTemplate(this.catalog, businessId, asked.name, asked.language)?.newest ?? 0) + 1;
    const hash = templateHash({ name: asked.name, language: asked.language, version, category: asked.category, body: asked.body });
    const template: Template = { ...asked, businessId, parameters, version, status: 'pending', hash };
    const answer = await this.append(request, response, { client: 'business', template, body: shown(template) });
    this.refuseOverlap(answer as { readonly hash: string; readonly version: number }, template);
    return answer;
  }

  /** The operator's word on a version: approved, rejected, paused, disabled. */
  @Post('reviews')
  @Scopes('operator')
  @Describe({ ...reviewTemplate, body: reviewShape })
  async review(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { status, ...asked } = bodyOf(request, reviewShape);
    if (findBusiness(this.catalog, asked.businessId) === null) throw invalidFields([{ path: 'businessId', hint: 'is not registered' }]);
    const known = findTemplate(this.catalog, asked.businessId, asked.name, asked.language)?.versions[asked.version];
    if (known === undefined) throw new Problem('not-found', 'The business has no such version of a template.');
    const template: Template = { ...known, status };
    return this.append(request, response, { client: 'operator', template, body: shown(template) });
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }

  private async append(request: Request, response: Response, { client, template, body }: { client: string; template: Template; body: object }): Promise<unknown> {
    const { businessId } = template;
    const outputs: readonly Output[] = [{ topic: 'parley.catalog.v1', key: businessId, event: { type: 'TemplatePublished', ...template } }];
    const answer = await this.writes.submit(request, response, { businessId, client, outputs, answer: { status: 201, body } });
    await this.runtime.catalogCaughtUp();
    return answer;
  }

  /** Of two that published the same version at once, the first one's text counts; the other has to hear of it. */
  private refuseOverlap(answer: { readonly hash: string; readonly version: number }, { businessId, name, language }: Template): void {
    const stored = findTemplate(this.catalog, businessId, name, language)?.versions[answer.version];
    if (stored?.hash !== answer.hash) throw new Problem('already-exists', 'Another request published this version at the same moment. Publish again, with a new Idempotency-Key.');
  }
}

function shown({ name, language, version, category, status, body, parameters, hash }: Template): object {
  return { name, language, version, category, status, body, parameters, hash };
}
