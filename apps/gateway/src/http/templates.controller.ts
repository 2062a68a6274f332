import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, UseFilters } from '@nestjs/common';
import { newId, systemRandom } from '@parley/crypto';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import { faultOfError } from '../outbox/refusal.js';
import type { Parts } from '../parts.js';
import { templateExists, WireFault } from '../wire/fault.js';
import { pageOf, selected, type PageQuery } from '../wire/listing.js';
import { isSame, namedBy, parseEdit, parseNewTemplate, templateIdOf, templateListing, templateOnWire, usualTemplateFields, type DeleteQuery, type Draft } from '../wire/published.js';
import type { Template } from '../wire/template.js';
import { addressOf, readBody } from './body.js';
import { Callers } from './caller.js';
import * as descriptions from './descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** Templates of the business: published on the platform, whose operator approves them. */
@Controller('gateway/:version')
@UseFilters(FaultFilter)
export class TemplatesController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Get(':wabaId/message_templates')
  @Describe(descriptions.templates)
  async list(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Query() query: PageQuery) {
    const { templates } = this.callers.admitToAccount(request, version, wabaId);
    return pageOf(templateListing(await templates.all().catch(raise)), query, addressOf(request));
  }

  @Post(':wabaId/message_templates')
  @HttpCode(200)
  @Describe(descriptions.createTemplate)
  async create(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string) {
    const parts = this.callers.admitToAccount(request, version, wabaId);
    const draft = parseNewTemplate(await readBody(request));
    const known = await parts.templates.fresh().catch(raise);
    if (known.some(({ name, language }) => name === draft.name && language === draft.language)) {
      throw new WireFault('invalid-parameter', `There is a template ${draft.name} in ${draft.language}. Edit it, POST /{template-id}, or choose another name or language.`, 'name', templateExists);
    }
    const { id, status, category } = templateOnWire(await publish(parts, draft));
    return { id, status, category };
  }

  @Delete(':wabaId/message_templates')
  @Describe(descriptions.deleteTemplate)
  async delete(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Query() query: DeleteQuery) {
    const { templates, journal, templateWatch } = this.callers.admitToAccount(request, version, wabaId);
    const meant = namedBy(query, await templates.fresh().catch(raise));
    await journal.append(...meant.map((template) => ({ type: 'TemplateDeleted', name: template.name, language: template.language, version: template.version }) as const));
    templateWatch.wake();
    return { success: true };
  }

  /** As `GET /{template-id}`: some clients name the account too. */
  @Get(':wabaId/message_templates/:id')
  @Describe(descriptions.showTemplate)
  async show(@Req() request: Request, @Param('version') version: string, @Param('wabaId') wabaId: string, @Param('id') id: string, @Query('fields') fields?: string) {
    const { templates } = this.callers.admitToAccount(request, version, wabaId);
    return selected(templateOnWire(withId(await templates.all().catch(raise), id)), fields, usualTemplateFields);
  }

  @Post(':id')
  @HttpCode(200)
  @Describe(descriptions.editTemplate)
  async edit(@Req() request: Request, @Param('version') version: string, @Param('id') id: string) {
    const parts = this.callers.admitToWaba(request, version);
    const template = withId(await parts.templates.fresh().catch(raise), id);
    const draft = parseEdit(await readBody(request), template);
    // Asked for again, after an answer that was lost: it is as it shall be.
    if (!isSame(draft, template)) await publish(parts, draft);
    return { success: true, id, name: template.name, category: draft.category.toUpperCase() };
  }
}

function withId(templates: readonly Template[], id: string): Template {
  const template = templates.find((one) => templateIdOf(one) === id);
  if (template === undefined) throw new WireFault('unknown-object', `There is no template ${id} here.`);
  return template;
}

async function publish({ templates, templateWatch }: Parts, draft: Draft): Promise<Template> {
  const published = await templates.publish(draft, newId('tp_', systemRandom)).catch(raise);
  templateWatch.wake();
  return published;
}

function raise(error: unknown): never {
  throw faultOfError(error);
}
