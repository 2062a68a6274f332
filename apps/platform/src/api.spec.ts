// The documents say what the services do: each route is asked, and every answer of a story is held against them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Type } from '@nestjs/common';
import { systemRandom, toBase64 } from '@parley/crypto';
import { Device, MemoryStore } from '@parley/sdk';
import { routesOf, scopes, Writes } from '@parley/service';
import type { Route } from '@parley/service';
import { documentation, listen } from './documents.fixture.js';
import type { Documentation, Json, Operation } from './documents.fixture.js';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';
import { services } from './services.js';

const documents = { ingest: '/ingest', notifications: '/notifications', windows: '/windows', delivery: '/delivery', billing: '/billing', gateway: '/gateway', platform: '' };
const ears = listen();
let set: Stage;
let docs: Documentation;
/** Tokens that may do everything their kind can. */
let tokens: { readonly operator: string; readonly business: string; readonly device: string; readonly useless: string };

beforeAll(async () => {
  set = await stage();
  docs = documentation(Object.keys(documents).map(committed));
  const operator = set.folder.open().operatorKey;
  const keyWith = async (name: string, wanted: readonly string[]) =>
    String((await ask(set.platform.address, '/ingest/v1/api-keys', operator, { key: name, body: { businessId: cast.business.businessId, scopes: wanted, name } })).body['token']);
  const device = await new Device({ baseUrl: set.platform.address, store: new MemoryStore() }).register('491713920010', set.platform.sandbox.code, 'api');
  tokens = { operator, business: await keyWith('all', scopes.filter((scope) => scope !== 'operator')), device: device.token, useless: await keyWith('little', ['windows:read']) };
}, 120_000);

afterAll(async () => {
  ears.stop();
  await set.end();
}, 30_000);

function committed(app: string): Json {
  return JSON.parse(readFileSync(new URL(`../../${app}/openapi.json`, import.meta.url), 'utf8')) as Json;
}

const samples: Readonly<Record<string, string>> = { conversationId: `${cast.business.businessId}.nobody`, phone: cast.number.phone, numberId: cast.number.numberId, hash: '0'.repeat(64) };
const pathOf = ({ path }: Operation): string => path.replace(/\{(\w+)\}/g, (_, name: string) => samples[name] ?? 'x');
const said = ({ method, path }: Operation): string => `${method} ${path}`;
const ours = (): readonly Operation[] => docs.operations.filter(({ path }) => !path.startsWith('/gateway/') && !path.startsWith('/ingest/registry'));

function request(operation: Operation, token: string | null, body?: object): Promise<Response> {
  const headers = { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...(body ? { 'Content-Type': 'application/json', 'Idempotency-Key': `api ${said(operation)}`.replaceAll(/[^!-~]/g, '_') } : {}) };
  return fetch(set.platform.address + pathOf(operation), { method: operation.method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

function tokenFor({ said: { security } }: Operation): string | null {
  if (security.some((one) => 'deviceToken' in one)) return tokens.device;
  const key = security.find((one) => 'apiKey' in one)?.['apiKey'];
  if (key === undefined) return null;
  return key.includes('operator') && key.length === 1 ? tokens.operator : tokens.business;
}

describe('the documents', () => {
  it.each(Object.entries(documents))('of %s: what is served is what is committed', async (app, prefix) => {
    const served = (await (await fetch(`${set.platform.address}${prefix}/openapi.json`)).json()) as Json;
    expect(served).toEqual(committed(app));
  });

  it('ask for a key exactly where one is needed', async () => {
    const secured = ours().filter((operation) => tokenFor(operation) !== null);
    const open = ours().filter((operation) => tokenFor(operation) === null);
    const statuses = (operations: readonly Operation[]) => Promise.all(operations.map(async (operation) => [said(operation), (await request(operation, null)).status] as const));
    expect((await statuses(secured)).filter(([, status]) => status !== 401)).toEqual([]);
    expect((await statuses(open)).filter(([, status]) => status === 401 || status === 403)).toEqual([]);
    expect(secured.length).toBeGreaterThan(20);
  });

  it('name the scopes that are needed', async () => {
    const scoped = ours().filter(({ said: { security } }) => security.some(({ apiKey }) => apiKey !== undefined && !apiKey.includes('windows:read')));
    const wrong = await Promise.all(
      scoped.map(async (operation) => {
        const wanted = operation.said.security.find(({ apiKey }) => apiKey)!['apiKey']!;
        const { status, detail } = (await (await request(operation, tokens.useless)).json()) as { status: number; detail: string };
        return [said(operation), status, wanted.every((scope) => detail.includes(scope))] as const;
      }),
    );
    expect(wrong.filter(([, status, named]) => status !== 403 || !named)).toEqual([]);
    expect(scoped.length).toBeGreaterThan(15);
  });

  it('ask for an Idempotency-Key exactly where something is written through a slot', () => {
    const controllers = services.flatMap(({ module }) => Reflect.getMetadata('controllers', module) as readonly Type<unknown>[]);
    const writes = (controller: Type<unknown>) => ((Reflect.getMetadata('self:paramtypes', controller) ?? []) as readonly { param: unknown }[]).some(({ param }) => param === Writes);
    const posts = (some: readonly Type<unknown>[]): readonly string[] => routesOf(some).filter(({ method }: Route) => method === 'POST').map(({ method, path }) => `${method} ${path}`);
    const keyed = docs.operations.filter(({ said: { parameters = [] } }) => parameters.some(({ name }) => name === 'Idempotency-Key')).map(said);
    expect([...keyed].sort()).toEqual([...posts(controllers.filter(writes))].sort());
  });

  it('require the fields that are required', async () => {
    const bodied = ours().filter(({ method, said: { requestBody } }) => method === 'POST' && requestBody?.content['application/json'] !== undefined);
    const found = await Promise.all(
      bodied.map(async (operation) => {
        const { errors = [] } = (await (await request(operation, tokenFor(operation), {})).json()) as { errors?: readonly { path: string }[] };
        return [said(operation), errors.map(({ path }) => path).sort()];
      }),
    );
    const stated = bodied.map((operation) => [said(operation), [...((operation.said.requestBody!.content['application/json']!.schema['required'] ?? []) as readonly string[])].sort()]);
    expect(found).toEqual(stated);
    expect(bodied.length).toBeGreaterThan(14);
  });
});

describe('a story', () => {
  it('has no answer that the documents do not foresee', async () => {
    const { address, sandbox } = set.platform;
    const get = (path: string, token = sandbox.apiKey) => ask(address, path, token);
    await send(set.platform, sandbox.apiToken, textOf('Buy!'));
    await set.phone.write(cast.number.phone, 'Are you open?');
    await eventually(() => get(`/windows/v1/conversations/${cast.business.businessId}.${sandbox.contactId}`), ({ body }) => body['open'] === true);
    await send(set.platform, sandbox.apiToken, textOf('Yes, until six.'));
    const [answer] = await receive(set.phone, (text) => text === 'Yes, until six.');
    await set.phone.read(answer!.messageId);
    const parameters = ['A-1042', 'Friday'].map((text) => ({ type: 'text', text }));
    await send(set.platform, sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } });
    await receive(set.phone, (text) => text.startsWith('Your order A-1042'));
    const charges = await eventually(() => get('/billing/v1/charges'), ({ body }) => (body['data'] as unknown[]).length >= 2);
    for (const { conversationId, messageId } of charges.body['data'] as readonly { conversationId: string; messageId: string }[]) {
      await get(`/delivery/v1/conversations/${conversationId}/messages/${messageId}`);
      await get(`/notifications/v1/conversations/${conversationId}/messages/${messageId}`);
    }
    await get('/delivery/v1/inbox?limit=100');
    for (const path of ['/billing/v1/quote?market=Germany', '/billing/v1/late-replies', '/billing/v1/late-cost', '/billing/v1/spend', '/windows/v1/insight/replies?closed=2026-12-24', '/windows/v1/insight/waiting']) await get(path);
    await get('/notifications/v1/templates');
    await get('/billing/v1/charges?limit=0');
    for (const path of ['policies', 'policies?on=2018-01-01', 'international-eligibilities', 'rate-cards', 'rate-cards?on=soon', 'rate-cards/usd-for-s0/versions/1', 'rate-cards/usd-for-s0/versions/9']) await get(`/billing/v1/${path}`);
    await get('/ingest/v1/requests/rejected', tokens.business);
    const wire = `/gateway/v23.0/${cast.wire.wabaId}`;
    for (const path of [`${wire}/message_templates`, `${wire}/phone_numbers`, wire, `/gateway/v23.0/${cast.wire.phoneNumberId}`, `${wire}/subscribed_apps`]) await get(path, sandbox.apiToken);
    await get(`${wire}/phone_numbers`, 'no token');
    await ask(address, '/ingest/v1/consents', sandbox.apiKey, { key: 'c', body: { contactId: sandbox.contactId, action: 'grant', categories: ['utility'], source: 'a form', proof: 'ticked' } });
    await ask(address, '/ingest/v1/consents', sandbox.apiKey, { body: { contactId: sandbox.contactId, action: 'revoke', categories: [], source: 'a form' } });
    await ask(address, '/ingest/v1/check-record', tokens.business, { body: { key: 'x', value: toBase64(systemRandom(9)), headers: {} } });
    await ask(address, '/delivery/v1/business-devices', tokens.business, { body: { signingKey: 'x', agreementKey: 'x', name: 'x' } });
    for (const path of ['/', '/health/live', '/health/ready', '/delivery/health/ready', '/metrics', '/ingest/registry', '/ingest/registry/subjects', '/ingest/registry/schemas/ids/1', '/ingest/registry/subjects/none/versions', '/gateway/health/ready']) {
      await fetch(address + path);
    }
    await fetch(`${address}/ingest/registry/subjects/none`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' });
    const faults = ears.heard.flatMap((heard) => docs.fault(heard) ?? []);
    expect([...new Set(faults)]).toEqual([]);
    expect(new Set(ears.heard.filter(({ status }) => status < 300).map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f-]{20,}/g, '')}`)).size).toBeGreaterThan(30);
  }, 60_000);
});
