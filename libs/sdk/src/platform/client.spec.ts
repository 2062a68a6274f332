import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '@parley/crypto';
import { PlatformClient } from './client.js';

const keys = { signingKey: 'c2ln', agreementKey: 'YWdy' };

function clientWith(status: number, body: unknown) {
  const sent: { method: string; path: string; key: string | undefined; body: unknown }[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const headers = init!.headers as Record<string, string>;
    const text = init!.body as string | undefined;
    sent.push({ method: init!.method!, path: String(url).slice('http://p'.length), key: headers['idempotency-key'], body: text === undefined ? null : JSON.parse(text) });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  return { sent, client: new PlatformClient({ baseUrl: 'http://p', token: 'pk_1', random: systemRandom, fetch, sleep: () => Promise.resolve() }) };
}

describe('the platform\'s calls', () => {
  const calls: [string, unknown, (client: PlatformClient) => Promise<unknown>, unknown, unknown][] = [
    [
      'POST /delivery/v1/devices k',
      { phone: '491', code: '1', name: 'n', ...keys },
      (client) => client.registerDevice({ phone: '491', code: '1', name: 'n', ...keys }, 'k'),
      { contactId: 'c', deviceId: 'd', token: 't', listVersion: 0, more: 1 },
      { contactId: 'c', deviceId: 'd', token: 't', listVersion: 0 },
    ],
    [
      'POST /delivery/v1/business-devices k',
      { name: 'n', ...keys },
      (client) => client.registerBusinessDevice({ name: 'n', ...keys }, 'k'),
      { accountId: 'b', deviceId: 'd', listVersion: 1 },
      { accountId: 'b', deviceId: 'd', listVersion: 1 },
    ],
    [
      'POST /delivery/v1/directory/lookup undefined',
      { phone: '491' },
      (client) => client.lookUp('491'),
      { contactId: 'c', market: 'Germany', listVersion: 2 },
      { contactId: 'c', market: 'Germany', listVersion: 2 },
    ],
    [
      'GET /delivery/v1/numbers/491 undefined',
      null,
      (client) => client.numberByPhone('491'),
      { numberId: 'n', businessId: 'b', displayName: 'S', listVersion: 1 },
      { numberId: 'n', businessId: 'b', displayName: 'S', listVersion: 1 },
    ],
    [
      'GET /delivery/v1/numbers/by-id/n%2F1 undefined',
      null,
      (client) => client.numberById('n/1'),
      { numberId: 'n', businessId: 'b', displayName: 'S', listVersion: 1 },
      { numberId: 'n', businessId: 'b', displayName: 'S', listVersion: 1 },
    ],
    [
      'GET /delivery/v1/templates/b/h undefined',
      null,
      (client) => client.template('b', 'h'),
      { name: 'n', language: 'en', version: 1, category: 'utility', body: 'x', hash: 'h' },
      { name: 'n', language: 'en', version: 1, category: 'utility', body: 'x' },
    ],
    [
      'POST /delivery/v1/inbound k',
      { numberId: 'n', messageId: 'm', envelope: 'AQI=', entryPoint: { sourceId: 's', clickId: '' } },
      (client) => client.sendInbound({ numberId: 'n', messageId: 'm', envelope: Uint8Array.of(1, 2), entryPoint: { sourceId: 's', clickId: '' } }, 'k'),
      { messageId: 'm', conversationId: 'b.c' },
      { messageId: 'm', conversationId: 'b.c' },
    ],
    [
      'POST /delivery/v1/receipts k',
      { receipts: [{ conversationId: 'b.c', messageId: 'm', status: 'read', at: '2026-01-05T00:00:00.000Z' }] },
      (client) => client.sendReceipts([{ conversationId: 'b.c', messageId: 'm', status: 'read', at: Date.UTC(2026, 0, 5) }], 'k'),
      {},
      undefined,
    ],
    [
      'POST /delivery/v1/consents k',
      { numberId: 'n', action: 'revoke', categories: ['marketing'] },
      (client) => client.changeConsent({ numberId: 'n', action: 'revoke', categories: ['marketing'] }, 'k'),
      {},
      undefined,
    ],
    ['GET /delivery/v1/inbox?limit=5&wait=2&cursor=a%2Bb undefined', null, (client) => client.inbox({ cursor: 'a+b', limit: 5, waitSeconds: 2 }), { items: [], cursor: 'c' }, { items: [], skipped: 0, cursor: 'c' }],
    ['GET /delivery/v1/inbox?limit=100&wait=3 undefined', null, (client) => client.inbox({ cursor: null, waitSeconds: 2.4 }), { items: [], cursor: 'c' }, { items: [], skipped: 0, cursor: 'c' }],
    ['GET /delivery/v1/inbox?limit=100&wait=0 undefined', null, (client) => client.inbox({ cursor: null }), { items: [{}], cursor: 'c' }, { items: [], skipped: 1, cursor: 'c' }],
    [
      'GET /delivery/v1/inbox?limit=100&wait=0 undefined',
      null,
      (client) => client.inbox({ cursor: null }),
      { items: [{ kind: 'window_expiring', conversationId: 'b.c', messageId: 'm', contactId: 'c', numberId: 'n', at: '2026-01-05T00:00:00Z', category: null, closesAt: '2026-01-05T02:00:00Z' }, { kind: 'window_expiring' }], cursor: 'c' },
      { items: [{ kind: 'window_expiring', conversationId: 'b.c', messageId: 'm', contactId: 'c', numberId: 'n', at: Date.UTC(2026, 0, 5), closesAt: Date.UTC(2026, 0, 5, 2) }], skipped: 1, cursor: 'c' },
    ],
  ];
  it.each(calls)('%s', async (line, body, call, answered, result) => {
    const { sent, client } = clientWith(200, answered);
    expect(await call(client)).toEqual(result);
    expect(sent.map(({ method, path, key: sentKey }) => `${method} ${path} ${sentKey}`)).toEqual([line]);
    expect(sent[0]!.body).toEqual(body);
  });

  it('null stands for what the platform says does not exist, and for nothing else', async () => {
    const { client } = clientWith(404, { title: 'There is no such thing' });
    expect([await client.lookUp('1'), await client.numberByPhone('1'), await client.numberById('1'), await client.template('b', 'h')]).toEqual([null, null, null, null]);
    await expect(clientWith(404, {}).client.lookUp('1')).rejects.toMatchObject({ kind: 'answer' });
    await expect(client.inbox({ cursor: null })).rejects.toMatchObject({ status: 404 });
  });

  it('an answer of another form is an error that says what is missing', async () => {
    await expect(clientWith(200, { contactId: 'c' }).client.lookUp('1')).rejects.toMatchObject({ kind: 'answer', detail: 'The field market is missing.' });
    await expect(clientWith(200, []).client.inbox({ cursor: null })).rejects.toMatchObject({ kind: 'answer' });
    await expect(clientWith(200, { listVersion: 1, entry: '*', proof: '', head: '' }).client.keys().publishList(new Uint8Array(1), false)).rejects.toMatchObject({ detail: 'The field entry is not base64.' });
  });
});
