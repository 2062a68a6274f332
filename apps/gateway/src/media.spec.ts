import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { normalizeWebhook } from '@kapso/whatsapp-cloud-api/server';
import { Bench, phoneNumberId } from './testing/bench.fixture.js';
import { contactPhone, problem } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

const bytesOf = (length: number, factor = 7) => Uint8Array.from({ length }, (_, at) => (at * factor) & 255);
const picture = bytesOf(200_000);
const blob = (bytes: Uint8Array, type: string) => new Blob([new Uint8Array(bytes)], { type });
const hash = (bytes: Uint8Array, as: 'hex' | 'base64') => createHash('sha256').update(bytes).digest(as);

let bench: Bench;
/** The web that links lead to. */
let web: Server;
let webHits = 0;
let webBase: string;
let clock = 0;
const options = { mediaFromPrivate: true, mediaBytes: 300 * 1024 * 1024, now: () => Date.now() + clock };
beforeAll(async () => {
  web = createServer((asked, response) => {
    webHits += 1;
    if (asked.url === '/gone.png') return void response.writeHead(404).end();
    const type = asked.url!.endsWith('.html') ? 'text/html' : 'image/png';
    response.writeHead(200, { 'Content-Type': type }).end(asked.url === '/large.png' ? Buffer.alloc(5 * 1024 * 1024 + 1) : picture);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webBase = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  bench = await Bench.open(options);
});
afterAll(async () => {
  await bench.close();
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

const upload = async (bytes: Uint8Array = picture, type = 'image/png', fileName = 'a.png') => (await bench.client().media.upload({ phoneNumberId, type, file: blob(bytes, type), fileName })).id;
const lastSent = () => bench.platform.read(bench.platform.takenBy('/ingest/v1/messages').at(-1)!);
const to = { phoneNumberId, to: contactPhone };
const onDisk = () => readdirSync(join(bench.folder, 'media')).sort();
const answer = async (sending: Promise<unknown>) => sending.then(() => 'taken', ({ code, details }: { code: number; details: string }) => ({ code, details }));
const bearer = () => ({ Authorization: `Bearer ${bench.made.tokens.api}` });
const form = async (fields: readonly (readonly [string, string | Blob])[], headers: Record<string, string> = bearer()) => {
  const body = new FormData();
  for (const [name, value] of fields) if (typeof value === 'string') body.append(name, value); else body.append(name, value, 'x.png'); // prettier-ignore
  const response = await fetch(`${bench.base}/v23.0/${phoneNumberId}/media`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as { id?: string; error?: { code: number; error_data: { details: string } } } };
};

describe('the client, unmodified', () => {
  it('uploads a file, asks for it, downloads it, and deletes it', async () => {
    const { media } = bench.client();
    const id = await upload();
    expect(id).toMatch(/^\d{16}$/);
    const about = await media.get({ mediaId: id });
    expect(about).toEqual({ messagingProduct: 'whatsapp', id, mimeType: 'image/png', sha256: hash(picture, 'hex'), fileSize: picture.length, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/gateway\/media\//) });
    expect(Buffer.compare(Buffer.from((await media.download({ mediaId: id, auth: 'always' })) as ArrayBuffer), picture)).toBe(0);
    expect(await media.delete({ mediaId: id })).toEqual({ success: true });
    expect(await answer(media.get({ mediaId: id }))).toMatchObject({ code: 33 });
    expect(onDisk()).not.toContain(id);
  });

  it('sends what it uploaded, which the contact alone can open; twice, but it goes up once', async () => {
    const id = await upload();
    const before = bench.platform.attachments.size;
    await Promise.all([1, 2].map(() => bench.client().messages.sendImage({ ...to, image: { id, caption: 'Our shop' } })));
    const content = await lastSent();
    if (content.type !== 'image') throw new Error('it is no image');
    expect(content).toMatchObject({ caption: 'Our shop', file: { mimeType: 'image/png', length: picture.length, sha256: hash(picture, 'hex') } });
    expect(content.file).not.toHaveProperty('filename');
    expect(bench.platform.opened(content.file).equals(picture)).toBe(true);
    expect(bench.platform.attachments.size).toBe(before + 1);
    expect(bench.platform.attachments.get(content.file.attachmentId)!.includes(Buffer.from(picture.subarray(0, 1_000)))).toBe(false);
    clock += 25 * 3_600_000; // The phone may be off for as long as the platform keeps the message: the file has to be there as long.
    await bench.client().messages.sendImage({ ...to, image: { id } });
    expect(bench.platform.attachments.size).toBe(before + 2);
  });

  it('sends every kind of file, and files above buttons and in templates', async () => {
    const { messages } = bench.client();
    const [pdf, sound, film, sticker, image] = await Promise.all([upload(picture, 'application/pdf', 'bill.pdf'), upload(picture, 'audio/ogg; codecs=opus'), upload(picture, 'video/mp4'), upload(picture.subarray(0, 90_000), 'image/webp'), upload()]);
    await messages.sendDocument({ ...to, document: { id: pdf!, caption: 'May', filename: 'May.pdf' } });
    expect(await lastSent()).toMatchObject({ type: 'document', caption: 'May', file: { filename: 'May.pdf', mimeType: 'application/pdf' } });
    await messages.sendDocument({ ...to, document: { id: pdf! } });
    expect(await lastSent()).toMatchObject({ type: 'document', file: { filename: 'bill.pdf' } });
    await messages.sendAudio({ ...to, audio: { id: sound!, voice: true } });
    expect(await lastSent()).toMatchObject({ type: 'audio', voice: true, file: { mimeType: 'audio/ogg; codecs=opus' } });
    await messages.sendVideo({ ...to, video: { id: film! } });
    expect(await lastSent()).toMatchObject({ type: 'video' });
    await messages.sendSticker({ ...to, sticker: { id: sticker! } });
    expect(await lastSent()).toMatchObject({ type: 'sticker' });
    await messages.sendInteractiveButtons({ ...to, bodyText: 'Well?', header: { type: 'image', image: { id: image! } }, buttons: [{ id: '1', title: 'Yes' }] });
    expect(await lastSent()).toMatchObject({ type: 'interactive', header: { kind: 'image', file: { mimeType: 'image/png' } } });
    await messages.sendTemplate({ ...to, template: { name: 'brochure', language: { code: 'en_US' }, components: [{ type: 'header', parameters: [{ type: 'image', image: { id: image! } }] }, { type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'MORE' }] }] } });
    expect(await lastSent()).toMatchObject({ type: 'template', parameters: [{ component: 'header', values: [{ kind: 'image', text: '', file: { mimeType: 'image/png' } }] }, { component: 'button', values: [{ kind: 'payload', text: 'MORE' }] }] });
    expect(bench.platform.takenBy('/ingest/v1/messages').at(-1)!.body).toMatchObject({ template: { parameters: [{ component: 'header', kinds: ['image'] }, { component: 'button', kinds: ['payload'] }] } });
    expect(await answer(messages.sendImage({ ...to, image: { id: film! } }))).toEqual({ code: 131053, details: 'image is of type video/mp4; image takes image/jpeg, image/png.' });
  });

  it('sends what lies at a link, fetched once within minutes', async () => {
    const { messages } = bench.client();
    const before = webHits;
    for (const _ of [1, 2]) await messages.sendImage({ ...to, image: { link: `${webBase}/shop.png` } });
    const content = await lastSent();
    expect(content.type === 'image' && bench.platform.opened(content.file).equals(picture)).toBe(true);
    expect(webHits).toBe(before + 1);
    const refused = (name: string) => answer(messages.sendImage({ ...to, image: { link: `${webBase}/${name}` } }));
    expect(await refused('gone.png')).toMatchObject({ code: 131053, details: expect.stringMatching(/HTTP code 404/) });
    expect(await refused('page.html')).toMatchObject({ code: 131053, details: expect.stringMatching(/Received file of type 'text\/html'/) });
    expect(await refused('large.png')).toMatchObject({ code: 131053, details: expect.stringMatching(/more than 5242880 bytes/) });
  });

  it('reads what a contact sent, and downloads it', async () => {
    const file = bench.platform.leave(picture, { mimeType: 'application/pdf', filename: 'bill.pdf' });
    bench.platform.write('m-doc', { type: 'document', file, caption: 'See', from: { phone: contactPhone, name: 'Ada' } });
    await until(() => bench.business.values.some(({ messages }) => messages?.[0]?.type === 'document'));
    const { document } = bench.business.values.find(({ messages }) => messages?.[0]?.type === 'document')!.messages![0]!;
    expect(document).toEqual({ id: expect.stringMatching(/^\d{16}$/), mime_type: 'application/pdf', sha256: hash(picture, 'base64'), caption: 'See', filename: 'bill.pdf' });
    const raw = bench.business.posts.find((post) => post.raw.includes('"document"'))!.raw;
    expect(raw).not.toContain(file.key);
    expect(normalizeWebhook(JSON.parse(raw)).messages).toMatchObject([{ type: 'document', document: { id: document!.id, filename: 'bill.pdf' } }]);
    const { media, messages } = bench.client();
    expect(Buffer.compare(Buffer.from((await media.download({ mediaId: document!.id, auth: 'always' })) as ArrayBuffer), picture)).toBe(0);
    await messages.sendDocument({ ...to, document: { id: document!.id } }); // Handed on as it lies.
    expect(await lastSent()).toMatchObject({ type: 'document', file });
    bench.platform.attachments.get(file.attachmentId)![100]! ^= 1;
    const { url } = await media.get({ mediaId: document!.id });
    const changed = await fetch(url, { headers: bearer() });
    expect([changed.status, ((await changed.json()) as { error: { code: number } }).error.code]).toEqual([400, 131052]);
    bench.platform.attachments.delete(file.attachmentId);
    expect(await (await fetch(url, { headers: bearer() })).json()).toMatchObject({ error: { code: 131052, error_data: { details: expect.stringMatching(/not kept any more/) } } });
  });
});

describe('the URL of a file', () => {
  it('is good for five minutes, with a token, and for that file', async () => {
    const id = await upload();
    const { url } = await bench.client().media.get({ mediaId: id });
    const ask = async (at: string, headers: Record<string, string> = bearer()) => (await fetch(at, { headers })).status;
    expect([await ask(url), await ask(url, {}), await ask(url, { Authorization: 'Bearer x' })]).toEqual([200, 401, 401]);
    const other = await upload();
    expect([await ask(url.replace(id, other)), await ask(url.replace(/until=\d+/, 'until=99999999999')), await ask(url.replace(/proof=.*/, ''))]).toEqual([403, 403, 403]);
    clock += 5 * 60_000 + 1_000;
    expect(await ask(url)).toBe(403);
  });

  it('begins as the operator says', async () => {
    await bench.stop();
    await bench.start({ ...options, publicUrl: 'https://gateway.example.com/' });
    expect((await bench.client().media.get({ mediaId: await upload() })).url).toMatch(/^https:\/\/gateway\.example\.com\/gateway\/media\/\d{16}\/content\?/);
  });
});

describe('an upload', () => {
  const file = blob(picture, 'image/png');
  const product = ['messaging_product', 'whatsapp'] as const;

  it('may have its fields before or behind its file, and its type with either', async () => {
    for (const fields of [[product, ['type', 'image/png'], ['file', file]], [['file', file], product], [['type', 'image'], ['file', file], product], [['file', file], ['type', 'image/png'], product]] as const) {
      const { status, body } = await form(fields);
      expect([status, body]).toEqual([200, { id: expect.stringMatching(/^\d{16}$/) }]);
    }
  });

  it.each<[string, () => ReturnType<typeof form>, number, RegExp]>([
    ['no file', () => form([product]), 131008, /file is missing/],
    ['a file of another name', () => form([product, ['picture', file]]), 131008, /file is missing/],
    ['no product', () => form([['file', file]]), 131008, /messaging_product is missing/],
    ['another product', () => form([['file', file], ['messaging_product', 'sms']]), 100, /must be "whatsapp"/],
    ['a type that the wire has not', () => form([product, ['type', 'image/gif'], ['file', file]]), 100, /^Param file must be a file with one of the following types: image\/jpeg.*Received file of type 'image\/gif'/],
    ['two types', () => form([['file', file], ['type', 'image/jpeg'], product]), 100, /type says image\/jpeg/],
    ['too large a file', () => form([product, ['file', blob(new Uint8Array(5 * 1024 * 1024 + 1), 'image/png')]]), 131053, /at most 5242880 bytes/],
    ['an empty file', () => form([product, ['file', blob(new Uint8Array(), 'image/png')]]), 131053, /empty/],
    ['no token', () => form([product, ['file', file]], {}), 190, /Authorization/],
  ])('with %s is refused, and nothing is kept', async (_, send, code, details) => {
    const before = onDisk();
    const { body } = await send();
    expect(body.error).toMatchObject({ code, error_data: { details: expect.stringMatching(details) } });
    expect(onDisk()).toEqual(before);
  });

  it('that breaks off leaves nothing', async () => {
    const before = onDisk();
    const begun = request(`${bench.base}/v23.0/${phoneNumberId}/media`, { method: 'POST', headers: { ...bearer(), 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': 1_000_000 } });
    begun.on('error', () => undefined);
    begun.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n');
    begun.write(picture);
    await until(() => onDisk().some((name) => name.endsWith('.new')));
    begun.destroy();
    await until(() => onDisk().length === before.length);
    expect(onDisk()).toEqual(before);
  });

  it('survives a restart, and lies sealed in the folder', async () => {
    const id = await upload();
    mkdirSync(join(bench.folder, 'media'), { recursive: true });
    for (const left of ['1111111111111111', '2222222222222222.new']) writeFileSync(join(bench.folder, 'media', left), 'x');
    await bench.stop();
    for (const name of onDisk()) expect(readFileSync(join(bench.folder, 'media', name)).includes(Buffer.from(picture.subarray(0, 500)))).toBe(false);
    await bench.start(options);
    await bench.client().messages.sendImage({ ...to, image: { id } });
    const content = await lastSent();
    expect(content.type === 'image' && bench.platform.opened(content.file).equals(picture)).toBe(true);
    await until(() => !onDisk().includes('1111111111111111') && !onDisk().includes('2222222222222222.new')); // What a crash left.
    expect(onDisk()).toContain(id);
  });

  it('is forgotten after 30 days', async () => {
    const id = await upload();
    clock += 30 * 24 * 3_600_000 + 1;
    expect(await answer(bench.client().media.get({ mediaId: id }))).toMatchObject({ code: 33 });
    expect(await answer(bench.client().messages.sendImage({ ...to, image: { id } }))).toMatchObject({ code: 100, details: expect.stringMatching(/image\.id is not the id of a file here/) });
    await bench.stop();
    await bench.start(options);
    await until(() => !onDisk().includes(id));
  });

  it('is not taken while too much is kept', async () => {
    await bench.stop();
    await bench.start({ ...options, mediaBytes: 5 * 1024 * 1024 });
    await upload(picture, 'image/webp');
    expect(await answer(upload())).toMatchObject({ code: 131016 });
  });
});

describe('a file that cannot go up now', () => {
  it('is not sent, and neither is its message', async () => {
    await bench.stop();
    await bench.start(options);
    const id = await upload();
    const before = bench.platform.takenBy('/ingest/v1/messages').length;
    const send = () => answer(bench.client().messages.sendImage({ ...to, image: { id } }));
    const path = '/delivery/v1/attachments';
    bench.platform.instead.push({ path, answer: 'hang up' }, { path, answer: problem(429, 'too-many-requests', 'Tomorrow.') }, { path, answer: problem(403, 'missing-scope') });
    expect(await send()).toMatchObject({ code: 131016 });
    expect(await send()).toMatchObject({ code: 130429, details: expect.stringMatching(/Tomorrow/) });
    expect(await send()).toMatchObject({ code: 10 });
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(before);
    expect(await send()).toBe('taken');
  });
});
