import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphApiError } from '@kapso/whatsapp-cloud-api';
import { apiKey, appKey, Bench, phoneNumberId, wabaId } from './testing/bench.fixture.js';
import { contactPhone, problem, templates } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

const lastTaken = (path = '/ingest/v1/messages') => bench.platform.takenBy(path).at(-1)!;
const sendText = (body: string, to = `+${contactPhone}`, client = bench.client()) => client.messages.sendText({ phoneNumberId, to, body });
const order = (...texts: string[]) => ({
  name: 'shipping',
  language: { code: 'en_US' },
  components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }],
});

async function refusal(sending: Promise<unknown>): Promise<GraphApiError> {
  const error = await sending.then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GraphApiError);
  return error as GraphApiError;
}

describe('the client, unmodified, sends', () => {
  it('a text, which the contact alone can read', async () => {
    const answer = await sendText('Hello Ada');
    expect(answer).toEqual({ messagingProduct: 'whatsapp', contacts: [{ input: `+${contactPhone}`, waId: contactPhone }], messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9_-]{22}$/) }] });
    const taken = lastTaken();
    expect(`wamid.${taken.key}`).toBe(answer.messages[0]!.id);
    expect(taken.token).toBe(`Bearer ${apiKey}`);
    expect(taken.body).toEqual({ messageId: taken.key, numberId: 'n1', contactId: 'c1', kind: 'free_form', envelope: expect.any(String) });
    expect(await bench.platform.read(taken)).toEqual({ type: 'text', body: 'Hello Ada' });
  });

  it('a template, of which the platform sees the shapes only', async () => {
    const answer = await bench.client().messages.sendTemplate({ phoneNumberId, to: contactPhone, template: order('17', 'on Monday') });
    expect(answer.messages[0]).toEqual({ id: expect.stringMatching(/^wamid\./), messageStatus: 'accepted' });
    const taken = lastTaken();
    expect(taken.body).toMatchObject({ kind: 'template', template: { name: 'shipping', language: 'en_US', version: 3, parameters: [{ component: 'body', kinds: ['text', 'text'] }] } });
    expect(await bench.platform.read(taken)).toEqual({
      type: 'template', name: 'shipping', language: 'en_US', version: 3, hash: templates[0]!.hash,
      parameters: [{ component: 'body', values: [{ kind: 'text', text: '17' }, { kind: 'text', text: 'on Monday' }] }],
    }); // prettier-ignore
  });

  it('a place, a card, a reaction, buttons, a list and a link to tap on', async () => {
    const { messages } = bench.client();
    const to = { phoneNumberId, to: contactPhone };
    const sent = async (sending: Promise<unknown>) => {
      await sending;
      return bench.platform.read(lastTaken());
    };
    expect(await sent(messages.sendLocation({ ...to, location: { latitude: 37.44216251868683, longitude: -122.16153582049394, name: 'Philz', address: '101 Forest Ave' } }))).toEqual({ type: 'location', latitudeE7: 374_421_625, longitudeE7: -1_221_615_358, name: 'Philz', address: '101 Forest Ave' });
    const card = { name: { formattedName: 'Ada Lovelace', firstName: 'Ada' }, birthday: '1815-12-10', phones: [{ phone: '+16505559999', type: 'HOME', waId: '16505559999' }], addresses: [{ street: '1 St', countryCode: 'GB' }], org: { company: 'Engines' } };
    expect(await sent(messages.sendContacts({ ...to, contacts: [card] }))).toEqual({ type: 'contacts', contacts: [card] });
    const buttons = [{ id: 'yes', title: 'Yes' }, { id: 'no', title: 'No' }];
    expect(await sent(messages.sendInteractiveButtons({ ...to, bodyText: 'Well?', footerText: 'Parley', header: { type: 'text', text: 'Order 7' }, buttons }))).toEqual({ type: 'interactive', kind: 'button', header: { kind: 'text', text: 'Order 7' }, body: 'Well?', footer: 'Parley', buttons });
    const sections = [{ title: 'Fast', rows: [{ id: 'r1', title: 'Today', description: 'by six' }] }, { title: 'Slow', rows: [{ id: 'r2', title: 'Later' }] }];
    expect(await sent(messages.sendInteractiveList({ ...to, bodyText: 'Which?', buttonText: 'Choose', sections }))).toEqual({ type: 'interactive', kind: 'list', body: 'Which?', button: 'Choose', sections });
    expect(await sent(messages.sendInteractiveCtaUrl({ ...to, bodyText: 'Look', parameters: { displayText: 'Open', url: 'https://example.com/7' } }))).toEqual({ type: 'interactive', kind: 'cta_url', body: 'Look', button: 'Open', url: 'https://example.com/7' });
    const { messages: [text] } = await sendText('Like it?'); // prettier-ignore
    const quoted = lastTaken().key!;
    expect(await sent(messages.sendReaction({ ...to, reaction: { messageId: text!.id, emoji: '👍' } }))).toEqual({ type: 'reaction', messageId: quoted, emoji: '👍' });
    expect(await sent(messages.sendLocation({ ...to, contextMessageId: text!.id, location: { latitude: 1, longitude: 2 } }))).toEqual({ type: 'location', latitudeE7: 10_000_000, longitudeE7: 20_000_000, replyTo: quoted });
  });

  it('on every version of the wire', async () => {
    for (const version of ['v14.0', 'v19.0', 'v23.0', 'v26.0']) {
      expect((await sendText('x', contactPhone, bench.client(undefined, version))).messages).toHaveLength(1);
    }
    expect((await refusal(sendText('x', contactPhone, bench.client(undefined, 'v13.0')))).code).toBe(100);
    expect((await refusal(sendText('x', contactPhone, bench.client(undefined, 'v27.0')))).code).toBe(100);
  });

  it('by hand, with the token of that lane', async () => {
    await sendText('by hand', contactPhone, bench.client(bench.made.tokens.app!));
    expect(lastTaken().token).toBe(`Bearer ${appKey}`);
  });

  it('an answer that quotes what the contact wrote, and marks it as read', async () => {
    bench.platform.text('m-in-1', 'How are you?');
    await until(() => bench.business.values.some(({ messages }) => messages?.[0]?.text?.body === 'How are you?'));
    const { id } = bench.business.values.find(({ messages }) => messages?.[0]?.text?.body === 'How are you?')!.messages![0]!;
    await bench.client().messages.sendText({ phoneNumberId, to: contactPhone, body: 'Fine', contextMessageId: id });
    expect(await bench.platform.read(lastTaken())).toEqual({ type: 'text', body: 'Fine', replyTo: 'm-in-1' });

    expect(await bench.client().messages.markRead({ phoneNumberId, messageId: id })).toEqual({ success: true });
    expect(await bench.client().messages.markRead({ phoneNumberId, messageId: id, typingIndicator: { type: 'text' } })).toEqual({ success: true });
    const receipts = bench.platform.arrived.filter(({ path }) => path === '/delivery/v1/receipts');
    expect(receipts).toHaveLength(1);
    expect(receipts[0]!.body).toEqual({ receipts: [{ conversationId: 'b1.c1', messageId: 'm-in-1', status: 'read', at: expect.any(String) }] });
  });

  it('and lists templates and numbers', async () => {
    const listed = await bench.client().templates.list({ businessAccountId: wabaId, limit: 1 });
    expect(listed).toMatchObject({ data: [{ name: 'shipping', language: 'en_US', category: 'UTILITY', status: 'APPROVED' }], paging: { cursors: { after: expect.any(String) } } });
    const next = await bench.client().templates.list({ businessAccountId: wabaId, limit: 10, after: listed.paging.cursors.after! });
    expect(next.data.map(({ name }) => name)).toEqual(['brochure', 'paused']);
    expect((await bench.ask('GET', `/v23.0/${wabaId}/phone_numbers`)).body).toMatchObject({ data: [{ id: phoneNumberId, display_phone_number: '+1 555-078-3881', verified_name: 'Parley Shop' }] });
    expect((await bench.ask('GET', `/v23.0/${phoneNumberId}?fields=id`)).body).toMatchObject({ id: phoneNumberId });
    expect((await bench.ask('GET', `/v23.0/${wabaId}`)).body).toEqual({ id: wabaId, name: 'Parley Shop' });
  });
});

describe('the client, unmodified, understands', () => {
  it.each<[string, () => Promise<unknown>, number, number, string]>([
    ['a wrong token', () => sendText('x', contactPhone, bench.client('wrong')), 190, 401, 'authorization'],
    ['an unknown number of ours', () => bench.client().messages.sendText({ phoneNumberId: '1', to: contactPhone, body: 'x' }), 33, 400, 'parameter'],
    ['an unusable recipient', () => sendText('x', 'Ada'), 131009, 400, 'parameter'],
    ['a text that is too long', () => sendText('x'.repeat(4097)), 100, 400, 'parameter'],
    ['a link into a private network', () => bench.client().messages.sendImage({ phoneNumberId, to: contactPhone, image: { link: 'https://127.0.0.1/x.png' } }), 131053, 400, 'media'],
    ['a file that nobody uploaded', () => bench.client().messages.sendImage({ phoneNumberId, to: contactPhone, image: { id: '1234567890123456' } }), 100, 400, 'parameter'],
    ['a reaction to nothing', () => bench.client().messages.sendReaction({ phoneNumberId, to: contactPhone, reaction: { messageId: 'wamid.nope', emoji: '👍' } }), 131009, 400, 'parameter'],
    ['too few parameters', () => bench.client().messages.sendTemplate({ phoneNumberId, to: contactPhone, template: order('17') }), 132000, 400, 'template'],
    ['an unknown template', () => bench.client().messages.sendTemplate({ phoneNumberId, to: contactPhone, template: { ...order(), name: 'nope' } }), 132001, 404, 'template'],
    ['a paused template', () => bench.client().messages.sendTemplate({ phoneNumberId, to: contactPhone, template: { ...order(), name: 'paused' } }), 132015, 400, 'template'],
    ['a message that never came', () => bench.client().messages.markRead({ phoneNumberId, messageId: 'wamid.nope' }), 131009, 400, 'parameter'],
    ['an unknown account', () => bench.client().templates.list({ businessAccountId: '1' }), 33, 400, 'parameter'],
  ])('%s', async (_, send, code, httpStatus, category) => {
    const before = bench.platform.takenBy('/ingest/v1/messages').length;
    const error = await refusal(send());
    expect({ code: error.code, httpStatus: error.httpStatus, category: error.category }).toEqual({ code, httpStatus, category });
    expect(error.type).toBe('OAuthException');
    expect(error.fbtraceId).toMatch(/^A[A-Za-z0-9_-]{20}$/);
    expect(error.details).toMatch(/\w+ \w+/);
    expect(error.message).toMatch(new RegExp(`^\\(#${code}\\) `));
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(before);
  });

  it.each<[string, ReturnType<typeof problem>, number, number]>([
    ['a refused key', problem(401, 'unauthorized'), 10, 403],
    ['a missing scope', problem(403, 'missing-scope', 'The key needs the scope messages:send.'), 10, 403],
    ['wrong fields', problem(400, 'invalid-fields', 'numberId is not a number of this business.'), 100, 400],
    ['a conflict', problem(422, 'idempotency-conflict'), 131000, 500],
  ])('%s on the platform', async (_, answer, code, httpStatus) => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer });
    const error = await refusal(sendText('x'));
    expect({ code: error.code, httpStatus: error.httpStatus }).toEqual({ code, httpStatus });
    expect(bench.gateway.condition.waitingCalls).toBe(0);
  });

  it('that a directory it cannot reach says nothing about the message', async () => {
    bench.platform.instead.push({ path: '/delivery/v1/directory/lookup', answer: { status: 503 } });
    const error = await refusal(sendText('x', '15551239999'));
    expect({ code: error.code, httpStatus: error.httpStatus, retry: error.retry.action }).toEqual({ code: 131016, httpStatus: 503, retry: 'retry' });
  });
});

describe('the wire, spoken by hand', () => {
  const messages = `/v23.0/${phoneNumberId}/messages`;

  it('answers in its own form whatever comes', async () => {
    expect(await bench.ask('POST', messages, '{"messaging_product":')).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('JSON') } } } });
    expect(await bench.ask('POST', messages, 'x'.repeat(300_000))).toMatchObject({ status: 400, body: { error: { code: 100 } } });
    expect(await bench.ask('POST', messages)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
    expect(await bench.ask('POST', messages, {}, {})).toMatchObject({ status: 401, body: { error: { code: 190 } } });
    expect(await bench.ask('POST', `/v23.0/${phoneNumberId}/nothing`, {})).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('not served') } } } });
    expect(await bench.ask('GET', messages)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
    expect(await bench.ask('GET', `/v23.0/${wabaId}/message_templates?limit=x`)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  });

  it('keeps the account from tokens for sending by hand', async () => {
    const byHand = { Authorization: `Bearer ${bench.made.tokens.app}` };
    expect(await bench.ask('GET', `/v23.0/${wabaId}/subscribed_apps`, undefined, byHand)).toMatchObject({ status: 403, body: { error: { code: 10 } } });
  });

  it('tells an operator how it is', async () => {
    expect(await bench.ask('GET', '/health/live', undefined, {})).toMatchObject({ status: 200 });
    expect(await bench.ask('GET', '/health/ready', undefined, {})).toMatchObject({ status: 200, body: { status: 'ok', waitingCalls: 0 } });
  });
});

describe('a gateway without a key for sending by hand', () => {
  it('makes no token for it', async () => {
    const other = await Bench.open({ withoutAppKey: true, withCallback: false });
    expect(other.made.tokens.app).toBeNull();
    await other.close();
  });
});

describe('the limits of the wire', () => {
  const limits = { throughput: { burst: 4, everyMs: 60_000 }, pair: { burst: 2, everyMs: 60_000 }, account: { burst: 2, everyMs: 60_000 }, app: { burst: 9, everyMs: 60_000 } };
  beforeAll(async () => {
    await bench.stop();
    await bench.start({ limits });
  });

  it('are told in the forms that clients know, with 429', async () => {
    const before = bench.platform.takenBy('/ingest/v1/messages').length;
    await sendText('one');
    await sendText('two', '+1 (555) 123-0001'); // The same contact, however it is written.
    const pair = await refusal(sendText('three'));
    expect(pair).toMatchObject({ code: 131056, httpStatus: 429, category: 'throttling', message: '(#131056) (Business Account, Consumer Account) pair rate limit hit' });
    expect(pair.details).toMatch(/too many messages sent from this phone number to the same phone number in a short period of time\. Try again in 60 s\./);
    for (const to of ['15551230098', '15551230099']) await sendText('x', to);
    expect(await refusal(sendText('x', '15551230097'))).toMatchObject({ code: 130429, httpStatus: 429, category: 'throttling', message: '(#130429) Rate limit hit' });
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(before + 2);

    const list = () => bench.client().templates.list({ businessAccountId: wabaId });
    await list();
    await list();
    expect(await refusal(list())).toMatchObject({ code: 80007, httpStatus: 429, category: 'throttling', message: '(#80007) Rate limit issues' });
    expect(await refusal(sendText('x'))).toMatchObject({ code: 4, httpStatus: 429, category: 'throttling', message: '(#4) Application request limit reached' });
    expect((await bench.ask('POST', `/v23.0/${phoneNumberId}/messages`, {}, { Authorization: 'Bearer wrong' })).status).toBe(401); // Whoever has no token uses nothing up.
    await expect(sendText('by hand', contactPhone, bench.client(bench.made.tokens.app!))).rejects.toMatchObject({ code: 131056 });
  });

  it('are forgotten at a restart', async () => {
    await bench.stop();
    await bench.start({ limits });
    expect((await sendText('again')).messages).toHaveLength(1);
  });
});
