import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../access/key-ring.js';
import { deaf, heard, toy, toyProcess } from './toy-service.fixture.js';
import type { ToyProcess } from './toy-service.fixture.js';

let made: ToyProcess;
let address: string;
let writer: string;
let reader: string;
let stopped = false;

beforeAll(async () => {
  made = await toyProcess(toy);
  const ring = made.host.app.get(KeyRing);
  writer = (await ring.make({ businessId: 'acme', scopes: ['consents:write'], name: 'writer' })).token;
  reader = (await ring.make({ businessId: 'acme', scopes: ['charges:read'], name: 'reader' })).token;
  address = `http://127.0.0.1:${await made.host.start(0, '127.0.0.1')}`;
});

afterAll(async () => {
  if (!stopped) await made.host.stop(4_000);
  await made.database.close();
});

interface Asked {
  readonly token?: string;
  readonly key?: string;
  readonly body?: string;
  readonly type?: string;
  readonly contact?: string;
}

function post({ token = writer, key, body = stopBody('a form'), type = 'application/json', contact = 'c1' }: Asked): Promise<Response> {
  const headers = { 'Content-Type': type, ...(token === '' ? {} : { Authorization: `Bearer ${token}` }), ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
  return fetch(`${address}/toy/v1/stops/${contact}`, { method: 'POST', headers, body });
}

function stopBody(source: string): string {
  return JSON.stringify({ contactId: 'c1', source });
}

async function problem(response: Response): Promise<{ status: number; kind: string; detail: string; errors?: { path: string }[] }> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { status, type, detail, title, errors } = (await response.json()) as { status: number; type: string; detail: string; title: string; errors?: { path: string }[] };
  expect([status, title.length > 0]).toEqual([response.status, true]);
  return { status, kind: type.split(':').at(-1)!, detail, ...(errors ? { errors } : {}) };
}

async function records(): Promise<number> {
  const { log } = made.runtime;
  const ends = await Promise.all(Array.from({ length: log.partitions('parley.conversations.v1') }, (_, partition) => log.end('parley.conversations.v1', partition)));
  return ends.reduce((sum, end) => sum + end, 0);
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('never came true');
}

describe('requests', () => {
  it.each([
    ['at a path that nobody serves', () => fetch(`${address}/nowhere/secret-id`), 404, 'not-found'],
    ['without credentials', () => post({ token: '', key: 'k' }), 401, 'unauthorized'],
    ['with a token that was never made', () => post({ token: writer.slice(0, -1) + (writer.endsWith('a') ? 'b' : 'a'), key: 'k' }), 401, 'unauthorized'],
    ['without an Idempotency-Key', () => post({}), 400, 'missing-idempotency-key'],
    ['with one that is no key', () => post({ key: 'x'.repeat(201) }), 400, 'invalid-idempotency-key'],
    ['with a body that is no JSON', () => post({ key: 'k', body: '{"a":' }), 400, 'malformed-json'],
    ['with a body of another type', () => post({ key: 'k', type: 'text/plain' }), 415, 'unsupported-media-type'],
    ['with a body that is too large', () => post({ key: 'k', body: JSON.stringify({ source: 'x'.repeat(3_000) }) }), 413, 'payload-too-large'],
  ])('%s are refused with a problem', async (_, ask, status, kind) => {
    expect(await problem(await ask())).toMatchObject({ status, kind });
  });

  it('of a key without the scope are told which one is missing', async () => {
    expect(await problem(await post({ token: reader, key: 'k' }))).toMatchObject({ status: 403, kind: 'missing-scope', detail: expect.stringContaining('consents:write') });
  });

  it('with wrong fields are told all of them', async () => {
    expect(await problem(await post({ key: 'k', body: '{"contact": 1}' }))).toMatchObject({ status: 400, kind: 'invalid-fields', errors: [{ path: 'contact' }, { path: 'contactId' }, { path: 'source' }] });
  });

  it('whose values do not fit the log are refused before anything is kept', async () => {
    const before = await records();
    const refused = await problem(await post({ key: 'too-long', body: stopBody('x'.repeat(513)) }));
    expect(refused).toMatchObject({ status: 400, kind: 'invalid-fields' });
    expect(refused.errors).toMatchObject([{ path: 'body' }]);
    expect(await records()).toBe(before);
    expect((await post({ key: 'too-long' })).status).toBe(202);
  });
});

describe('an Idempotency-Key', () => {
  it('makes a repeated request one record with one answer', async () => {
    const before = await records();
    const answers = await Promise.all([1, 2, 3].map(() => post({ key: 'once' })));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(bodies).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true')).toHaveLength(2);
    expect(await records()).toBe(before + 1);
  });

  it('does not mind the order of fields', async () => {
    await post({ key: 'order', body: '{"contactId":"c1","source":"s"}' });
    expect((await post({ key: 'order', body: '{ "source": "s", "contactId": "c1" }' })).headers.get('Idempotency-Replayed')).toBe('true');
  });

  it('refuses another body, and the same body at another path', async () => {
    await post({ key: 'twice' });
    expect(await problem(await post({ key: 'twice', body: stopBody('another') }))).toMatchObject({ status: 422, kind: 'idempotency-conflict' });
    expect(await problem(await post({ key: 'twice', contact: 'c2' }))).toMatchObject({ status: 422, kind: 'idempotency-conflict' });
  });

  it('is forgotten after seven days', async () => {
    const store = made.runtime.slotStore(toy);
    await post({ key: 'old' });
    expect(await store.forgetRequests(Date.now() - 7 * 24 * 3_600_000)).toBe(0);
    expect(await store.forgetRequests(Date.now() + 1)).toBeGreaterThan(0);
    expect((await post({ key: 'old' })).headers.get('Idempotency-Replayed')).toBeNull();
  });
});

describe('a process', () => {
  const ready = async (path = '/health/ready') => {
    const response = await fetch(address + path);
    return { status: response.status, body: (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] } };
  };

  it('is ready once every lane is claimed, on its own path and on the service’s', async () => {
    await eventually(async () => (await ready()).status === 200);
    const { body } = await ready('/toy/health/ready');
    expect(body.checks.map(({ name }) => name).sort()).toEqual(['catalog', 'database', 'lane listening/0', 'lane listening/1', 'lane listening/2', 'lane listening/3', 'lane toy/http', 'process']);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
  });

  it('hands what its lanes report to the consumer', async () => {
    await post({ key: 'heard' });
    await eventually(async () => heard.some(({ kind }) => kind === 'batch'));
    expect(heard.some(({ kind }) => kind === 'claimed')).toBe(true);
  });

  it('is not ready while a lane is halted, and says why', async () => {
    const lane = 'listening/0';
    made.runtime.board.report({ kind: 'halted', lane, error: 'a record is missing at offset 4. Restore the topic from a backup.' });
    const { status, body } = await ready();
    expect([status, body.checks.find(({ ok }) => !ok)]).toEqual([503, { name: 'lane listening/0', ok: false, detail: 'halted: a record is missing at offset 4. Restore the topic from a backup.' }]);
    made.runtime.board.report({ kind: 'claimed', lane, epoch: 1, offset: 0, waitingKeys: 0 });
  });

  it('shows metrics without an id or content in them', async () => {
    await post({ key: 'secret-key', contact: 'secret-contact', body: stopBody('secret-source') });
    await fetch(`${address}/toy/v1/secret-path`);
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toMatch(/parley_http_request_duration_seconds_count\{method="POST",route="\/toy\/v1\/stops\/:contactId",status="202"\} \d+/);
    expect(metrics).toMatch(/parley_lane_running\{lane="listening\/0"\} 1/);
    expect(metrics).toMatch(/parley_lane_lag_records\{lane="listening\/0"\} \d+/);
    expect(metrics).not.toMatch(/secret|acme|pk_/);
  });

  it('refuses to start where nobody listens to a topology', async () => {
    const { host } = await toyProcess(deaf, made.database);
    await expect(host.start(0, '127.0.0.1')).rejects.toThrow("the topology listening has no consumer with @EventPattern('listening')");
    await host.stop(1_000);
  });

  it('finishes what was begun, then stops: slots given back, lanes ended', async () => {
    const begun = fetch(`${address}/toy/v1/slow`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    stopped = true;
    await made.host.stop(4_000);
    expect((await begun).status).toBe(200);
    await expect(fetch(`${address}/health/live`)).rejects.toThrow();
    const { rows } = await made.database.as({ role: 'parley_toy' }).query<{ holder: string | null }>(`SELECT holder FROM toy.lane WHERE lane = 'toy/http/0'`);
    expect(rows).toEqual([{ holder: null }]);
    expect(made.runtime.board.all().filter(({ lane }) => lane.startsWith('listening')).map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
  });
});
