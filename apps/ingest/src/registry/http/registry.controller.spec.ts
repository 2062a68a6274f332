import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registryServer } from '../registry-server.fixture.js';
import type { RegistryServer } from '../registry-server.fixture.js';

const SUBJECT = 'parley.requests.v1-parley.v1.SendMessage';
let server: RegistryServer;
let text: string;

beforeAll(async () => {
  server = await registryServer();
  text = ((await (await ask('GET', `/subjects/${SUBJECT}/versions/latest`)).json()) as { schema: string }).schema;
});
afterAll(() => server.close());

function ask(method: string, path: string, body?: string, type = 'application/vnd.schemaregistry.v1+json'): Promise<Response> {
  return fetch(`${server.url}${path}`, { method, headers: body === undefined ? {} : { 'Content-Type': type }, ...(body === undefined ? {} : { body }) });
}

const asked = (): string => JSON.stringify({ schema: text });

test.each<[string, string, () => string | undefined, unknown]>([
  ['GET', '/subjects?subjectPrefix=parley.ledger.v1-parley.v1.C', () => undefined, ['parley.ledger.v1-parley.v1.ChargePosted']],
  ['GET', `/subjects/${SUBJECT}/versions`, () => undefined, expect.arrayContaining([1])],
  ['GET', `/subjects/${encodeURIComponent(SUBJECT)}/versions/1`, () => undefined, expect.objectContaining({ subject: SUBJECT, version: 1 })],
  ['GET', `/subjects/${SUBJECT}/versions/1/schema`, () => undefined, expect.objectContaining({ type: 'record', name: 'SendMessage' })],
  ['GET', `/subjects/${SUBJECT}/versions/1/referencedby`, () => undefined, []],
  ['GET', '/schemas?latestOnly=true&subjectPrefix=parley.usage', () => undefined, [expect.objectContaining({ subject: 'parley.usage.v1-parley.v1.UsageRecorded' })]],
  ['GET', '/schemas/types', () => undefined, ['AVRO']],
  ['GET', '/schemas/ids/1', () => undefined, { schema: expect.stringContaining('"AdjustmentPosted"') }],
  ['GET', '/schemas/ids/1?subject=parley.ledger.v1-value&fetchMaxId=false', () => undefined, { schema: expect.any(String) }],
  ['GET', '/schemas/ids/1/schema', () => undefined, expect.objectContaining({ name: 'AdjustmentPosted' })],
  ['GET', '/schemas/ids/1/subjects', () => undefined, ['parley.ledger.v1-parley.v1.AdjustmentPosted']],
  ['GET', '/schemas/ids/1/versions', () => undefined, [{ subject: 'parley.ledger.v1-parley.v1.AdjustmentPosted', version: 1 }]],
  ['POST', `/subjects/${SUBJECT}`, asked, expect.objectContaining({ subject: SUBJECT, version: expect.any(Number), id: expect.any(Number) })],
  ['POST', `/subjects/${SUBJECT}/versions`, asked, { id: expect.any(Number) }],
  ['POST', `/compatibility/subjects/${SUBJECT}/versions`, asked, { is_compatible: true }],
  ['POST', `/compatibility/subjects/${SUBJECT}/versions/1?verbose=true`, () => '{"schema":"\\"string\\""}', { is_compatible: false, messages: expect.arrayContaining([expect.stringContaining('TYPE_MISMATCH')]) }],
  ['GET', '/config', () => undefined, { compatibilityLevel: 'FULL_TRANSITIVE' }],
  ['GET', `/config/${SUBJECT}`, () => undefined, { compatibilityLevel: 'FULL_TRANSITIVE' }],
  ['GET', '/mode', () => undefined, { mode: 'READONLY' }],
  ['GET', `/mode/${SUBJECT}`, () => undefined, { mode: 'READONLY' }],
  ['GET', '', () => undefined, expect.objectContaining({ mode: 'READONLY', subjects: expect.arrayContaining([expect.objectContaining({ subject: SUBJECT })]) })],
])('%s %s', async (method, path, body, expected) => {
  const response = await ask(method, path, body());
  expect(response.headers.get('content-type')).toMatch(/^application\/vnd\.schemaregistry\.v1\+json/);
  expect([response.status, await response.json()]).toEqual([200, expected]);
});

describe('is refused in Confluent’s form', () => {
  test.each<[string, string, string | undefined, number, number]>([
    ['GET', '/subjects/nobody/versions', undefined, 404, 40401],
    ['GET', '/schemas/ids/99999', undefined, 404, 40403],
    ['POST', '/subjects/nobody', '{"schema":"\\"string\\""}', 404, 40401],
    ['POST', `/subjects/${SUBJECT}`, '{"schema":"\\"string\\""}', 404, 40403],
    ['POST', `/subjects/${SUBJECT}`, '{', 422, 422],
    ['POST', `/subjects/${SUBJECT}/versions`, '{"schema":"\\"string\\""}', 422, 42205],
    ['POST', `/subjects/${SUBJECT}`, JSON.stringify({ schema: 'x'.repeat(70_000) }), 413, 413],
    ['DELETE', `/subjects/${SUBJECT}`, undefined, 422, 42205],
    ['DELETE', `/subjects/${SUBJECT}/versions/1`, undefined, 422, 42205],
    ['PUT', '/config', '{"compatibility":"NONE"}', 422, 42205],
    ['PUT', `/config/${SUBJECT}`, '{"compatibility":"NONE"}', 422, 42205],
    ['PUT', '/mode', '{"mode":"READWRITE"}', 422, 42205],
    ['DELETE', `/mode/${SUBJECT}`, undefined, 422, 42205],
    ['GET', '/nowhere', undefined, 404, 404],
    ['PATCH', '/config', undefined, 404, 404],
    ['GET', '/subjects/%E0%A4%A/versions', undefined, 400, 400],
  ])('%s %s', async (method, path, body, status, code) => {
    const response = await ask(method, path, body);
    expect(response.headers.get('content-type')).toMatch(/^application\/(vnd\.schemaregistry\.v1\+)?json/);
    expect([response.status, ((await response.json()) as { error_code?: number; statusCode?: number }).error_code ?? 400]).toEqual([status, code]);
  });
});

test('an id’s schema may be kept for ever; nothing else is', async () => {
  expect((await ask('GET', '/schemas/ids/1')).headers.get('cache-control')).toContain('immutable');
  expect((await ask('GET', '/subjects')).headers.get('cache-control')).toBeNull();
});
