// The routes of the schema registry, as Confluent documents them: https://docs.confluent.io/platform/current/schema-registry/develop/api.html
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { refusals } from '../answer.js';
import { contentType } from './content-type.js';

const string = { type: 'string' };
const number = { type: 'integer' };
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const record = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({ type: 'object', properties });
const query = (...names: readonly string[]) => ({ schema: record(Object.fromEntries(names.map((name) => [name, string]))) });

const refused = { schema: { ...record({ error_code: { type: 'integer', enum: [...new Set(Object.values(refusals)), 50001] }, message: string }), required: ['error_code', 'message'] } };
const schema = { ...string, description: 'The schema as text: self-contained Avro.' };
const version = record({ subject: string, version: number, id: number, schema });
const asked = { schema: { ...record({ schema, schemaType: { type: 'string', const: 'AVRO' }, references: { type: 'array', maxItems: 0 } }), required: ['schema'] } };
const level = record({ compatibilityLevel: { type: 'string', const: 'FULL_TRANSITIVE' } });
const mode = record({ mode: { type: 'string', const: 'READONLY' } });

function asks(summary: string, about: string, body: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return { summary, answer: answered(about, { schema: body }, contentType), errors: { type: contentType, body: refused }, ...more };
}

function posts(summary: string, about: string, body: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return asks(summary, about, body, { body: asked, bodyType: contentType, ...more });
}

export const routes = {
  index: asks('What is in the registry, for a person.', 'Subjects and how they are kept.', record({ about: string, subjectNames: string, compatibilityLevel: string, mode: string, subjects: list(record({ subject: string, topic: string, ids: list(number) })) })),
  subjects: asks('Subjects by name.', 'Their names.', list(string), { query: query('subjectPrefix', 'deleted', 'deletedOnly', 'offset', 'limit') }),
  versions: asks('Versions of a subject.', 'Their numbers.', list(number), { query: query('deleted', 'deletedOnly') }),
  version: asks('One version of a subject: a number, or `latest`.', 'The version.', version),
  versionSchema: asks('The schema of a version, bare.', 'Avro.', { type: ['object', 'string', 'array'] }),
  referencedBy: asks('Schemas that refer to this one: none do.', 'No ids.', list(number)),
  schemas: asks('Every version of every subject.', 'The versions.', list(version), { query: query('subjectPrefix', 'latestOnly', 'offset', 'limit') }),
  types: asks('Formats of schemas.', 'AVRO.', list(string)),
  byId: asks('The schema that an id in a frame stands for.', 'The schema; it never changes.', record({ schema, maxId: number }), { query: query('subject', 'fetchMaxId') }),
  schemaById: asks('The same, bare.', 'Avro.', { type: ['object', 'string', 'array'] }, { query: query('subject') }),
  subjectsOfId: asks('Subjects that have the schema.', 'Their names.', list(string)),
  versionsOfId: asks('Subjects that have the schema, and as which version.', 'The versions.', list(record({ subject: string, version: number }))),
  lookUp: posts('Under which id and version a schema is known.', 'The version.', version, { query: query('normalize', 'deleted') }),
  register: posts('Registers nothing: a schema that is known is answered with its id, another is refused (42205).', 'The id.', record({ id: number }), { query: query('normalize') }),
  compatibility: posts('Whether a schema might follow all versions of a subject.', 'The verdict.', record({ is_compatible: { type: 'boolean' }, messages: list(string) }), { query: query('verbose', 'normalize') }),
  compatibilityWith: posts('Whether a schema might follow one version of a subject.', 'The verdict.', record({ is_compatible: { type: 'boolean' }, messages: list(string) }), { query: query('verbose', 'normalize') }),
  config: asks('How versions relate.', 'Each reads what every other wrote.', level),
  subjectConfig: asks('How versions of a subject relate.', 'Each reads what every other wrote.', level, { query: query('defaultToGlobal') }),
  mode: asks('Whether schemas can be registered here.', 'They cannot.', mode),
  subjectMode: asks('Whether versions of a subject can be registered here.', 'They cannot.', mode, { query: query('defaultToGlobal') }),
  change: asks('Refused: the registry is only read (42205).', 'Never.', refused.schema, { status: 422 }),
} satisfies Readonly<Record<string, RouteDescription>>;
