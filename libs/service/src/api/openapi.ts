import { problems } from '../http/problem.js';
import type { ProblemKind } from '../http/problem.js';
import type { JsonSchema } from '../http/shape.js';
import type { RouteDescription } from './describe.js';
import type { Route } from './routes.js';

export interface OpenApiTitle {
  readonly title: string;
  readonly about: string;
}

type Described = Route & { readonly description: RouteDescription };

/** The routes as OpenAPI 3.1, from the very shapes that requests are read by. Throws where a route lacks its description. */
export function openApiOf({ title, about }: OpenApiTitle, routes: readonly Route[]): JsonSchema {
  const described = routes.filter((route): route is Described => route.description !== null);
  const bare = routes.filter(({ description, undescribed }) => description === null && undescribed === null);
  if (bare.length > 0) throw new Error(`no @Describe: ${bare.map(({ method, path, handler }) => `${method} ${path} (${handler})`).join(', ')}`);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of described.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.1',
    info: { title, version: '1', description: about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: { schemas: { Problem: problemSchema }, securitySchemes: securitySchemesOf(described) },
  };
}

function operationOf({ handler, path, status, callers, description }: Described): JsonSchema {
  const { summary, detail, body, bodyType = 'application/json', answer } = description;
  const security = [...(callers.scopes.length > 0 ? [{ apiKey: callers.scopes }] : []), ...(callers.devices ? [{ deviceToken: [] }] : [])];
  const parameters = parametersOf(path, description);
  return {
    operationId: handler.replace('Controller.', '_'),
    summary,
    description: [detail, scopesSaid(callers.scopes)].filter((line) => line !== undefined).join('\n\n') || undefined,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { [bodyType]: { schema: body.schema } } } } : {}),
    responses: { [status]: answerOf(answer, description), ...errorsOf({ callers, description }) },
    security: security.length > 0 ? security : [{}],
  };
}

function scopesSaid(scopes: readonly string[]): string | undefined {
  return scopes.length === 0 ? undefined : `For API keys with the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`;
}

function parametersOf(path: string, { path: shapes = {}, query, headers, writes = false }: RouteDescription): readonly JsonSchema[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: shapes[name!]?.schema ?? { type: 'string' } }));
  const key = { name: 'Idempotency-Key', in: 'header', required: true, description: 'A value of your own for each new request; the same one when you repeat it. Kept 7 days.', schema: { type: 'string', pattern: '^[!-~]{1,200}$' } };
  return [...inPath, ...fieldsOf(query, 'query'), ...fieldsOf(headers, 'header'), ...(writes ? [key] : [])];
}

function fieldsOf(shape: { readonly schema: JsonSchema } | undefined, place: string): readonly JsonSchema[] {
  const { properties = {}, required = [] } = (shape?.schema ?? {}) as { properties?: Record<string, JsonSchema>; required?: readonly string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: place, required: required.includes(name), schema: withoutNull(schema) }));
}

/** A parameter is text or absent; there is no way to write null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf } = schema as { type?: unknown; anyOf?: readonly JsonSchema[] };
  if (Array.isArray(type)) return { ...schema, type: type[0] as string };
  return anyOf ? anyOf[0]! : schema;
}

function answerOf({ about, body, type = 'application/json' }: RouteDescription['answer'], { writes = false }: RouteDescription): JsonSchema {
  const replayed = { 'Idempotency-Replayed': { description: 'true where this answers a repeated request: nothing was written again.', schema: { type: 'string', const: 'true' } } };
  return { description: about, ...(writes ? { headers: replayed } : {}), ...(body ? { content: { [type]: { schema: body.schema } } } : {}) };
}

/** What every route of its kind may be refused with, and what it says of itself; by status. */
function errorsOf({ callers, description }: Pick<Described, 'callers' | 'description'>): Readonly<Record<string, JsonSchema>> {
  const { body, query, writes = false, errors } = description;
  if (errors) return { default: { description: 'Refused, or a fault of ours.', content: { [errors.type]: { schema: errors.body.schema } } } };
  const kinds = new Set<ProblemKind>(description.problems ?? []);
  const add = (...more: readonly ProblemKind[]): void => more.forEach((kind) => kinds.add(kind));
  if (body) add('malformed-json', 'invalid-fields', 'payload-too-large', 'unsupported-media-type');
  if (query) add('invalid-fields');
  if (callers.scopes.length > 0) add('unauthorized', 'missing-scope');
  if (callers.devices) add('unauthorized');
  if (callers.devices && callers.scopes.length === 0) add('forbidden');
  if (writes) add('missing-idempotency-key', 'invalid-idempotency-key', 'idempotency-conflict', 'busy');
  add('internal', 'stopping');
  const answers: Record<string, JsonSchema> = {};
  for (const status of [...new Set([...kinds].map((kind) => problems[kind].status))].sort()) {
    const these = [...kinds].filter((kind) => problems[kind].status === status).sort();
    const about = these.map((kind) => `\`${kind}\`: ${problems[kind].title}.`).join(' ');
    answers[status] = { description: about, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  }
  return answers;
}

function securitySchemesOf(routes: readonly Route[]): JsonSchema {
  const keys = { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, which the operator makes (POST /ingest/v1/api-keys). Beside it stand the scopes, of which the key needs one.' } };
  const devices = { deviceToken: { type: 'http', scheme: 'bearer', description: "The token of a customer's device (POST /delivery/v1/devices)." } };
  return {
    ...(routes.some(({ callers }) => callers.scopes.length > 0) ? keys : {}),
    ...(routes.some(({ callers }) => callers.devices) ? devices : {}),
  };
}

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'An error (RFC 9457). What is told holds no content and no secret.',
  properties: {
    type: { type: 'string', enum: Object.keys(problems).map((kind) => `urn:parley:problem:${kind}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong here, and what to do about it.' },
    instance: { type: 'string', description: 'The path that was asked for.' },
    errors: {
      type: 'array',
      description: 'Every field that is wrong.',
      items: { type: 'object', properties: { path: { type: 'string' }, hint: { type: 'string' } }, required: ['path', 'hint'] },
    },
    listVersion: { type: 'integer', description: 'Of the present list; with `stale-list`.' },
    accounts: {
      type: 'array',
      description: 'Whose devices are others: `missing` has no wrap, `extra` is not listed; with `stale-devices`.',
      items: {
        type: 'object',
        properties: { accountId: { type: 'string' }, listVersion: { type: 'integer' }, missing: { type: 'array', items: { type: 'string' } }, extra: { type: 'array', items: { type: 'string' } } },
        required: ['accountId', 'listVersion', 'missing', 'extra'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail'],
};
