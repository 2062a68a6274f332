// The clients of the Cloud API that businesses use, unmodified: only their base URL is ours. One table for both, so that neither one's habits
// become the wire.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import GreatDetail from '@great-detail/whatsapp';
import { GraphApiError, type WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { Bench, phoneNumberId, wabaId } from './testing/bench.fixture.js';
import { contactPhone } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

interface Row {
  readonly what: string;
  readonly kapso: (client: WhatsAppClient['messages']) => Promise<unknown>;
  readonly great: (client: GreatDetail['message']) => Promise<unknown>;
  /** What the contact reads, at least. */
  readonly reads: { readonly type: string; readonly [field: string]: unknown };
}

let bench: Bench;
let files: Server;
let great: GreatDetail;
let kapso: WhatsAppClient;
/** A message of the contact's, to be quoted, marked as read, reacted to. */
let inbound = '';

beforeAll(async () => {
  bench = await Bench.open({ templateWatchMs: 50, mediaFromPrivate: true });
  kapso = bench.client();
  great = new GreatDetail({ prefixUrl: bench.base, graphVersion: 'v23.0', request: { headers: { Authorization: `Bearer ${bench.made.tokens.api}` } } });
  const kinds: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp', mp4: 'video/mp4', mp3: 'audio/mpeg', pdf: 'application/pdf' };
  files = createServer((request, response) => void response.writeHead(200, { 'Content-Type': kinds[request.url?.split('.').at(-1) ?? ''] ?? 'text/plain' }).end(Buffer.alloc(512, 7)));
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  bench.platform.text('m-in', 'Hello');
  await until(() => bench.business.values.some(({ messages }) => messages !== undefined));
  inbound = bench.business.values.flatMap(({ messages }) => messages ?? [])[0]!.id;
});
afterAll(async () => {
  files.closeAllConnections();
  files.close();
  await bench.close();
});

const link = (name: string) => `http://127.0.0.1:${(files.address() as AddressInfo).port}/${name}`;
const to = contactPhone;
const kapsoTo = { phoneNumberId, to };
const greatTo = { phoneNumberID: phoneNumberId, to };
/** What the client's types have no word for although its code sends it. */
const untyped = (message: object) => message as Parameters<GreatDetail['message']['createMessage']>[0];
const order = { name: 'shipping', language: { code: 'en_US' as const }, components: [{ type: 'body' as const, parameters: [{ type: 'text' as const, text: '17' }, { type: 'text' as const, text: 'on Monday' }] }] };
const place = { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Street 1' };
const person = { name: { formatted_name: 'Ada Lovelace', first_name: 'Ada' }, phones: [{ phone: '+15551230001', type: 'WORK' }] };
const buttons = { type: 'button', body: { text: 'Which?' }, action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'This' } }, { type: 'reply', reply: { id: 'b', title: 'That' } }] } };
const list = { type: 'list', body: { text: 'Which?' }, action: { button: 'Choose', sections: [{ title: 'All', rows: [{ id: 'a', title: 'This' }] }] } };
const address = { type: 'cta_url', body: { text: 'See' }, action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://shop.example.com/' } } };

const rows: readonly Row[] = [
  { what: 'a text', kapso: (m) => m.sendText({ ...kapsoTo, body: 'Hello' }), great: (m) => m.createMessage({ ...greatTo, type: 'text', text: { body: 'Hello' } } as never), reads: { type: 'text', body: 'Hello' } },
  { what: 'a text with a link to look at', kapso: (m) => m.sendText({ ...kapsoTo, body: 'See https://example.com', previewUrl: true }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'text', text: { body: 'See https://example.com', preview_url: true } })), reads: { type: 'text', body: 'See https://example.com' } },
  { what: 'an answer that quotes', kapso: (m) => m.sendText({ ...kapsoTo, body: 'Fine', contextMessageId: inbound, bizOpaqueCallbackData: 'case 7' }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'text', text: { body: 'Fine' }, context: { message_id: inbound }, biz_opaque_callback_data: 'case 7' })), reads: { type: 'text', body: 'Fine', replyTo: 'm-in' } },
  { what: 'a template', kapso: (m) => m.sendTemplate({ ...kapsoTo, template: order }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'template', template: order })), reads: { type: 'template', name: 'shipping', version: 3 } },
  { what: 'an image', kapso: (m) => m.sendImage({ ...kapsoTo, image: { link: link('a.png'), caption: 'Look' } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'image', image: { link: link('a.png'), caption: 'Look' } })), reads: { type: 'image', caption: 'Look', file: { mimeType: 'image/png', length: 512 } } },
  { what: 'a video', kapso: (m) => m.sendVideo({ ...kapsoTo, video: { link: link('a.mp4') } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'video', video: { link: link('a.mp4') } })), reads: { type: 'video', file: { mimeType: 'video/mp4', length: 512 } } },
  { what: 'audio', kapso: (m) => m.sendAudio({ ...kapsoTo, audio: { link: link('a.mp3') } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'audio', audio: { link: link('a.mp3') } })), reads: { type: 'audio', file: { mimeType: 'audio/mpeg', length: 512 } } },
  { what: 'a document', kapso: (m) => m.sendDocument({ ...kapsoTo, document: { link: link('a.pdf'), filename: 'a.pdf' } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'document', document: { link: link('a.pdf'), filename: 'a.pdf' } })), reads: { type: 'document', file: { mimeType: 'application/pdf', length: 512, filename: 'a.pdf' } } },
  { what: 'a sticker', kapso: (m) => m.sendSticker({ ...kapsoTo, sticker: { link: link('a.webp') } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'sticker', sticker: { link: link('a.webp') } })), reads: { type: 'sticker', file: { mimeType: 'image/webp', length: 512 } } },
  { what: 'a location', kapso: (m) => m.sendLocation({ ...kapsoTo, location: place }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'location', location: place })), reads: { type: 'location', name: 'Shop', address: 'Street 1', latitudeE7: 525_000_000, longitudeE7: 134_000_000 } },
  { what: 'contacts', kapso: (m) => m.sendContacts({ ...kapsoTo, contacts: [{ name: { formattedName: 'Ada Lovelace', firstName: 'Ada' }, phones: [{ phone: '+15551230001', type: 'WORK' }] }] }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'contacts', contacts: [person] })), reads: { type: 'contacts' } },
  { what: 'a reaction', kapso: (m) => m.sendReaction({ ...kapsoTo, reaction: { messageId: inbound, emoji: '👍' } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'reaction', reaction: { message_id: inbound, emoji: '👍' } })), reads: { type: 'reaction', messageId: 'm-in', emoji: '👍' } },
  { what: 'buttons', kapso: (m) => m.sendInteractiveButtons({ ...kapsoTo, bodyText: 'Which?', buttons: [{ id: 'a', title: 'This' }, { id: 'b', title: 'That' }] }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'interactive', interactive: buttons })), reads: { type: 'interactive', kind: 'button', body: 'Which?', buttons: [{ id: 'a', title: 'This' }, { id: 'b', title: 'That' }] } },
  { what: 'a list', kapso: (m) => m.sendInteractiveList({ ...kapsoTo, bodyText: 'Which?', buttonText: 'Choose', sections: [{ title: 'All', rows: [{ id: 'a', title: 'This' }] }] }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'interactive', interactive: list })), reads: { type: 'interactive', kind: 'list', body: 'Which?' } },
  { what: 'a button with an address', kapso: (m) => m.sendInteractiveCtaUrl({ ...kapsoTo, bodyText: 'See', parameters: { displayText: 'Open', url: 'https://shop.example.com/' } }), great: (m) => m.createMessage(untyped({ ...greatTo, type: 'interactive', interactive: address })), reads: { type: 'interactive', kind: 'cta_url', body: 'See' } },
]; // prettier-ignore

const clients = ['kapso', 'great'] as const;
const messages = () => bench.platform.takenBy('/ingest/v1/messages');

/** The code of a refusal, as either client tells it. */
async function codeOf(calling: Promise<unknown>): Promise<number> {
  const error: unknown = await calling.then(() => null, (thrown: unknown) => thrown);
  if (error instanceof GraphApiError) return error.code;
  const { response } = error as { readonly response: Response };
  return ((await response.json()) as { readonly error: { readonly code: number } }).error.code;
}

describe.each(clients)('%s sends', (name) => {
  const send = (row: Row) => (name === 'kapso' ? row.kapso(kapso.messages) : row.great(great.message));

  it.each(rows.map((row) => [row.what, row] as const))('%s', async (_, row) => {
    const before = messages().length;
    const answer = (await send(row)) as Response & { readonly messages: readonly { readonly id: string }[] };
    const { messages: sent } = name === 'kapso' ? answer : ((await answer.json()) as typeof answer);
    expect(sent).toEqual([{ id: expect.stringMatching(/^wamid\./), ...(row.reads.type === 'template' ? { [name === 'kapso' ? 'messageStatus' : 'message_status']: 'accepted' } : {}) }]);
    const taken = bench.platform.taken.get(sent[0]!.id.slice('wamid.'.length))!;
    expect(messages()).toHaveLength(before + 1);
    expect(await bench.platform.read(taken)).toMatchObject(row.reads);
  });

  it('that a message was read, and that it is typing', async () => {
    const said = name === 'kapso'
      ? [await kapso.messages.markRead({ phoneNumberId, messageId: inbound }), await kapso.messages.markRead({ phoneNumberId, messageId: inbound, typingIndicator: { type: 'text' } })]
      : [await great.message.createStatus({ phoneNumberID: phoneNumberId, status: 'read', message_id: inbound }).json(), await great.message.createStatus({ phoneNumberID: phoneNumberId, status: 'read', message_id: inbound, typing_indicator: { type: 'text' } }).json()]; // prettier-ignore
    expect(said).toEqual([{ success: true }, { success: true }]);
    expect(bench.platform.arrived.filter(({ path }) => path === '/delivery/v1/receipts')).toHaveLength(1);
  });
});

describe.each(clients)('%s and media', (name) => {
  const file = new Blob([new Uint8Array(512).fill(7)], { type: 'image/png' });

  it('uploads, looks up, downloads and deletes', async () => {
    const upload = () => (name === 'kapso' ? kapso.media.upload({ phoneNumberId, type: 'image/png', file, fileName: 'a.png' }) : great.media.upload({ phoneNumberID: phoneNumberId, mimeType: 'image/png', file, filename: 'a.png' }).json());
    const { id } = (await upload()) as { readonly id: string };
    const found = name === 'kapso' ? await kapso.media.get({ mediaId: id, phoneNumberId }) : await great.media.getURL({ mediaID: id, phoneNumberID: phoneNumberId }).json();
    expect(found).toMatchObject({ id, url: expect.stringMatching(/^http/) });
    // Both leave the token out of a download unless they are told: an address of media is for whoever holds the token.
    const { url } = found as { readonly url: string };
    const headers = { Authorization: `Bearer ${bench.made.tokens.api}` };
    const bytes = name === 'kapso' ? ((await kapso.media.download({ mediaId: id, phoneNumberId, auth: 'always' })) as ArrayBuffer) : await great.media.download({ mediaURL: url, request: { headers } }).arrayBuffer();
    expect(new Uint8Array(bytes)).toEqual(new Uint8Array(512).fill(7));
    const deleted = name === 'kapso' ? await kapso.media.delete({ mediaId: id, phoneNumberId }) : await great.media.delete({ mediaID: id, phoneNumberID: phoneNumberId }).json();
    expect(deleted).toEqual({ success: true });
  });
});

describe('kapso manages', () => {
  it('templates', async () => {
    const made = await kapso.templates.create({ businessAccountId: wabaId, name: 'kapso_one', language: 'en_US', category: 'UTILITY', parameterFormat: 'POSITIONAL', components: [{ type: 'BODY', text: 'Hello {{1}}' }] });
    expect(made).toEqual({ id: expect.stringMatching(/^\d+$/), status: 'PENDING', category: 'UTILITY' });
    expect(await kapso.templates.get({ businessAccountId: wabaId, templateId: made.id })).toMatchObject({ id: made.id, name: 'kapso_one', status: 'PENDING', components: [{ type: 'BODY', text: 'Hello {{1}}' }] });
    const listed = await kapso.templates.list({ businessAccountId: wabaId, name: 'kapso_one', status: 'PENDING', category: 'UTILITY', language: 'en_US', order: 'ASC', limit: 10 });
    expect(listed.data.map(({ id }) => id)).toEqual([made.id]);
    const names: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await kapso.templates.list({ businessAccountId: wabaId, limit: 1, ...(after === undefined ? {} : { after }) });
      if (page.data.length === 0) break;
      names.push(...page.data.map((one) => one.name));
      after = page.paging.cursors.after!;
    }
    expect(names).toEqual(expect.arrayContaining(['shipping', 'paused', 'kapso_one']));
    expect(new Set(names).size).toBe(names.length);
    expect(await kapso.templates.delete({ businessAccountId: wabaId, name: 'kapso_one', language: 'en_US' })).toEqual({ success: true });
    expect(await codeOf(kapso.templates.delete({ businessAccountId: wabaId, name: 'kapso_one' }))).toBe(100);
  });
});

describe('great manages', () => {
  it('templates', async () => {
    const made = await great.template.create(wabaId, { name: 'great_one', language: 'en_US', category: 'UTILITY', parameter_format: 'POSITIONAL', components: [{ type: 'BODY', text: 'Hello {{1}}' }] } as never).json<{ id: string }>();
    expect(made).toEqual({ id: expect.stringMatching(/^\d+$/), status: 'PENDING', category: 'UTILITY' });
    expect(await great.template.get(made.id, { fields: ['name', 'status', 'quality_score'] } as never).json()).toEqual({ id: made.id, name: 'great_one', status: 'PENDING', quality_score: { score: 'UNKNOWN' } });
    const listed = await great.template.list(wabaId, { name_or_content: 'great', status: ['PENDING', 'APPROVED'], category: ['UTILITY'], language: 'en_US', quality_score: ['UNKNOWN', 'GREEN'], limit: 10, fields: ['name'] } as never).json<{ data: object[] }>();
    expect(listed.data).toEqual([{ id: made.id, name: 'great_one' }]);
    expect(await great.template.update(made.id, { category: 'MARKETING', components: [{ type: 'BODY', text: 'Hi {{1}}' }] } as never).json()).toMatchObject({ success: true });
    expect(await great.template.get(made.id, {}).json()).toMatchObject({ category: 'MARKETING', status: 'PENDING', components: [{ type: 'BODY', text: 'Hi {{1}}' }] });
    expect(await great.template.delete(wabaId, { name: 'great_one', hsm_id: made.id }).json()).toEqual({ success: true });
    expect(await codeOf(great.template.get(made.id, {}))).toBe(33);
  });

  it('numbers, and reads the account', async () => {
    expect(await great.phoneNumbers.listPhoneNumbers({ businessAccountID: wabaId }).json()).toMatchObject({ data: [{ id: phoneNumberId, verified_name: 'Parley Shop', quality_rating: 'UNKNOWN', throughput: { level: 'STANDARD' } }] });
    expect(await great.phoneNumbers.getPhoneNumber({ phoneNumberID: phoneNumberId, fields: ['display_phone_number', ['health_status', ['can_send_message']]] } as never).json()).toEqual({ id: phoneNumberId, display_phone_number: '+1 555-078-3881' });
    expect(await great.whatsappBusinessAccount.get(wabaId).json()).toEqual({ id: wabaId, name: 'Parley Shop' });
  });

  it('subscriptions', async () => {
    const { url, verifyToken } = bench.business;
    expect(await great.subscribedApps.createSubscription({ businessAccountID: wabaId, override_callback_uri: url, verify_token: verifyToken }).json()).toEqual({ success: true });
    expect(await great.subscribedApps.createSubscription({ businessAccountID: wabaId }).json()).toEqual({ success: true });
    expect(await great.subscribedApps.listSubscriptions({ businessAccountID: wabaId }).json()).toMatchObject({ data: [{ whatsapp_business_api_data: { id: wabaId, name: 'Parley Shop' } }] });
    expect(await codeOf(great.subscribedApps.createSubscription({ businessAccountID: wabaId, override_callback_uri: url, verify_token: 'wrong' }))).toBe(100);
  });

  it('is told what is not served, in the form it knows', async () => {
    for (const call of [great.businessProfile.getBusinessProfile({ phoneNumberID: phoneNumberId }), great.template.listLibrary({})]) expect([33, 100]).toContain(await codeOf(call));
  });
});

describe('webhooks', () => {
  const seen = () => bench.business.posts.map(({ raw, headers }) => ({ raw, headers, at: String(headers['x-hub-signature-256']) }));
  beforeAll(async () => {
    bench.platform.text('m-hook', 'Grüße \u2028');
    bench.platform.text('m-stop', 'STOP');
    bench.platform.status('s-hook', 'delivered', { billable: true, pricing: { billable: true, type: 'regular' } });
    bench.platform.status('s-fail', 'failed', { reason: 'window_closed' });
    bench.platform.windowExpiring('m-hook', '2099-11-23T10:00:00.900Z');
    bench.platform.review('paused', 'approved', 'utility');
    const fields = () => new Set(seen().flatMap(({ raw }) => raw.match(/"field":"\w+"/g) ?? []));
    await until(() => fields().size === 5 && seen().some(({ raw }) => raw.includes('131047')));
  });

  it('are signed as both clients verify it, and not otherwise', async () => {
    for (const { raw, headers } of seen()) {
      expect(verifySignature({ appSecret: bench.made.appSecret, rawBody: raw, signatureHeader: String(headers['x-hub-signature-256']) })).toBe(true);
      const notified = await great.webhook.eventNotification({ method: 'POST', headers, body: raw } as never);
      await expect(notified.verifySignature(bench.made.appSecret)).resolves.toBeUndefined();
      await expect(notified.verifySignature('another')).rejects.toThrow(/match/);
      expect(notified.eventNotification).toEqual(JSON.parse(raw));
    }
  });

  it('are parsed by kapso, whatever their field', () => {
    const parsed = seen().map(({ raw }) => normalizeWebhook(JSON.parse(raw)));
    expect(parsed.flatMap(({ messages: all }) => all)).toEqual(expect.arrayContaining([expect.objectContaining({ from: contactPhone, type: 'text', text: { body: 'Grüße \u2028' } })]));
    expect(parsed.flatMap(({ statuses }) => statuses)).toEqual(expect.arrayContaining([
      expect.objectContaining({ status: 'delivered', pricing: expect.objectContaining({ billable: true }) }),
      expect.objectContaining({ status: 'failed', errors: [expect.objectContaining({ code: 131047 })] }),
    ])); // prettier-ignore
    expect(parsed.flatMap(({ contacts }) => contacts)).toEqual(expect.arrayContaining([expect.objectContaining({ waId: contactPhone, profile: { name: 'Ada' } })]));
    expect(parsed.flatMap(({ raw }) => Object.keys(raw))).toEqual(expect.arrayContaining(['userPreferences']));
  });

  it('begin with a handshake that great knows', async () => {
    const asked: URLSearchParams[] = [];
    const own = createServer((request, response) => {
      const query = new URL(request.url ?? '/', 'http://own').searchParams;
      asked.push(query);
      void great.webhook.register({ method: 'GET', query: Object.fromEntries(query) } as never).then((registration) => response.end(registration.verifyToken === 'word' ? registration.accept() : 'no'));
    });
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}/`;
    const before = bench.business.url;
    expect(await great.subscribedApps.createSubscription({ businessAccountID: wabaId, override_callback_uri: url, verify_token: 'word' }).json()).toEqual({ success: true });
    expect(await codeOf(great.subscribedApps.createSubscription({ businessAccountID: wabaId, override_callback_uri: url, verify_token: 'other' }))).toBe(100);
    expect(asked[0]!.get('hub.mode')).toBe('subscribe');
    await great.subscribedApps.createSubscription({ businessAccountID: wabaId, override_callback_uri: before, verify_token: bench.business.verifyToken });
    own.closeAllConnections();
    own.close();
  });
});
