import { All, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Describe, Undescribed } from '@parley/service';
import type { Request, Response } from 'express';
import { refuse } from '../answer.js';
import type { Answer } from '../answer.js';
import { SchemaRegistry } from '../schema-registry.js';
import type { Page } from '../schema-registry.js';
import { readBody } from './body.js';
import { contentType } from './content-type.js';
import { routes } from './descriptions.js';
import { RegistryFilter } from './registry-filter.js';

/** Query parameters as Express has them: text, or several. */
type Asked = Readonly<Record<string, unknown>>;

/** The read side of Confluent's Schema Registry API. Schemas are public: no key is asked for. */
@Controller('ingest/registry')
@UseFilters(RegistryFilter)
export class RegistryController {
  constructor(@Inject(SchemaRegistry) private readonly registry: SchemaRegistry) {}

  @Get()
  @Describe(routes.index)
  index(@Res() response: Response): void {
    send(response, this.registry.index());
  }

  @Get('subjects')
  @Describe(routes.subjects)
  subjects(@Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.list({ prefix: textOf(query['subjectPrefix']), deletedOnly: isTrue(query['deletedOnly']), page: pageOf(query) }));
  }

  @Get('subjects/:subject/versions')
  @Describe(routes.versions)
  versions(@Param('subject') subject: string, @Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.versions(subject, { deletedOnly: isTrue(query['deletedOnly']) }));
  }

  @Get('subjects/:subject/versions/:version')
  @Describe(routes.version)
  version(@Param('subject') subject: string, @Param('version') version: string, @Res() response: Response): void {
    send(response, this.registry.version(subject, version));
  }

  @Get('subjects/:subject/versions/:version/schema')
  @Describe(routes.versionSchema)
  versionSchema(@Param('subject') subject: string, @Param('version') version: string, @Res() response: Response): void {
    send(response, this.registry.versionSchema(subject, version));
  }

  @Get('subjects/:subject/versions/:version/referencedby')
  @Describe(routes.referencedBy)
  referencedBy(@Param('subject') subject: string, @Param('version') version: string, @Res() response: Response): void {
    send(response, this.registry.referencedBy(subject, version));
  }

  @Get('schemas')
  @Describe(routes.schemas)
  schemas(@Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.schemas({ prefix: textOf(query['subjectPrefix']), latestOnly: isTrue(query['latestOnly']), page: pageOf(query) }));
  }

  @Get('schemas/types')
  @Describe(routes.types)
  types(@Res() response: Response): void {
    send(response, this.registry.types());
  }

  @Get('schemas/ids/:id')
  @Describe(routes.byId)
  byId(@Param('id') id: string, @Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.byId(id, { withMaxId: isTrue(query['fetchMaxId']) }));
  }

  @Get('schemas/ids/:id/schema')
  @Describe(routes.schemaById)
  schemaById(@Param('id') id: string, @Res() response: Response): void {
    send(response, this.registry.schemaById(id));
  }

  @Get('schemas/ids/:id/subjects')
  @Describe(routes.subjectsOfId)
  subjectsOfId(@Param('id') id: string, @Res() response: Response): void {
    send(response, this.registry.subjectsOfId(id));
  }

  @Get('schemas/ids/:id/versions')
  @Describe(routes.versionsOfId)
  versionsOfId(@Param('id') id: string, @Res() response: Response): void {
    send(response, this.registry.versionsOfId(id));
  }

  @Post('subjects/:subject')
  @HttpCode(200)
  @Describe(routes.lookUp)
  lookUp(@Param('subject') subject: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return withBody(request, response, (body) => this.registry.lookUp(subject, body));
  }

  @Post('subjects/:subject/versions')
  @HttpCode(200)
  @Describe(routes.register)
  register(@Param('subject') subject: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return withBody(request, response, (body) => this.registry.register(subject, body));
  }

  @Post('compatibility/subjects/:subject/versions')
  @HttpCode(200)
  @Describe(routes.compatibility)
  compatibility(@Param('subject') subject: string, @Query() query: Asked, @Req() request: Request, @Res() response: Response): Promise<void> {
    return withBody(request, response, (body) => this.registry.compatibility(subject, { version: null, verbose: isTrue(query['verbose']), body }));
  }

  @Post('compatibility/subjects/:subject/versions/:version')
  @HttpCode(200)
  @Describe(routes.compatibilityWith)
  compatibilityWith(@Param('subject') subject: string, @Param('version') version: string, @Query() query: Asked, @Req() request: Request, @Res() response: Response): Promise<void> {
    return withBody(request, response, (body) => this.registry.compatibility(subject, { version, verbose: isTrue(query['verbose']), body }));
  }

  @Get('config')
  @Describe(routes.config)
  config(@Res() response: Response): void {
    send(response, this.registry.config());
  }

  @Get('config/:subject')
  @Describe(routes.subjectConfig)
  subjectConfig(@Param('subject') subject: string, @Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.subjectConfig(subject, { orGlobal: isTrue(query['defaultToGlobal']) }));
  }

  @Get('mode')
  @Describe(routes.mode)
  mode(@Res() response: Response): void {
    send(response, this.registry.mode());
  }

  @Get('mode/:subject')
  @Describe(routes.subjectMode)
  subjectMode(@Param('subject') subject: string, @Query() query: Asked, @Res() response: Response): void {
    send(response, this.registry.subjectMode(subject, { orGlobal: isTrue(query['defaultToGlobal']) }));
  }

  @Put(['config', 'mode'])
  @Describe(routes.change)
  changeAll(@Res() response: Response): void {
    send(response, this.registry.notPermitted(null));
  }

  @Delete(['config', 'mode'])
  @Describe(routes.change)
  resetAll(@Res() response: Response): void {
    send(response, this.registry.notPermitted(null));
  }

  @Put(['config/:subject', 'mode/:subject'])
  @Describe(routes.change)
  change(@Param('subject') subject: string, @Res() response: Response): void {
    send(response, this.registry.notPermitted(subject));
  }

  @Delete(['config/:subject', 'mode/:subject', 'subjects/:subject', 'subjects/:subject/versions/:version'])
  @Describe(routes.change)
  remove(@Param('subject') subject: string, @Res() response: Response): void {
    send(response, this.registry.notPermitted(subject));
  }

  /** Has to be the last. */
  @All('{*path}')
  @Undescribed('answers what is not there')
  unknown(@Res() response: Response): void {
    send(response, refuse('notFound', 'HTTP 404 Not Found'));
  }
}

async function withBody(request: Request, response: Response, then: (body: unknown) => Answer): Promise<void> {
  const body = await readBody(request);
  switch (body.kind) {
    case 'json':
      return send(response, then(body.json));
    case 'malformed':
      return send(response, refuse('unprocessable', 'The body could not be read as JSON.'));
    case 'too-large':
      // What is left of it is not read.
      response.setHeader('Connection', 'close');
      return send(response, refuse('tooLarge', 'The body is larger than any schema here.'));
    default:
      return body satisfies never;
  }
}

function send(response: Response, { status, body, lasting = false }: Answer): void {
  if (lasting) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  response.status(status).type(contentType).send(JSON.stringify(body));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isTrue(value: unknown): boolean {
  return value === 'true';
}

function pageOf(query: Asked): Page {
  const number = (value: unknown): number | null => (typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : null);
  return { offset: number(query['offset']), limit: number(query['limit']) };
}
