import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewRecord } from '@parley/bus';
import { requestSignature } from '@parley/crypto';
import type { RequestId } from '@parley/contracts';
import { ingestProcess } from './ingest.fixture.js';
import type { IngestProcess } from './ingest.fixture.js';
import { codec, conversationId, headersOf, recordConsent, sendMessage } from './requests/requests.fixture.js';

let set: IngestProcess;
let key: { readonly keyId: string; readonly token: string; readonly signingSecret: string };

beforeAll(async () => {
  set = await ingestProcess();
  const wanted = { businessId: 'acme', scopes: ['messages:send', 'consents:write'], name: 'integrator' };
  key = (await set.ask('/ingest/v1/api-keys', set.operator, wanted)).body as typeof key;
}, 120_000);

afterAll(() => set.end(), 30_000);

function signed(event: Parameters<typeof codec.encode>[0]): NewRecord {
  const value = codec.encode(event);
  return { key: conversationId, value, headers: headersOf(key.keyId, requestSignature(key.signingSecret, value)) };
}

async function eventually<T>(question: () => Promise<T> | T, wanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await question();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it stayed ${JSON.stringify(await question())}`);
}

const conversations = () => [0, 1, 2, 3].flatMap((partition) => set.log.records('parley.conversations.v1', partition)).map(({ value }) => codec.decode(value));
const rejected = async (token: string) => (await set.ask('/ingest/v1/requests/rejected', token)).body['items'] as { requestId: string; code: string; record: object }[];

describe('a key for requests on the topic', () => {
  it('comes with its signing secret, and only where it may ask for anything there', async () => {
    expect(key.signingSecret).toMatch(/^[0-9a-f]{64}$/);
    const reader = await set.ask('/ingest/v1/api-keys', set.operator, { businessId: 'acme', scopes: ['charges:read'], name: 'reader' });
    expect(reader.body).not.toHaveProperty('signingSecret');
  });
});

describe('the intake lanes of a process', () => {
  it('take what integrators write, once', async () => {
    const record = signed(recordConsent());
    await set.log.append({ topic: 'parley.requests.v1', partition: 0, records: [record, record] });
    await set.log.append({ topic: 'parley.requests.v1', partition: 3, records: [record] });
    const [taken] = await eventually(conversations, (events) => events.length > 0);
    expect(taken).toMatchObject({ type: 'ConsentGranted', businessId: 'acme', meta: { cause: { topic: 'parley.requests.v1' } } });
    const offsets = () => set.runtime.board.all().filter(({ lane }) => lane.startsWith('ingest/requests/')).map(({ offset }) => offset);
    expect(await eventually(offsets, ([first, , , last]) => first === 2 && last === 1)).toEqual([2, 0, 0, 1]);
    expect(conversations()).toHaveLength(1);
  });

  it('tell each business why a request was not taken, and the operator what nobody signed', async () => {
    const unproven = signed(recordConsent({ requestId: 'nobody' as RequestId }));
    await set.log.append({ topic: 'parley.requests.v1', partition: 1, records: [signed(recordConsent({ requestId: 'unproven' as RequestId, proof: '' })), { ...unproven, headers: new Map() }] });
    const own = await eventually(() => rejected(key.token), (items) => items.length > 0);
    expect(own).toMatchObject([{ requestId: 'unproven', code: 'invalid-field', fieldPath: 'proof', record: { partition: 1, offset: 0 } }]);
    expect(await eventually(() => rejected(set.operator), (items) => items.length > 0)).toMatchObject([{ requestId: 'record-1-1', code: 'missing-signature' }]);
    const rival = await set.ring.make({ businessId: 'rival', scopes: ['messages:send'], name: 'rival' });
    expect(await rejected(rival.token)).toEqual([]);
  });

  it('are part of what the process waits for to be ready', async () => {
    const { body } = await eventually(() => set.ask('/health/ready', set.operator), ({ status }) => status === 200);
    expect((body['checks'] as { name: string }[]).map(({ name }) => name)).toEqual(expect.arrayContaining(['lane ingest/requests/0', 'lane ingest/requests/3']));
  });

  it('no longer believe a key a few seconds after it was revoked', async () => {
    const { keyId, signingSecret } = (await set.ask('/ingest/v1/api-keys', set.operator, { businessId: 'acme', scopes: ['consents:write'], name: 'lost' })).body as typeof key;
    await set.ring.revoke(keyId);
    const value = codec.encode(recordConsent({ requestId: 'stolen' as RequestId }));
    const record = { key: conversationId, value, headers: headersOf(keyId, requestSignature(signingSecret, value)) };
    await set.log.append({ topic: 'parley.requests.v1', partition: 2, records: [record] });
    expect(await eventually(() => rejected(set.operator), (items) => items.length > 1)).toMatchObject([{}, { code: 'unknown-key' }]);
  });
});

describe('a record that is checked', () => {
  const check = (record: NewRecord, token = key.token) => {
    const headers = Object.fromEntries([...(record.headers ?? [])].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
    return {
      json: () => set.ask('/ingest/v1/check-record', token, { key: record.key, value: Buffer.from(record.value).toString('base64'), headers }),
      bytes: () => set.ask(`/ingest/v1/check-record?key=${encodeURIComponent(record.key)}`, token, record.value, headers),
    };
  };

  it('is judged as in production, as JSON and as bytes, without effect', async () => {
    const before = conversations().length;
    const { json, bytes } = check(signed(sendMessage()));
    const answers = [await json(), await bytes()];
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([200, { verdict: 'accepted', type: 'SendMessage', requestId: 'r1', businessId: 'acme', appends: [{ event: 'EnvelopeStored' }, { topic: 'parley.conversations.v1', key: 'acme.c1', event: 'MessageRequested' }] }]);
    }
    expect((await check(signed(recordConsent({ proof: '' }))).bytes()).body).toMatchObject({ verdict: 'rejected', code: 'invalid-field', fieldPath: 'proof' });
    expect((await check({ key: conversationId, value: new Uint8Array(70_000) }).bytes()).body).toMatchObject({ verdict: 'rejected', code: 'missing-signature', businessId: null });
    expect(conversations().length).toBe(before);
  });

  it('is another business’s own affair', async () => {
    const rival = await set.ring.make({ businessId: 'rival', scopes: ['messages:send'], name: 'rival' });
    expect(await check(signed(sendMessage()), rival.token).json()).toMatchObject({ status: 403 });
    expect(await check(signed(sendMessage()), set.operator).json()).toMatchObject({ status: 200 });
  });

  it.each([
    ['without its key', '/ingest/v1/check-record', 400],
    ['that is far too large', '/ingest/v1/check-record?key=k', 413],
  ])('%s is not', async (_, path, status) => {
    expect(await set.ask(path, key.token, new Uint8Array(140_000))).toMatchObject({ status });
  });
});
