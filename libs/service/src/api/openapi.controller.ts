import { Controller, Get, Inject, SetMetadata } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { JsonSchema } from '../http/shape.js';
import { answered, Describe } from './describe.js';
import { openApiOf } from './openapi.js';
import { routesOf } from './routes.js';

export interface Documented {
  /** The path prefix, such as `ingest`. Empty: what the process serves beside its services. */
  readonly prefix: string;
  /** For a person: what is served there. */
  readonly about: string;
}

const document = { schema: { type: 'object', description: 'An OpenAPI 3.1 document.' } };

const documentedKey = 'parley:documented';

/** Serves `/<prefix>/openapi.json`: what the controllers of this process serve below the prefix. */
export function openApiController({ prefix, about }: Documented): Type<unknown> {
  @Controller(prefix)
  @SetMetadata(documentedKey, { prefix, about })
  class OpenApiController {
    private made: JsonSchema | null = null;

    constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

    @Get('openapi.json')
    @Describe({ summary: 'This document.', answer: answered('OpenAPI 3.1.', document) })
    read(): JsonSchema {
      this.made ??= documentsOf(controllersIn(this.modules)).get(prefix)!;
      return this.made;
    }
  }
  return OpenApiController;
}

/** By path prefix, the document of what these controllers serve below it; below none, what no other document has. */
export function documentsOf(controllers: readonly Type<unknown>[]): ReadonlyMap<string, JsonSchema> {
  const routes = routesOf(controllers);
  const documented = controllers.flatMap((controller) => (Reflect.getMetadata(documentedKey, controller) as Documented | undefined) ?? []);
  const prefixes = documented.map(({ prefix }) => prefix).filter((prefix) => prefix !== '');
  const isBelow = (path: string, prefix: string): boolean => path === `/${prefix}` || path.startsWith(`/${prefix}/`);
  return new Map(
    documented.map(({ prefix, about }) => {
      const own = routes.filter(({ path }) => (prefix === '' ? !prefixes.some((other) => isBelow(path, other)) : isBelow(path, prefix)));
      return [prefix, openApiOf({ title: `Parley ${prefix === '' ? 'process' : prefix}`, about }, own)];
    }),
  );
}

function controllersIn(modules: ModulesContainer): readonly Type<unknown>[] {
  const wrappers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return [...new Set(wrappers.flatMap(({ metatype }) => (metatype ? [metatype as Type<unknown>] : [])))];
}
