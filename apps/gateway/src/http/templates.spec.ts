import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apiKey, Bench, phoneNumberId, wabaId } from '../testing/bench.fixture.js';
import { contactPhone, problem } from '../testing/fake-platform.fixture.js';
import { until } from '../testing/until.fixture.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ templateWatchMs: 50 });
});
afterEach(() => bench.close());

const path = `/v23.0/${wabaId}/message_templates`;
const greeting = { name: 'greeting', language: 'en_US', category: 'UTILITY', components: [{ type: 'BODY', text: 'Hello {{1}}, {{2}} waits. Bye {{1}}.' }] };
const create = (change: object = {}) => bench.ask('POST', path, { ...greeting, ...change });
const listed = async (query = '') => (await bench.ask('GET', `${path}${query}`)).body as unknown as { readonly data: readonly { readonly id: string; readonly name: string; readonly status: string }[] };
const idOf = async (name: string) => (await listed(`?name=${name}`)).data[0]!.id;
const send = (name: string, texts: readonly string[]) =>
  bench.ask('POST', `/v23.0/${phoneNumberId}/messages`, {
    messaging_product: 'whatsapp', to: contactPhone, type: 'template',
    template: { name, language: { code: 'en_US' }, components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }] },
  }); // prettier-ignore
const changes = () => bench.business.posts.flatMap(({ raw }) => (JSON.parse(raw) as { entry: { id: string; changes: { field: string; value: Record<string, unknown> }[] }[] }).entry.flatMap((entry) => entry.changes));
const events = () => changes().flatMap(({ field, value }) => (field === 'message_template_status_update' ? [`${String(value['message_template_name'])} ${String(value['event'])}`] : []));

describe('the life of a template', () => {
  it('goes from PENDING to APPROVED, back to PENDING with an edit, and ends when it is deleted; each step is a webhook', async () => {
    await until(() => bench.platform.arrived.some(({ path: asked }) => asked === '/notifications/v1/templates')); // What was there before is no news.
    const made = await create();
    expect(made).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^\d{16}$/), status: 'PENDING', category: 'UTILITY' } });
    const [published] = bench.platform.takenBy('/notifications/v1/templates');
    expect(published).toMatchObject({ token: `Bearer ${apiKey}`, body: { name: 'greeting', language: 'en_US', category: 'utility', body: greeting.components[0]!.text, parameters: [{ component: 'body', kinds: ['text', 'text'] }] } });
    expect(await send('greeting', ['Ada', 'tea'])).toMatchObject({ status: 404, body: { error: { code: 132001 } } });
    await until(() => events().length === 1);

    bench.platform.review('greeting', 'approved');
    await until(() => events().length === 2);
    expect((await send('greeting', ['Ada', 'tea'])).status).toBe(200);

    const id = await idOf('greeting');
    expect(id).toBe(made.body['id']);
    const edit = () => bench.ask('POST', `/v23.0/${id}`, { components: [{ type: 'BODY', text: 'Hi {{1}}.' }] });
    expect(await edit()).toMatchObject({ status: 200, body: { success: true, id } });
    expect((await edit()).status).toBe(200); // Said again, it is as it was.
    expect(bench.platform.takenBy('/notifications/v1/templates')).toHaveLength(2);
    await until(() => events().length === 3);
    expect((await bench.ask('GET', `/v23.0/${id}`)).body).toEqual({ id, name: 'greeting', parameter_format: 'POSITIONAL', components: [{ type: 'BODY', text: 'Hi {{1}}.' }], language: 'en_US', status: 'PENDING', category: 'UTILITY' });
    expect((await bench.ask('GET', `/v23.0/${id}?fields=quality_score,rejected_reason,sub_category`)).body).toEqual({ id, quality_score: { score: 'UNKNOWN' }, rejected_reason: 'NONE' });

    bench.platform.review('greeting', 'rejected', 'marketing');
    await until(() => events().length === 4);
    expect((await bench.ask('DELETE', `${path}?name=greeting`)).body).toEqual({ success: true });
    await until(() => events().length === 5);
    expect((await listed('?name=greeting')).data).toEqual([]);
    expect(events()).toEqual(['greeting PENDING', 'greeting APPROVED', 'greeting PENDING', 'greeting REJECTED', 'greeting DELETED']);
    expect(changes().find(({ field }) => field === 'template_category_update')?.value).toEqual({ message_template_id: Number(id), message_template_name: 'greeting', message_template_language: 'en_US', previous_category: 'UTILITY', new_category: 'MARKETING' });
  });

  it('is told later when the platform did not answer, and that is in the log', async () => {
    await until(() => bench.platform.arrived.some(({ path: asked }) => asked === '/notifications/v1/templates'));
    bench.platform.instead.push({ path: '/notifications/v1/templates', answer: { status: 503 }, always: true });
    bench.platform.review('shipping', 'paused');
    await until(() => bench.lines.filter((line) => line.includes('Templates cannot be looked at')).length >= 2);
    expect(events()).toEqual([]);
    bench.platform.instead.length = 0;
    await until(() => events().length === 1);
    expect(events()).toEqual(['shipping PAUSED']);
  });

  it('begins anew under a name that was deleted, with an id that stays', async () => {
    await create();
    bench.platform.review('greeting', 'approved');
    const id = await idOf('greeting');
    await bench.ask('DELETE', `${path}?name=greeting&hsm_id=${id}`);
    expect(await send('greeting', ['Ada', 'tea'])).toMatchObject({ status: 404, body: { error: { code: 132001 } } });
    await bench.stop();
    await bench.start();
    expect((await listed('?name=greeting')).data).toEqual([]); // Deleted is deleted, also after a restart.
    expect(await create()).toMatchObject({ status: 200, body: { id } });
    expect((await listed('?name=greeting')).data).toMatchObject([{ id, status: 'PENDING' }]);
  });
});

describe('a template that cannot be', () => {
  it.each<[string, object, number, RegExp]>([
    ['no name', { name: undefined }, 131008, /name is missing/],
    ['a name of other letters', { name: 'Greeting!' }, 100, /lower-case/],
    ['no language', { language: undefined }, 131008, /language is missing/],
    ['an unknown category', { category: 'GREETING' }, 100, /MARKETING, UTILITY, AUTHENTICATION/],
    ['no components', { components: undefined }, 131008, /components is missing/],
    ['an empty list of components', { components: [] }, 131008, /needs a BODY/],
    ['a header', { components: [...greeting.components, { type: 'HEADER', format: 'TEXT', text: 'x' }] }, 100, /components\[1\]\.type must be BODY/],
    ['two bodies', { components: [...greeting.components, ...greeting.components] }, 100, /second BODY/],
    ['named places', { components: [{ type: 'BODY', text: 'Hello {{name}}' }] }, 100, /\{\{name\}\}; places are numbered/],
    ['named places by its format', { parameter_format: 'NAMED' }, 100, /POSITIONAL/],
    ['a gap', { components: [{ type: 'BODY', text: '{{1}} {{3}}' }] }, 100, /\{\{2\}\} is missing/],
    ['too long a text', { components: [{ type: 'BODY', text: 'x'.repeat(1_025) }] }, 100, /at most 1024/],
    ['a library', { library_template_name: 'x' }, 100, /no library/],
  ])('is refused for %s', async (_, change, code, details) => {
    expect(await create(change)).toMatchObject({ status: 400, body: { error: { code, error_data: { details: expect.stringMatching(details) } } } });
    expect(bench.platform.takenBy('/notifications/v1/templates')).toEqual([]);
  });

  it('is refused where one is there, in the form that clients know', async () => {
    expect(await create({ name: 'shipping' })).toEqual({
      status: 400, headers: expect.anything(),
      body: { error: {
        message: '(#100) Invalid parameter', type: 'OAuthException', code: 100, error_subcode: 2388024, error_user_title: 'Content in this language already exists', error_user_msg: expect.stringContaining('shipping in en_US'),
        error_data: { messaging_product: 'whatsapp', details: expect.any(String) }, fbtrace_id: expect.any(String),
      } },
    }); // prettier-ignore
    expect((await create({ name: 'shipping', language: 'de' })).status).toBe(200);
  });

  it('is refused as the platform refuses it', async () => {
    await bench.stop();
    const asked = () => bench.platform.arrived.filter((one) => one.path === '/notifications/v1/templates').length;
    const before = asked();
    await bench.start({ templateWatchMs: 3_600_000 });
    await until(() => asked() > before); // It has looked, and takes none of the answers that are meant for us.
    bench.platform.instead.push({ path: '/notifications/v1/templates', answer: { status: 200, body: { data: [] } } }, { path: '/notifications/v1/templates', answer: problem(403, 'missing-scope', 'The key needs the scope templates:write.') });
    expect(await create()).toMatchObject({ status: 403, body: { error: { code: 10, error_data: { details: expect.stringContaining('templates:write') } } } });
  });

  it('cannot be edited, read or deleted', async () => {
    expect(await bench.ask('POST', '/v23.0/1234', { category: 'UTILITY' })).toMatchObject({ status: 400, body: { error: { code: 33 } } });
    expect(await bench.ask('GET', '/v23.0/1234')).toMatchObject({ status: 400, body: { error: { code: 33 } } });
    expect(await bench.ask('DELETE', `${path}?name=nope`)).toMatchObject({ status: 400, body: { error: { code: 100, error_user_title: 'Message template not found' } } });
    expect(await bench.ask('DELETE', path)).toMatchObject({ status: 400, body: { error: { code: 131008 } } });
    expect(await bench.ask('POST', `/v23.0/${await idOf('shipping')}`, {})).toMatchObject({ status: 400, body: { error: { code: 131008 } } });
  });

  it('is not for the token for sending by hand', async () => {
    const byHand = { Authorization: `Bearer ${bench.made.tokens.app!}` };
    for (const [method, where] of [['GET', path], ['POST', path], ['DELETE', `${path}?name=shipping`], ['GET', `/v23.0/${await idOf('shipping')}`], ['POST', `/v23.0/${await idOf('shipping')}`]] as const) {
      expect(await bench.ask(method, where, method === 'POST' ? {} : undefined, byHand)).toMatchObject({ status: 403, body: { error: { code: 10 } } });
    }
    expect((await bench.ask('GET', `/v23.0/${phoneNumberId}`, undefined, byHand)).status).toBe(200);
  });
});

describe('lists', () => {
  it.each([
    ['?status=APPROVED', ['shipping', 'brochure']], ['?status=["PAUSED","REJECTED"]', ['paused']], ['?category=marketing', ['brochure', 'paused']], ['?language=de', []], ['?name=shipping', ['shipping']], ['?name=ship', []],
    ['?name_or_content=ship', ['shipping']], ['?content=hi', ['shipping', 'paused']], ['?quality_score=GREEN', []], ['?quality_score=UNKNOWN', ['shipping', 'brochure', 'paused']],
  ])('of templates are narrowed by %s', async (query, names) => {
    expect((await listed(query)).data.map(({ name }) => name)).toEqual(names);
  }); // prettier-ignore

  it('of templates have links that can be followed', async () => {
    const first = (await bench.ask('GET', `${path}?limit=1&fields=name`)).body as unknown as { readonly data: readonly object[]; readonly paging: { readonly next: string } };
    expect(first.data).toEqual([{ name: 'shipping', id: expect.any(String) }]);
    expect(first.paging.next.startsWith(`${bench.base}${path}?`)).toBe(true);
    const next = await fetch(first.paging.next, { headers: { Authorization: `Bearer ${bench.made.tokens.api}` } });
    expect(await next.json()).toMatchObject({ data: [{ name: 'brochure' }], paging: { previous: expect.any(String) } });
  });

  it('of numbers say what is known of them', async () => {
    const all = { verified_name: 'Parley Shop', code_verification_status: 'VERIFIED', display_phone_number: '+1 555-078-3881', quality_rating: 'UNKNOWN', platform_type: 'CLOUD_API', throughput: { level: 'STANDARD' }, id: phoneNumberId };
    expect((await bench.ask('GET', `/v23.0/${wabaId}/phone_numbers`)).body['data']).toEqual([all]);
    expect((await bench.ask('GET', `/v23.0/${phoneNumberId}`)).body).toEqual(all);
    expect((await bench.ask('GET', `/v23.0/${phoneNumberId}?fields=status,health_status{can_send_message}`)).body).toEqual({ id: phoneNumberId, status: 'CONNECTED' });
  });
});

describe('a subscription', () => {
  const subscribe = (change: object = {}) => bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, { override_callback_uri: bench.business.url, verify_token: bench.business.verifyToken, ...change });
  const fieldsSeen = () => [...new Set(changes().map(({ field }) => field))];

  it('is to all fields unless it says which, and says which there are', async () => {
    expect((await bench.ask('GET', `/v23.0/${wabaId}/subscribed_apps`)).body['data']).toEqual([{
      whatsapp_business_api_data: { id: wabaId, name: 'Parley Shop' }, override_callback_uri: bench.business.url,
      subscribed_fields: ['messages', 'message_template_status_update', 'template_category_update', 'user_preferences', 'window_expiring'],
    }]); // prettier-ignore
    bench.platform.text('m1', 'STOP');
    await until(() => fieldsSeen().length === 2);
    expect(fieldsSeen()).toEqual(['messages', 'user_preferences']);
    expect(changes().find(({ field }) => field === 'user_preferences')!.value).toMatchObject({ user_preferences: [{ wa_id: contactPhone, category: 'marketing_messages', value: 'stop', timestamp: expect.any(Number) }] });
    expect(await subscribe({ subscribed_fields: ['messages', 'calls'] })).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('has calls, which is not told here') } } } });
    expect((await subscribe({ subscribed_fields: [] })).status).toBe(400);
  });

  it('brings the chosen fields alone, also of what waits already, and is kept', async () => {
    bench.business.answer = () => 500;
    bench.platform.text('m1', 'STOP');
    bench.platform.windowExpiring('m1', '2099-11-23T10:00:00.900Z');
    await until(() => bench.gateway.condition.waitingWebhooks === 3);
    expect((await subscribe({ subscribed_fields: 'messages, template_category_update' })).status).toBe(200);
    expect(bench.gateway.condition.waitingWebhooks).toBe(1);
    await bench.stop();
    const before = bench.business.posts.length;
    bench.business.answer = () => 200;
    await bench.start();
    bench.platform.text('m2', 'STOP');
    bench.platform.text('m3', 'last');
    await until(() => bench.business.values.some(({ messages }) => messages?.[0]?.text?.body === 'last'));
    expect([...new Set(bench.business.posts.slice(before).flatMap(({ raw }) => raw.match(/"field":"\w+"/g) ?? []))]).toEqual(['"field":"messages"']);
  });

  it('without an address is to the one that is known, asked anew', async () => {
    expect((await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`)).body).toEqual({ success: true });
    expect((await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, {})).body).toEqual({ success: true });
    await bench.business.close();
    expect((await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`)).status).toBe(400);
    await bench.ask('DELETE', `/v23.0/${wabaId}/subscribed_apps`);
    expect(await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`)).toMatchObject({ status: 400, body: { error: { code: 131008 } } });
  });

  it('may come in the query', async () => {
    const query = new URLSearchParams({ override_callback_uri: bench.business.url, verify_token: bench.business.verifyToken, subscribed_fields: 'messages' });
    expect((await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps?${query}`)).body).toEqual({ success: true });
    expect((await bench.ask('GET', `/v23.0/${wabaId}/subscribed_apps`)).body['data']).toMatchObject([{ subscribed_fields: ['messages'] }]);
  });
});
