import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttachedFile } from '@parley/sdk';
import { formsOf, needle, Scanner } from '@parley/testing';
import { Bench, phoneNumberId } from './testing/bench.fixture.js';
import { contactPhone } from './testing/fake-platform.fixture.js';
import { until } from './testing/until.fixture.js';

// Words that occur nowhere else; whoever sees one has seen content.
const canaries = {
  text: 'canary-text-4f81', parameter: 'canary-parameter-9b02', inbound: 'canary-inbound-77ac', name: 'canary-name-e310',
  refused: 'canary-refused-52cd', unsent: 'canary-unsent-08fe', badTemplate: 'canary-template-6a1b', stop: 'STOP',
  file: 'canary-file-d4c7', caption: 'canary-caption-3e5a', filename: 'canary-filename-b81d', sentIn: 'canary-sentin-20f6', button: 'canary-button-61e9',
} as const; // prettier-ignore
const words = Object.values(canaries).filter((word) => word !== 'STOP');

let bench: Bench;
let downloaded: Buffer;
beforeAll(async () => {
  bench = await Bench.open({ answerWithinMs: 500 });
  const { messages } = bench.client();
  const quiet = (sending: Promise<unknown>) => sending.catch(() => undefined);
  await messages.sendText({ phoneNumberId, to: contactPhone, body: canaries.text });
  const template = (name: string, texts: string[]) => ({ name, language: { code: 'en_US' }, components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }] });
  await messages.sendTemplate({ phoneNumberId, to: contactPhone, template: template('shipping', [canaries.parameter, 'x']) });
  await quiet(messages.sendTemplate({ phoneNumberId, to: contactPhone, template: template('shipping', [canaries.badTemplate]) }));
  await quiet(messages.sendText({ phoneNumberId, to: '15551230099', body: canaries.refused }));
  await quiet(messages.sendText({ phoneNumberId, to: contactPhone, body: canaries.refused.repeat(400) }));
  await quiet(bench.client('wrong').messages.sendText({ phoneNumberId, to: contactPhone, body: canaries.refused }));
  await bench.ask('POST', `/v23.0/${phoneNumberId}/messages`, `{"text": {"body": "${canaries.refused}`);
  const { id } = await bench.client().media.upload({ phoneNumberId, type: 'application/pdf', file: new Blob([canaries.file.repeat(100)], { type: 'application/pdf' }), fileName: `${canaries.filename}.pdf` });
  await messages.sendDocument({ phoneNumberId, to: contactPhone, document: { id, caption: canaries.caption } });
  await messages.sendInteractiveButtons({ phoneNumberId, to: contactPhone, bodyText: canaries.button, buttons: [{ id: 'x', title: 'x' }] });
  const file = bench.platform.leave(new TextEncoder().encode(canaries.sentIn.repeat(100)), { mimeType: 'text/plain' });
  bench.platform.write('m0', { type: 'document', file, caption: canaries.inbound, from: { phone: contactPhone, name: canaries.name } });
  await until(() => bench.business.values.some(({ messages: all }) => all?.[0]?.type === 'document'));
  const received = bench.business.values.find(({ messages: all }) => all?.[0]?.type === 'document')!.messages![0]!.document!;
  downloaded = Buffer.from((await bench.client().media.download({ mediaId: received.id, auth: 'always' })) as ArrayBuffer);
  bench.platform.write('m1', { type: 'text', body: canaries.inbound, from: { phone: contactPhone, name: canaries.name } });
  bench.platform.text('m2', canaries.stop);
  await until(() => bench.business.values.some(({ messages: all }) => all?.[0]?.text?.body === canaries.inbound) && bench.platform.takenBy('/ingest/v1/consents').length === 1);
  // One that stays in the outbox, and one that stays among the webhooks, across a restart.
  bench.platform.instead.push({ path: '/ingest/v1/messages', answer: { status: 503 }, always: true });
  await messages.sendText({ phoneNumberId, to: contactPhone, body: canaries.unsent });
  await bench.business.close();
  bench.platform.write('m3', { type: 'text', body: canaries.inbound, from: { phone: contactPhone, name: canaries.name } });
  await until(() => bench.gateway.condition.waitingWebhooks === 1);
  await bench.stop();
});
afterAll(() => bench.close());

/** Which of the words are there, in whatever form. */
async function found(haystack: Buffer, sought: readonly string[]): Promise<readonly string[]> {
  const scanner = new Scanner(sought.map((word) => needle(word, word)));
  await scanner.scan('here', [haystack]);
  return sought.filter((word) => scanner.findings.some((finding) => finding.word === word));
}

const requests = () => Buffer.from(bench.platform.arrived.map(({ raw }) => raw).join('\n'));
const files = () => Buffer.concat(readdirSync(bench.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => readFileSync(join(parentPath, name))));

it('sends no word of a message to the platform', async () => {
  expect(bench.platform.arrived.length).toBeGreaterThan(10);
  expect(await found(requests(), words)).toEqual([]);
});

it('tells the platform a phone number in directory questions alone', async () => {
  const elsewhere = bench.platform.arrived.filter(({ path }) => path !== '/delivery/v1/directory/lookup').map(({ raw }) => raw);
  expect(await found(Buffer.from(elsewhere.join('\n')), [contactPhone])).toEqual([]);
  expect(await found(requests(), [contactPhone])).toEqual([contactPhone]);
});

it('keeps no readable word, number, token or key in its folder', async () => {
  const { tokens, appSecret } = bench.made;
  const secrets = [...words, contactPhone, tokens.api, tokens.app!, appSecret, 'pk_api', 'wamid.', ...bench.business.verifyToken.split(' ').filter((word) => word.length > 4)];
  expect(files().length).toBeGreaterThan(2_000);
  expect(await found(files(), secrets)).toEqual([]);
});

it('logs no word and no number', async () => {
  const { tokens, appSecret } = bench.made;
  expect(bench.lines.length).toBeGreaterThan(10);
  expect(await found(Buffer.from(bench.lines.join('\n')), [...words, contactPhone, '15551230099', tokens.api, appSecret])).toEqual([]);
});

it('would find them: the business reads every word it should, and each form of a planted one is found', async () => {
  const posts = Buffer.from(bench.business.posts.map(({ raw }) => raw).join('\n'));
  expect(await found(posts, [canaries.inbound, canaries.name, contactPhone])).toHaveLength(3);
  const read = await Promise.all(bench.platform.takenBy('/ingest/v1/messages').map((arrived) => bench.platform.read(arrived)));
  expect(await found(Buffer.from(JSON.stringify(read)), [canaries.text, canaries.parameter, canaries.caption, canaries.filename, canaries.button])).toHaveLength(5);
  const sent = read.find((content) => content.type === 'document')!;
  expect(await found(bench.platform.opened((sent as { file: AttachedFile }).file), [canaries.file])).toHaveLength(1);
  expect(await found(downloaded, [canaries.sentIn])).toHaveLength(1);
  for (const { bytes } of formsOf(canaries.text)) {
    for (const place of [requests(), files()]) expect(await found(Buffer.concat([place, bytes, Buffer.from(' behind it')]), words)).toEqual([canaries.text]);
  }
});
