import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench, phoneNumberId, wabaId } from '../testing/bench.fixture.js';
import { contactId, contactPhone, conversationId, problem } from '../testing/fake-platform.fixture.js';
import { until } from '../testing/until.fixture.js';

interface Shown {
  readonly id: string;
  readonly text: string | null;
  readonly status: string;
  readonly [field: string]: unknown;
}

const on = { keepsConversations: true, withCallback: false };
let bench: Bench;
beforeEach(async () => void (bench = await Bench.open(on)));
afterEach(() => bench.close());

const list = async (query = '') => (await bench.ask('GET', `/v1/conversations${query}`)).body as unknown as { version: string; data: { unread: number; last: Shown }[]; business: object; numbers: object[] };
const messages = async (query = '') => (await bench.ask('GET', `/v1/conversations/${contactId}/messages${query}`)).body as unknown as { version: string; data: Shown[]; more: boolean };
const kept = () => [...bench.gateway.running.state.conversations.messages.values()];
const send = async (body: string) => (await bench.client().messages.sendText({ phoneNumberId, to: contactPhone, body })).messages[0]!.id;

describe('the inbox of the business', () => {
  it('has what was said both ways, who said it, and what became of it', async () => {
    bench.platform.text('m1', 'Are you open?');
    await until(() => kept().length === 1);
    const id = await send('Yes.');
    await bench.client().messages.sendTemplate({ phoneNumberId, to: contactPhone, template: { name: 'shipping', language: { code: 'en_US' }, components: [{ type: 'body', parameters: [{ type: 'text', text: 'A-1' }, { type: 'text', text: 'today' }] }] } });
    bench.platform.status(id.slice('wamid.'.length), 'delivered', { billable: false });
    await until(() => kept()[1]?.status === 'delivered');
    const { data, more } = await messages();
    expect(more).toBe(false);
    expect(data).toMatchObject([
      { direction: 'in', text: 'Are you open?', status: 'received', isRead: false, messageId: 'm1', template: null },
      { direction: 'out', text: 'Yes.', status: 'delivered', id, messageId: id.slice('wamid.'.length), isRead: null },
      { direction: 'out', text: 'Order A-1 ships today.', status: 'queued', template: { name: 'shipping', language: 'en_US', category: 'utility' } },
    ]);
    expect(await list()).toMatchObject({
      business: { id: 'b1', wabaId, name: 'Parley Shop' }, numbers: [{ phoneNumberId, phone: '15550783881', name: 'Parley Shop' }],
      data: [{ contactId, conversationId, phone: contactPhone, name: 'Ada', phoneNumberId, unread: 1, last: { text: 'Order A-1 ships today.' } }],
    }); // prettier-ignore
    await bench.client().messages.markRead({ phoneNumberId, messageId: data[0]!.id });
    expect((await list()).data[0]!.unread).toBe(0);
  });

  it('says of a message that the platform refuses why', async () => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: problem(403, 'missing-scope', 'The key lacks a scope.') });
    await expect(send('Hello')).rejects.toThrow();
    expect((await messages()).data).toMatchObject([{ text: 'Hello', status: 'failed', problem: expect.stringMatching(/\w/) }]);
  });

  it('holds its answer back until there is something new, for that conversation or any', async () => {
    const { version } = await list();
    const startedAt = performance.now();
    const waiting = Promise.all([list(`?known=${version}&wait=20`), messages(`?known=${(await messages()).version}&wait=20`)]);
    setTimeout(() => bench.platform.text('m1', 'Hello'), 300);
    const [all, one] = await waiting;
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect([all.data.length, one.data.length, all.version === version]).toEqual([1, 1, false]);
    expect((await list(`?known=other&wait=20`)).version).toBe(all.version);
    const quiet = performance.now();
    await list(`?known=${all.version}&wait=1`);
    expect(performance.now() - quiet).toBeGreaterThan(950);
  });

  it('gives an answer at once to who waits when the gateway stops', async () => {
    const { version } = await list();
    const waiting = list(`?known=${version}&wait=25`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const startedAt = performance.now();
    await bench.stop();
    await waiting;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('pages back from the latest', async () => {
    for (let n = 1; n <= 5; n++) bench.platform.text(`m${n}`, String(n));
    await until(() => kept().length === 5);
    const { data, more } = await messages('?limit=2');
    expect([data.map(({ text }) => text), more]).toEqual([['4', '5'], true]);
    const before = await messages(`?limit=3&before=${encodeURIComponent(data[0]!.id)}`);
    expect([before.data.map(({ text }) => text), before.more]).toEqual([['1', '2', '3'], false]);
  });

  it('is there after a restart, lies encrypted, and is gone once it is to be kept no more', async () => {
    bench.platform.text('m1', 'A secret word');
    await until(() => kept().length === 1);
    await bench.stop();
    for (const file of readdirSync(bench.folder)) expect(readFileSync(join(bench.folder, file), 'latin1')).not.toContain('secret word');
    await bench.start(on);
    expect((await messages()).data).toMatchObject([{ text: 'A secret word' }]);
    await bench.stop();
    await bench.start({ withCallback: false });
    expect((await bench.ask('GET', '/v1/conversations')).body).toMatchObject({ error: { code: 33, error_data: { details: expect.stringContaining('PARLEY_GATEWAY_CONVERSATIONS=yes') } } });
    await bench.stop();
    await bench.start(on);
    expect((await messages()).data).toEqual([]);
  });

  it('is for who holds a token, and says what is wrong with a request', async () => {
    expect((await bench.ask('GET', '/v1/conversations', undefined, {})).status).toBe(401);
    expect((await bench.ask('GET', '/v1/conversations', undefined, { Authorization: `Bearer ${bench.made.tokens.app}` })).status).toBe(200);
    for (const query of ['wait=26', 'wait=x', 'limit=0', 'limit=1001']) expect(await bench.ask('GET', `/v1/conversations?known=x&${query}`)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  });
});

describe('a gateway as it is usually', () => {
  it('keeps no contents', async () => {
    await bench.stop();
    await bench.start({ withCallback: false });
    bench.platform.text('m1', 'Hello');
    await send('Hello too');
    await until(() => bench.gateway.running.state.contacts.size === 1);
    expect(bench.gateway.running.state.conversations.messages.size).toBe(0);
  });
});
