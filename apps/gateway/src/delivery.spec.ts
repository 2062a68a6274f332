import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { normalizeWebhook } from '@kapso/whatsapp-cloud-api/server';
import { fromBase64, readMessage } from '@parley/crypto';
import type { Content } from '@parley/sdk';
import { TestEnd } from '@parley/sdk/testing';
import { Bench, phoneNumberId, wabaId } from './testing/bench.fixture.js';
import { contactId, contactPhone, conversationId, problem } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

let bench: Bench;
beforeEach(async () => void (bench = await Bench.open()));
afterEach(() => bench.close());

const send = async (body = 'Hello', to = contactPhone) => (await bench.client().messages.sendText({ phoneNumberId, to, body, bizOpaqueCallbackData: 'order 7' })).messages[0]!.id;
const platformId = (wamid: string) => wamid.slice('wamid.'.length);
const statuses = () => bench.business.values.flatMap((value) => value.statuses ?? []);
const messages = () => bench.business.values.flatMap((value) => value.messages ?? []);

describe('webhooks', () => {
  it('bring what a contact wrote, in the form that clients read', async () => {
    bench.platform.write('m1', { type: 'text', body: 'Is it there? 📦', from: { phone: contactPhone, name: 'Ada' } }, { at: '2026-11-23T10:00:00.900Z', entryPoint: { sourceId: 'ad-1', clickId: 'click-1' } });
    await until(() => messages().length === 1);
    expect(JSON.parse(bench.business.posts[0]!.raw)).toEqual({
      object: 'whatsapp_business_account',
      entry: [{ id: wabaId, changes: [{ field: 'messages', value: {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
        contacts: [{ profile: { name: 'Ada' }, wa_id: contactPhone }],
        messages: [{
          from: contactPhone, id: expect.stringMatching(/^wamid\./), timestamp: '1795428000', type: 'text', text: { body: 'Is it there? 📦' },
          referral: { source_type: 'ad', source_id: 'ad-1', ctwa_clid: 'click-1' },
        }],
      } }] }],
    }); // prettier-ignore
    const read = normalizeWebhook(JSON.parse(bench.business.posts[0]!.raw));
    expect(read).toMatchObject({ phoneNumberId, contacts: [{ waId: contactPhone }], messages: [{ from: contactPhone, text: { body: 'Is it there? 📦' }, kapso: { direction: 'inbound' } }] });
  });

  it('bring every kind of message, and what it answers', async () => {
    const sent = await send('Which?');
    const by = { from: { phone: contactPhone, name: 'Ada' } };
    const said: Content[] = [
      { type: 'list_reply', id: 'r1', title: 'Row', replyTo: platformId(sent), ...by },
      { type: 'location', latitudeE7: 525_200_000, longitudeE7: 134_050_000, replyTo: 'm0', ...by },
      { type: 'reaction', messageId: platformId(sent), emoji: '👍', ...by },
      { type: 'reaction', messageId: 'm1', emoji: '', ...by },
      { type: 'template_reply', payload: 'P', text: 'Yes', replyTo: 'unknown', ...by },
    ];
    said.forEach((content, n) => bench.platform.write(`m${n}`, content));
    await until(() => messages().length === said.length);
    const [list, place, liked, unliked, button] = messages();
    expect(list).toMatchObject({ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r1', title: 'Row' } }, context: { from: '15550783881', id: sent } });
    expect(place).toMatchObject({ type: 'location', location: { latitude: 52.52, longitude: 13.405 }, context: { from: '15550783881', id: list!.id } });
    expect(liked).toMatchObject({ type: 'reaction', reaction: { message_id: sent, emoji: '👍' } });
    expect(unliked!.reaction).toEqual({ message_id: place!.id });
    expect(button).toMatchObject({ type: 'button', button: { payload: 'P', text: 'Yes' } });
    expect(button).not.toHaveProperty('context');
    const read = bench.business.posts.flatMap(({ raw }) => normalizeWebhook(JSON.parse(raw)).messages);
    expect(read.map(({ type, kapso }) => [type, kapso?.direction])).toEqual(['interactive', 'location', 'reaction', 'reaction', 'button'].map((type) => [type, 'inbound']));
  });

  it('say of what only a business says that it cannot be shown', async () => {
    bench.platform.write('m1', { type: 'interactive', kind: 'cta_url', body: 'Pay', button: 'Pay', url: 'https://example.com', from: { phone: contactPhone, name: 'Ada' } });
    await until(() => messages().length === 1);
    expect(messages()[0]).toMatchObject({ type: 'unsupported', errors: [{ code: 131051 }] });
  });

  it('bring every status, with the price where the platform says it', async () => {
    const id = await send();
    const free = { billable: false, type: 'free_customer_service' };
    bench.platform.status(platformId(id), 'sent', { billable: null, pricing: free });
    bench.platform.status(platformId(id), 'delivered', { billable: true, pricing: free });
    bench.platform.status(platformId(id), 'read', { billable: false });
    await until(() => statuses().length === 3);
    const pricing = { ...free, pricing_model: 'PMP', category: 'service' };
    const common = { id, timestamp: expect.stringMatching(/^\d{10}$/), recipient_id: contactPhone, biz_opaque_callback_data: 'order 7' };
    expect(statuses()).toEqual([
      { ...common, status: 'sent', pricing },
      { ...common, status: 'delivered', pricing },
      { ...common, status: 'read' },
    ]);
  });

  it('say what the charge says, where the platform cannot know a price before: a little later', async () => {
    const id = await send();
    const path = `/billing/v1/charges/${conversationId}.${platformId(id)}`;
    bench.platform.instead.push({ path, answer: problem(404, 'not-found') }, { path, answer: problem(404, 'not-found') }, { path, answer: { status: 200, body: { pricing: { type: 'free_entry_point', category: 'referral_conversion' } } } });
    bench.platform.status(platformId(id), 'sent', { billable: null, pricing: null });
    bench.platform.status(platformId(id), 'delivered', { billable: true, pricing: null });
    await until(() => statuses().length === 2);
    expect(statuses().map(({ pricing }) => pricing)).toEqual([undefined, { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' }]);
  });

  it.each([['is not there', problem(404, 'not-found')], ['is nothing the key may read', problem(403, 'missing-scope')], ['cannot be had', problem(503, 'stopping')]])('are not held back for long where the charge %s', async (_, answer) => {
    const id = await send();
    bench.platform.instead.push({ path: `/billing/v1/charges/${conversationId}.${platformId(id)}`, answer, always: true });
    bench.platform.status(platformId(id), 'delivered', { billable: true, pricing: null });
    await until(() => statuses().length === 1);
    expect(statuses()[0]!.pricing).toEqual({ billable: true, pricing_model: 'PMP', category: 'service' });
  });

  it('claim no kind of price that the platform has not said', async () => {
    const id = await send();
    bench.platform.status(platformId(id), 'sent', { billable: null });
    bench.platform.status(platformId(id), 'read', { billable: true, category: 'utility' });
    await until(() => statuses().length === 2);
    expect(statuses().map(({ pricing }) => pricing)).toEqual([undefined, { billable: true, pricing_model: 'PMP', category: 'utility' }]);
  });

  it.each<[string, number]>([
    ['window_closed', 131047], ['no_consent', 131026], ['consent_revoked', 131050], ['undeliverable', 131026], ['envelope_expired', 131026],
    ['template_not_approved', 132001], ['over_budget', 131042], ['something new', 131026],
  ])('say why a message failed: %s is %d', async (reason, code) => {
    const id = await send();
    bench.platform.status(platformId(id), 'failed', { reason, detail: 'more' });
    await until(() => statuses().length === 1);
    expect(statuses()[0]).toMatchObject({ id, status: 'failed', errors: [{ code, title: expect.any(String), message: expect.any(String), error_data: { details: expect.stringMatching(/\w+ \w+.*\(more\)/) } }] });
  }); // prettier-ignore

  it('say of a number nobody can be reached at that it failed, after it was accepted', async () => {
    const id = await send('Hello', '+1 (555) 123-0099');
    await until(() => statuses().length === 1);
    expect(statuses()[0]).toMatchObject({ id, status: 'failed', recipient_id: '15551230099', biz_opaque_callback_data: 'order 7', errors: [{ code: 131026 }] });
    expect(bench.platform.taken.size).toBe(0);
  });

  it('are signed over the bytes that are sent', async () => {
    bench.platform.text('m1', 'Grüße, ünïcode \u2028 and "quotes"');
    await until(() => messages().length === 1);
    expect(bench.business.posts.every(({ signed }) => signed)).toBe(true);
    await bench.stop();
    bench.business.appSecret = 'another';
    await bench.start();
    bench.platform.text('m2', 'never acknowledged');
    await until(() => bench.business.posts.some(({ signed }) => !signed)); // The same check fails under another secret.
  });
});

describe('the webhook of a window that expires', () => {
  const notices = () => bench.business.values.flatMap(({ window_expiring }) => window_expiring ?? []);

  it('is of a field of its own, names the contact and its message, and is signed', async () => {
    bench.platform.text('m1', 'Are you there?');
    bench.platform.windowExpiring('m1', '2099-11-23T10:00:00.900Z');
    await until(() => notices().length === 1);
    expect(bench.business.posts.every(({ signed }) => signed)).toBe(true);
    const changes = bench.business.posts.flatMap(({ raw }) => (JSON.parse(raw) as { entry: { changes: { field: string; value: object }[] }[] }).entry.flatMap((entry) => entry.changes));
    expect(changes.map(({ field }) => field)).toEqual(['messages', 'window_expiring']);
    expect(changes[1]!.value).toEqual({
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
      contacts: [{ profile: { name: 'Ada' }, wa_id: contactPhone }],
      window_expiring: { wa_id: contactPhone, message_id: messages()[0]!.id, timestamp: expect.stringMatching(/^\d{10}$/), closes_at: '4099111200' },
    });
    expect(() => normalizeWebhook({ entry: [{ changes: [changes[1]] }] })).not.toThrow();
  });

  it('is not sent once the window is closed', async () => {
    bench.platform.windowExpiring('m0', new Date(Date.now() - 1_000).toISOString());
    bench.platform.text('m1', 'behind it');
    await until(() => messages().length === 1);
    await until(() => bench.gateway.condition.waitingWebhooks === 0);
    expect(notices()).toEqual([]);
  });
});

describe('a contact with more devices than the gateway knows', () => {
  it('gets the message on all of them, under the same id, after the platform has named them', async () => {
    await send('before');
    const { device, directory } = bench.platform;
    const tablet = new TestEnd(contactId, 'd-tablet', directory);
    await tablet.start();
    await device.enrolment.add(await tablet.enrolment.linkCode());
    await tablet.start();
    const wamid = await send('for both');
    const tries = bench.platform.arrived.filter(({ path, body }) => path === '/ingest/v1/messages' && body['messageId'] === platformId(wamid));
    expect(tries).toHaveLength(2);
    const envelopes = tries.map(({ body }) => fromBase64(String(body['envelope']))!);
    expect(envelopes.map((envelope) => readMessage(envelope).wraps.map(({ recipient }) => recipient.deviceId))).toEqual([['d-contact'], ['d-contact', 'd-tablet']]);
    for (const end of [device, tablet]) expect(await end.open('b1', platformId(wamid), envelopes[1]!)).toMatchObject({ content: { body: 'for both' }, category: 'service' });
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(2);
  });

  it('is given up where the platform never has enough', async () => {
    await send('before');
    const stale = { type: 'urn:parley:problem:stale-devices', title: 'Sealed for other devices', status: 409, detail: 'Because.', accounts: [{ accountId: contactId, listVersion: 9, missing: ['x'], extra: [] }] };
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 409, body: stale, headers: { 'Content-Type': 'application/problem+json' } }, always: true });
    await expect(send('again')).rejects.toMatchObject({ code: 131000 });
  });
});

describe('a message that cannot be shown', () => {
  const secret = (phone: string): Content => ({ type: 'text', body: 'secret', from: { phone, name: 'Eve' } });
  const seal = (phone = contactPhone) => bench.platform.seal('m-bad', secret(phone));
  const sealedByRemoved = async () => {
    const { device, directory } = bench.platform;
    const second = new TestEnd(contactId, 'd-second', directory);
    await second.start();
    await device.enrolment.add(await second.enrolment.linkCode());
    await second.start();
    const envelope = await bench.platform.seal('m-bad', secret(contactPhone), second);
    await device.enrolment.remove('d-second');
    return envelope;
  };

  it.each<[string, () => Promise<object>]>([
    ['was changed on its way', async () => ({ envelope: `${(await seal()).slice(0, -8)}AAAAAAA=` })],
    ['is no envelope', async () => ({ envelope: 'AAAA' })],
    ['has lost its envelope', async () => ({ envelope: null })],
    ['was sealed by a device that was removed', async () => ({ envelope: await sealedByRemoved() })],
    ['says another phone number than its sender has', async () => ({ envelope: await seal('15551230099') })],
    ['was moved from another conversation', async () => ({ envelope: await seal(), conversationId: 'b1.c2', contactId: 'c2' })],
  ])('because it %s becomes a webhook that says so, and holds nothing up', async (_, item) => {
    bench.platform.put({ kind: 'message', conversationId, messageId: 'm-bad', numberId: 'n1', contactId, at: new Date().toISOString(), ...(await item()) });
    bench.platform.text('m-good', 'behind it');
    await until(() => messages().length === 2);
    expect(messages()[0]).toMatchObject({ type: 'unsupported', errors: [{ code: 131051, error_data: { details: expect.any(String) } }] });
    expect(messages()[1]).toMatchObject({ type: 'text', text: { body: 'behind it' } });
    expect(bench.lines.join('\n')).toMatch(/Message m-bad of conversation b1\.c\d cannot be shown: \w+/);
  });

  it('does not let an unknown kind of item hold anything up', async () => {
    bench.platform.put({ kind: 'balloon' });
    bench.platform.put({ kind: 'status', status: 'teleported', conversationId, messageId: 'x', contactId, at: 1 });
    bench.platform.text('m-good', 'behind it');
    await until(() => messages().length === 1);
  });
});

describe('STOP', () => {
  it('revokes consent on the platform, and is a webhook like any other', async () => {
    bench.platform.text('m1', "please don't stop");
    bench.platform.text('m2', ' Stop! ');
    await until(() => messages().length === 2 && bench.platform.takenBy('/ingest/v1/consents').length === 1);
    const [consent] = bench.platform.takenBy('/ingest/v1/consents');
    expect(consent!.body).toEqual({ contactId, action: 'revoke', categories: ['service', 'utility', 'marketing', 'authentication'], source: 'stop_word' });
  });
});

describe('a callback', () => {
  it('inside a private network gets nothing, also where it was set while that was allowed', async () => {
    await bench.stop();
    await bench.start({ privateAddresses: 'refuse' });
    bench.platform.text('m1', 'for somebody inside');
    await until(() => bench.lines.some((line) => /did not acknowledge 1 webhooks \(127\.0\.0\.1 leads into a private network/.test(line)));
    expect(bench.business.posts).toEqual([]);
    const { url, verifyToken } = bench.business;
    const refused = await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, { override_callback_uri: url, verify_token: verifyToken });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('leads into a private network') } } } });
  });

  it('is refused when it fails the handshake, and webhooks wait', async () => {
    await bench.stop();
    await bench.start({ withCallback: false });
    await bench.ask('DELETE', `/v23.0/${wabaId}/subscribed_apps`);
    bench.platform.text('m1', 'kept');
    await until(() => bench.gateway.condition.waitingWebhooks === 1);
    await until(() => bench.lines.some((line) => line.includes('no callback URL is set')));
    const subscribe = (body: object) => bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, body);
    const refused = { status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('was not verified') } } } };
    expect(await subscribe({ override_callback_uri: bench.business.url, verify_token: 'wrong' })).toMatchObject(refused);
    expect(await subscribe({ override_callback_uri: bench.business.url.replace('tenant=7', ''), verify_token: bench.business.verifyToken })).toMatchObject(refused);
    expect(await subscribe({ override_callback_uri: 'ftp://x', verify_token: 'x' })).toMatchObject(refused);
    expect(await subscribe({ verify_token: 'x' })).toMatchObject({ status: 400, body: { error: { code: 131008 } } });
    expect(messages()).toEqual([]);
    expect(await bench.ask('GET', `/v23.0/${wabaId}/subscribed_apps`)).toMatchObject({ body: { data: [] } });

    expect(await subscribe({ override_callback_uri: bench.business.url, verify_token: bench.business.verifyToken })).toMatchObject({ status: 200, body: { success: true } });
    await until(() => messages().length === 1);
    expect(await bench.ask('GET', `/v23.0/${wabaId}/subscribed_apps`)).toMatchObject({ body: { data: [{ override_callback_uri: bench.business.url }] } });
  });

  it('that is down gets everything once it is back, once, whatever was restarted meanwhile', async () => {
    await bench.business.close();
    bench.platform.text('m1', 'one');
    bench.platform.status('s1', 'sent');
    await until(() => bench.gateway.condition.waitingWebhooks === 2);
    await bench.stop();
    await bench.start();
    bench.platform.text('m3', 'three');
    await until(() => bench.gateway.condition.waitingWebhooks === 3);
    await bench.business.listen();
    await until(() => bench.gateway.condition.waitingWebhooks === 0);
    expect(messages().map(({ text }) => text?.body).sort()).toEqual(['one', 'three']);
    expect(statuses()).toHaveLength(1);
    await bench.stop();
    await bench.start();
    bench.platform.text('m4', 'four');
    await until(() => messages().length === 3);
    expect(messages().at(-1)!.text!.body).toBe('four');
    expect(statuses()).toHaveLength(1); // And nothing again.
  });

  it('acknowledges with 200 and nothing else', async () => {
    const answers = [500, 204, 302, 404];
    bench.business.answer = () => answers.shift() ?? 200;
    bench.platform.text('m1', 'one');
    await until(() => messages().length === 1);
    expect(bench.business.posts).toHaveLength(5);
    expect(new Set(bench.business.posts.map(({ raw }) => raw)).size).toBe(1); // The same bytes each time.
  });

  it('that cannot digest one event gets all the others', async () => {
    bench.business.answer = (values) => (values.some((value) => value.messages?.[0]?.text?.body === 'poison') ? 500 : 200);
    for (let n = 0; n < 7; n++) bench.platform.text(`m${n}`, n === 3 ? 'poison' : `good ${n}`);
    await until(() => messages().length === 6);
    await until(() => bench.gateway.condition.waitingWebhooks === 1);
    bench.business.answer = () => 200;
    await until(() => messages().length === 7);
  });

  it('gets large numbers of events in batches', async () => {
    await bench.business.close();
    for (let n = 0; n < 120; n++) bench.platform.status(`s${n}`, 'sent');
    await until(() => bench.gateway.condition.waitingWebhooks === 120);
    await bench.business.listen();
    await until(() => statuses().length === 120);
    expect(Math.max(...bench.business.posts.map(({ events }) => events))).toBeLessThanOrEqual(50);
  });

});

describe('the platform', () => {
  beforeEach(async () => {
    await bench.stop();
    await bench.start({ answerWithinMs: 300 });
  });

  it('that is away when a message is sent gets it later, once, in the bytes first sealed', async () => {
    const before = await send('first');
    await bench.platform.close();
    const id = await send('while away');
    expect(bench.gateway.condition.waitingCalls).toBe(1);
    await bench.platform.listen();
    await until(() => bench.gateway.condition.waitingCalls === 0);
    expect(bench.platform.takenBy('/ingest/v1/messages').map(({ key }) => `wamid.${key}`)).toEqual([before, id]);
  });

  it('that took a message and did not say so gets the same bytes under the same key', async () => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: 'take, then hang up' });
    await send();
    await until(() => bench.gateway.condition.waitingCalls === 0);
    const sent = bench.platform.arrived.filter(({ path }) => path === '/ingest/v1/messages');
    expect(sent).toHaveLength(2);
    expect(sent[0]!.body).toEqual(sent[1]!.body);
    expect(sent[0]!.key).toBe(sent[1]!.key);
    expect(bench.platform.taken.size).toBe(1);
  });

  it('gets what an earlier run of the gateway could not hand over', async () => {
    await send('first');
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 503 }, always: true });
    const ids = [await send('a'), await send('b')];
    const attempts = bench.platform.arrived.filter(({ key }) => key === platformId(ids[0]!));
    await bench.stop();
    bench.platform.instead.length = 0;
    await bench.start();
    await until(() => bench.gateway.condition.waitingCalls === 0);
    const taken = ids.map((id) => bench.platform.taken.get(platformId(id)));
    expect(await Promise.all(taken.map((arrived) => bench.platform.read(arrived!)))).toEqual([{ type: 'text', body: 'a' }, { type: 'text', body: 'b' }]);
    expect(taken[0]!.body).toEqual(attempts[0]!.body);
  });

  it('that refuses a message after it was accepted makes it fail by webhook', async () => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 503 } }, { path: '/ingest/v1/messages', answer: { status: 503 } });
    for (let n = 0; n < 6; n++) bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 503 } });
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: problem(400, 'invalid-fields', 'numberId is not a number of this business.') });
    const id = await send();
    await until(() => statuses().length === 1);
    expect(statuses()[0]).toMatchObject({ id, status: 'failed', errors: [{ code: 100, error_data: { details: expect.stringContaining('numberId is not') } }] });
    expect(bench.gateway.condition.waitingCalls).toBe(0);
  });

  it('that no longer takes the gateway\'s key does not make promised messages fail', async () => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 503 }, always: true });
    const id = await send();
    bench.platform.instead.splice(0, 1, { path: '/ingest/v1/messages', answer: problem(401, 'unauthorized'), always: true });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(statuses()).toEqual([]);
    bench.platform.instead.length = 0;
    await until(() => bench.platform.taken.has(platformId(id)));
  });

  it('gets nothing from a gateway that is stopping', async () => {
    await bench.gateway.stop();
    const refused = await bench.ask('POST', `/v23.0/${phoneNumberId}/messages`, { messaging_product: 'whatsapp', to: contactPhone, text: { body: 'x' } });
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 131016 } } });
    expect(bench.platform.taken.size).toBe(0);
  });
});
