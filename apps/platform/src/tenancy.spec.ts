import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administer, openPglite, openPostgres, ownerRole, platformRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { newSigningKeys, systemRandom, toBase64 } from '@parley/crypto';
import { catalogFold } from '@parley/domain';
import { explain, Host, openEmbedded, processLogger, routesOf, Rows, scopes } from '@parley/service';
import type { Viewer } from '@parley/service';
import { caseUnless, startPostgres, suite } from '@parley/testing';
import { SelectQueryBuilder } from 'typeorm';
import { firstList, newKeys, publicKeysOf, request } from './keys.fixture.js';
import type { Registered } from './keys.fixture.js';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';
import { services } from './services.js';

const server = await startPostgres();
const skip = 'unavailable' in server ? server.unavailable : undefined;
const loginAs = (role: string): Promise<Database> => openPostgres(Object.assign(new URL('url' in server ? server.url : ''), { username: role }).href);
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

async function openOnServer(): Promise<Database> {
  const administrator = await openPostgres('url' in server ? server.url : '');
  await administer(administrator, { services: services.map(({ name }) => name) });
  await administrator.close();
  return loginAs(platformRole);
}

/** What a neighbour's row has instead of the sandbox's. Each has the word in something that its answer shows. */
const theirs = 'neighbour.cneighbour';
const theirInvoice = 'neighbour-owner-00000';
const neighbour = { business_id: 'neighbour', contact_id: 'cneighbour', owner_id: 'neighbour-owner', conversation_id: theirs };
const copies: readonly (readonly [schema: string, table: string, more: string])[] = [
  ['billing', 'charge', `'charge_id', 'neighbour-' || charge_id`],
  ['billing', 'spend_day', `'market', 'neighbour'`],
  ['billing', 'ledger_entry', `'ledger_offset', ledger_offset + 1000000, 'account', 'neighbour'`],
  ['billing', 'invoice', `'invoice_id', '${theirInvoice}' || length(business_id), 'ledger_offset', ledger_offset + 1000000`],
  ['billing', 'invoice_line', `'invoice_id', invoice_id || '-copy', 'market', 'neighbour'`],
  ['delivery', 'business_device', `'device_id', 'n' || device_id, 'name', 'neighbour'`],
  ['delivery', 'message', `'market', 'neighbour'`],
  ['delivery', 'envelope', `'stored_at', 1`],
  ['delivery', 'inbox', `'log_offset', log_offset + 1000000, 'reason', 'neighbour'`],
  ['notifications', 'notification', `'detail', 'neighbour'`],
  ['windows', 'reply', `'market', 'neighbour', 'number', 1`],
  ['windows', 'window', `'consent', '{"neighbour": "granted"}'::jsonb`],
];

/** The longest month, and what receipts are waited for after it. */
const monthAndGraceMs = 35 * 86_400_000;

async function moveIn(database: Database): Promise<void> {
  for (const [schema, table, more] of copies) {
    const sql = `insert into ${schema}.${table} select (jsonb_populate_record(t, '${JSON.stringify(neighbour)}'::jsonb || jsonb_build_object(${more}))).* from ${schema}.${table} t`;
    const { rowCount } = await database.as({ role: ownerRole(schema) }).query(sql);
    expect([table, rowCount > 0]).toEqual([table, true]);
    // Written again, the sandbox's rows come last: who asks for one row, without a condition, gets a neighbour's.
    await database.as({ role: ownerRole(schema) }).query(`update ${schema}.${table} set business_id = business_id where business_id <> 'neighbour'`);
  }
}

/** Every query of TypeORM without its conditions, as long as it lasts. */
async function withoutConditions<T>(work: () => Promise<T>): Promise<T> {
  const prototype = SelectQueryBuilder.prototype as unknown as { createWhereExpression(): string };
  prototype.createWhereExpression = () => '';
  try {
    return await work();
  } finally {
    delete (prototype as { createWhereExpression?: unknown }).createWhereExpression;
  }
}

/** Every row shown to everybody, as long as it lasts: what the conditions alone would do. */
async function withoutWalls<T>(work: () => Promise<T>): Promise<T> {
  const { for: asViewer } = Rows.prototype;
  Rows.prototype.for = function <R>(this: Rows, _: Viewer, inside: Parameters<Rows['for']>[1]) {
    return asViewer.call(this, { businessId: '*' }, inside) as Promise<R>;
  } as Rows['for'];
  try {
    return await work();
  } finally {
    Rows.prototype.for = asViewer;
  }
}

const databases = [
  { name: 'PGlite', missing: undefined, open: () => openPglite({ memory: true }) },
  { name: 'a PostgreSQL server', missing: skip, open: openOnServer },
];

describe.each(databases)('a business on $name', ({ missing, open }) => {
  let set: Stage;
  let token: string;
  let deviceToken: string;
  let device: Registered;

  const get = (path: string, by = token): Promise<Answer> => ask(set.platform.address, path, by);
  const own = () => `${cast.business.businessId}.${set.platform.sandbox.contactId}`;
  const messages: string[] = [];
  let invoice: string;

  beforeAll(async () => {
    if (missing !== undefined) return;
    const database = await open();
    set = await stage(database);
    const { operatorKey } = set.folder.open();
    const every = scopes.filter((scope) => scope !== 'operator');
    const made = await ask(set.platform.address, '/ingest/v1/api-keys', operatorKey, { key: 'every', body: { businessId: cast.business.businessId, scopes: every, name: 'every' } });
    token = String(made.body['token']);
    const register = { phone: cast.customer.phone, code: set.platform.sandbox.code, publicKey: Buffer.from(systemRandom(32)).toString('base64'), name: 'spec' };
    deviceToken = String((await ask(set.platform.address, '/delivery/v1/devices', '', { body: register })).body['token']);
    const keys = newKeys();
    const registered = await ask(set.platform.address, '/delivery/v1/business-devices', token, { body: { name: 'spec', ...publicKeysOf(keys) } });
    device = { ...keys, accountId: cast.business.businessId, deviceId: String(registered.body['deviceId']), token };
    await request(set.platform.address, 'PUT', '/delivery/v1/keys/list', token, { list: toBase64(firstList(newSigningKeys(systemRandom), [device])) });
    await set.phone.write(cast.number.phone, 'Hello');
    await eventually(() => get(`/windows/v1/conversations/${own()}`), ({ body }) => body['open'] === true);
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes?'));
    const parameters = ['A-1', 'Friday'].map((text) => ({ type: 'text', text }));
    await send(set.platform, set.platform.sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } });
    for (const { messageId } of await receive(set.phone, (text) => text.startsWith('Your order'))) messages.push(messageId);
    await eventually(() => get('/billing/v1/charges'), ({ body }) => (body['data'] as unknown[]).length === 2);
    set.pass(monthAndGraceMs);
    const billed = await eventually(() => get('/billing/v1/invoices'), ({ body }) => (body['data'] as unknown[]).length === 1);
    invoice = String((billed.body['data'] as { invoiceId: string }[])[0]!.invoiceId);
    await moveIn(database);
  }, 120_000);
  afterAll(async () => set?.end(), 30_000);

  /** Every GET that an API key opens, with the sandbox's ids and with the neighbour's. */
  const paths = () => [own(), theirs].flatMap((conversation) => [
    '/billing/v1/charges',
    '/billing/v1/charges?order=delivered',
    '/billing/v1/charges?lane=api',
    '/billing/v1/late-replies?by=sent',
    '/billing/v1/policies',
    '/billing/v1/international-eligibilities',
    '/billing/v1/rate-cards',
    '/billing/v1/rate-cards/usd-for-s0/versions/1',
    '/billing/v1/quote?market=Germany',
    '/billing/v1/what-if',
    '/billing/v1/what-if/nobodys',
    '/billing/v1/corrections',
    '/billing/v1/corrections/trials/nobodys',
    '/windows/v1/insight/replies',
    '/windows/v1/insight/waiting',
    ...messages.map((message) => `/billing/v1/charges/${conversation}.${message}`),
    '/billing/v1/spend?by=market',
    '/billing/v1/late-cost',
    '/billing/v1/invoices',
    ...[invoice, `${theirInvoice}1`].flatMap((id) => [`/billing/v1/invoices/${id}`, `/billing/v1/invoices/${id}.csv`, `/billing/v1/invoices/${id}.pdf`]),
    '/billing/v1/ledger/balance',
    ...messages.flatMap((message) => [`/delivery/v1/conversations/${conversation}/messages/${message}`, `/notifications/v1/conversations/${conversation}/messages/${message}`]),
    '/delivery/v1/inbox?limit=100',
    '/delivery/v1/keys/own',
    ...[device.deviceId, `n${device.deviceId}`].map((deviceId) => `/delivery/v1/keys/prekeys?deviceId=${deviceId}`),
    ...conversation.split('.').map((account) => `/delivery/v1/keys/accounts/${account}`),
    '/delivery/v1/key-log',
    '/delivery/v1/key-log/entries',
    '/ingest/v1/requests/rejected',
    '/notifications/v1/templates',
    `/windows/v1/conversations/${conversation}`,
    '/windows/v1/open',
    '/windows/v1/budgets',
  ]);
  /** As text: not everything is JSON. */
  const told = async (path: string): Promise<string> => (await fetch(set.platform.address + path, { headers: { Authorization: `Bearer ${token}` } })).text();
  /** What they give; an answer may repeat the id that was asked for. */
  const answers = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (const path of paths()) all.push(`${path} ${await told(path)}`.replaceAll(path.includes(theirs) ? theirs : '\n', '').replaceAll(path.includes(theirInvoice) ? theirInvoice : '\n', '').replaceAll(path, ''));
    return all;
  };
  const naming = (word: string, lines: readonly string[]): readonly string[] => lines.filter((line) => line.includes(word));

  caseUnless(missing, 'has these ways to read, and the spec goes all of them', async () => {
    const controllers = services.flatMap(({ module }) => Reflect.getMetadata('controllers', module) as Parameters<typeof routesOf>[0]);
    const routes = routesOf(controllers).filter(({ method, callers }) => method === 'GET' && callers.scopes.length > 0).map(({ path }) => path);
    const pattern = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}(\\?.*)?$`);
    const asked = paths();
    expect(routes.filter((route) => !asked.some((path) => pattern(route).test(path)))).toEqual([]);
    expect(routes.length).toBeGreaterThan(6);
  });

  caseUnless(missing, 'reads its own, and nothing of its neighbour’s', async () => {
    const all = await answers();
    expect(naming(messages[0]!, all).length).toBeGreaterThan(3);
    expect(naming('neighbour', all)).toEqual([]);
  });

  caseUnless(missing, 'reads nothing of its neighbour’s where every query has lost its conditions', async () => {
    const all = await withoutConditions(answers);
    expect(naming(messages[0]!, all).length).toBeGreaterThan(3);
    expect(naming('neighbour', all)).toEqual([]);
    const inbox = await withoutConditions(() => get('/delivery/v1/inbox?limit=100', deviceToken));
    expect((inbox.body['items'] as unknown[]).length).toBeGreaterThan(1);
    expect(JSON.stringify(inbox.body)).not.toContain('neighbour');
  });

  caseUnless(missing, 'would read it, were there no walls: the fault is one', async () => {
    expect(naming('neighbour', await withoutWalls(answers))).toEqual([]);
    expect(naming('neighbour', await withoutWalls(() => withoutConditions(answers))).length).toBeGreaterThan(3);
  });

  caseUnless(missing, 'is looked up, and no one else’s devices, where every query has lost its conditions', async () => {
    await ask(set.platform.address, '/delivery/v1/devices', '', { body: { phone: '491713920017', code: set.platform.sandbox.code, publicKey: Buffer.from(systemRandom(32)).toString('base64'), name: 'other' } });
    const lookUp = () => ask(set.platform.address, '/delivery/v1/directory/lookup', token, { body: { phone: cast.customer.phone } });
    const found = (await lookUp()).body;
    expect(found['contactId']).toBe(set.platform.sandbox.contactId);
    expect((await withoutConditions(lookUp)).body).toEqual(found);
  });
});

suite('a service as a process of its own, with its own login', skip, () => {
  beforeAll(async () => {
    await (await openOnServer()).close();
  });

  const start = async (index: number, database: Database): Promise<Host> => {
    const service = services[index]!;
    const runtime = await openEmbedded({
      database, services: [service], fold: catalogFold as Parameters<typeof openEmbedded>[0]['fold'], serviceKey: new Uint8Array(32).fill(1), holder: 'spec', slots: 1,
      clock: Date.now, newId: () => crypto.randomUUID(), random: systemRandom,
    });
    try {
      return await Host.create({ runtime, services: [service], modules: [], settings: {}, bodyLimitBytes: 10_000, logger: processLogger('error', 'text') });
    } catch (error) {
      await runtime.close();
      throw error;
    }
  };

  it.each(services.map(({ name }, index) => [name, index] as const))('%s starts, and is ready', async (name, index) => {
    const database = await loginAs(ownerRole(name));
    const host = await start(index, database);
    const port = await host.start(0, '127.0.0.1');
    const ready = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/${name}/health/ready`)).status, (status) => status === 200);
    expect(ready).toBe(200);
    const other = services[(index + 1) % services.length]!.name;
    await expect(database.as({ role: ownerRole(other) }).query('select 1')).rejects.toThrow('permission denied to set role');
    await host.stop(4_000);
    await database.close();
  }, 30_000);

  it('does not start with another’s login, or a superuser’s, and says what to do', async () => {
    for (const role of [ownerRole('billing'), 'parley']) {
      const database = await loginAs(role);
      const refused = await start(2, database).then(() => undefined, (error: unknown) => explain(error, { port: 0 }));
      expect(refused).toMatch(/npx parley database --url/);
      await database.close();
    }
  });
});
