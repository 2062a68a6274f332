import { beforeEach, describe, expect, it } from '@jest/globals';
import { fromBase64, readMessage, toBase64 } from '@parley/crypto';
import { TestEnd } from '../testing/test-end.js';
import { PlatformError } from '../platform/error.js';
import { MemoryStore } from '../store/store.js';
import type { Content } from '../content/content.js';
import { aFile } from '../content/contents.fixture.js';
import { Device } from './device.js';
import { DeviceError } from './error.js';
import type { DeviceContent } from './writing.js';
import { conversationId, customer, FakePlatform, json, problem, shop, type SeenRequest } from './platform.fixture.js';

let platform: FakePlatform;
let store: MemoryStore;
const deviceOn = (kept: MemoryStore) =>
  new Device({ baseUrl: 'http://platform', store: kept, fetch: platform.fetch, sleep: () => Promise.resolve(), now: () => Date.UTC(2026, 0, 5) });
const phone = '+' + shop.phone;
const offline = (path: string) => ({ path: seen }: SeenRequest) => {
  if (seen.startsWith(path)) throw new TypeError('fetch failed');
};
const parcel = { name: 'parcel', language: 'en', version: 1, category: 'utility', body: 'Hi {{1}}, parcel {{2}} is on its way, {{1}}.' };
const values = [{ component: 'body', values: [{ kind: 'text', text: 'Ada' }, { kind: 'text', text: '17' }] }];

let device: Device;
/** Another device of the business, added by the first. */
async function secondGateway(): Promise<TestEnd> {
  const second = new TestEnd('b1', 'gw2', platform.directory);
  await second.start();
  await platform.gateway.enrolment.add(await second.enrolment.linkCode());
  await second.start();
  return second;
}
beforeEach(async () => {
  platform = await new FakePlatform().open();
  store = new MemoryStore();
  device = deviceOn(store);
  await device.register('+' + customer, '123456', 'Ada');
});

describe('registering', () => {
  it('happens once, and is the same device after a restart', async () => {
    const again = await deviceOn(store).register(customer, '123456', 'Ada');
    expect(again).toMatchObject({ contactId: 'c1', deviceId: 'd1', phone: customer, name: 'Ada' });
    expect(JSON.stringify(platform.requests)).not.toContain('Ada');
    expect(platform.bodies('/delivery/v1/devices')).toHaveLength(1);
    await expect(device.register('4915199999999', '1')).rejects.toMatchObject({ code: 'registered_otherwise' });
  });

  it('may be tried again with another code, under the same key pair', async () => {
    const other = deviceOn(new MemoryStore());
    await expect(other.register(customer, '000000')).rejects.toMatchObject({ status: 403 });
    await other.register(customer, '123456');
    const sent = platform.requests.filter(({ path }) => path === '/delivery/v1/devices').slice(1);
    expect(new Set(sent.map(({ body }) => (JSON.parse(body) as { signingKey: string }).signingKey)).size).toBe(1);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it('comes before anything else', async () => {
    await expect(deviceOn(new MemoryStore()).write(phone, 'hi')).rejects.toBeInstanceOf(DeviceError);
    await expect(deviceOn(new MemoryStore()).sync()).rejects.toMatchObject({ code: 'not_registered' });
  });
});

describe('writing', () => {
  it('reaches the business sealed, with the writer\'s number inside', async () => {
    const message = await device.write(phone, 'Where is my parcel?', { entryPoint: { sourceId: 'ad1', clickId: '' } });
    expect(message).toMatchObject({ state: 'accepted', direction: 'out', conversationId, text: 'Where is my parcel?' });
    expect(await platform.readInbound(0)).toMatchObject({ body: 'Where is my parcel?', from: { phone: customer, name: 'Ada' } });
    expect(JSON.stringify(platform.requests)).not.toContain('parcel?');
    expect(platform.bodies('/delivery/v1/inbound')[0]).toMatchObject({ numberId: 'n1', entryPoint: { sourceId: 'ad1', clickId: '' } });
  });

  it('may be a place, a picture, a tap on a button, quoting what it answers; the history has all of it', async () => {
    const said: DeviceContent[] = [
      { type: 'location', latitudeE7: 1, longitudeE7: -1, name: 'Home' },
      { type: 'image', file: aFile, caption: 'Broken' },
      { type: 'button_reply', id: 'yes', title: 'Yes' },
    ];
    for (const content of said) await device.send(phone, content, { replyTo: 'm7' });
    await device.send(phone, { type: 'reaction', messageId: 'm7', emoji: '👍' });
    for (const [n, content] of said.entries()) expect(await platform.readInbound(n)).toEqual({ ...content, replyTo: 'm7', from: { phone: customer, name: 'Ada' } });
    expect(await platform.readInbound(3)).toMatchObject({ type: 'reaction', messageId: 'm7', emoji: '👍', from: { phone: customer } });
    const history = await device.history();
    expect(history.map(({ text, replyTo }) => [text, replyTo])).toEqual([['[location] Home, 0.0000001, -0.0000001', 'm7'], ['[image] Broken', 'm7'], ['Yes', 'm7'], ['[reaction] 👍', null]]);
    expect(history.slice(0, 3).map(({ content }) => content)).toMatchObject(said);
    await expect(device.send(phone, { type: 'image', file: aFile, caption: 'x'.repeat(1025) })).rejects.toMatchObject({ code: 'content_too_long' });
  });

  it('waits in the outbox while the platform cannot be reached, and is sent later with the same bytes and key', async () => {
    platform.onStep = offline('/delivery/v1/inbound');
    expect(await device.write(phone, 'one')).toMatchObject({ state: 'queued' });
    expect(await device.write(phone, 'two')).toMatchObject({ state: 'queued' });
    platform.onStep = () => undefined;
    await deviceOn(store).sync();
    expect((await device.history()).map(({ state }) => state)).toEqual(['accepted', 'accepted']);
    expect(await platform.readInbound(0)).toMatchObject({ body: 'one' });
    const sent = platform.requests.filter(({ path }) => path === '/delivery/v1/inbound');
    expect(sent.length).toBeGreaterThan(2);
    for (const { key, body } of sent) expect(sent.filter((other) => other.key === key).every((other) => other.body === body)).toBe(true);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it('works while the directory cannot be reached, to a number it knows', async () => {
    await device.write(phone, 'one');
    platform.onStep = offline('/delivery/v1/');
    expect(await device.write(phone, 'two')).toMatchObject({ state: 'queued' });
    await expect(device.write('+15559999999', 'three')).rejects.toBeInstanceOf(PlatformError);
  });

  it('keeps what another server answers in the platform\'s place', async () => {
    for (const answer of [new Response('<html>', { status: 200 }), new Response('<html>', { status: 404 }), problem(401, 'No')]) {
      platform.intercept = ({ path }) => (path === '/delivery/v1/inbound' ? answer.clone() : null);
      expect(await device.write(phone, 'hello')).toMatchObject({ state: 'queued' });
    }
    platform.intercept = () => null;
    await device.sync();
    expect((await device.history()).map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('is sealed anew where the business has other devices by now: the same message, for those there are', async () => {
    await device.write(phone, 'one');
    await secondGateway();
    expect(await device.write(phone, 'two')).toMatchObject({ state: 'accepted' });
    const sent = platform.requests.filter(({ path }) => path === '/delivery/v1/inbound').slice(1);
    const [before, after] = sent.map(({ body }) => JSON.parse(body) as { messageId: string; envelope: string });
    expect(sent).toHaveLength(2);
    expect(sent[0]!.key).not.toBe(sent[1]!.key);
    expect(after!.messageId).toBe(before!.messageId);
    expect(readMessage(fromBase64(after!.envelope)!).wraps.map(({ recipient }) => recipient.deviceId)).toEqual(['gw', 'gw2']);
    expect(await platform.readInbound(1)).toMatchObject({ body: 'two' });
  });

  it('gives up sealing anew where the platform never has enough of it', async () => {
    await device.write(phone, 'one');
    platform.intercept = ({ path }) => (path === '/delivery/v1/inbound' ? json(409, { title: 'Sealed for other devices', detail: '', accounts: [{ accountId: 'b1', listVersion: 9, missing: ['x'], extra: [] }] }) : null);
    expect(await device.write(phone, 'two')).toMatchObject({ state: 'refused' });
    platform.intercept = () => null;
    expect(await device.write(phone, 'three')).toMatchObject({ state: 'accepted' });
  });

  it('is refused for good when the platform says so, and what comes after it goes on', async () => {
    platform.intercept = ({ path }) => (path === '/delivery/v1/inbound' ? problem(403, 'Not yours to do') : null);
    expect(await device.write(phone, 'one')).toMatchObject({ state: 'refused', problem: 'Not yours to do: A reason.' });
    platform.intercept = () => null;
    expect(await device.write(phone, 'two')).toMatchObject({ state: 'accepted' });
  });

  it('keeps the order of a number\'s line, and does not hold up receipts', async () => {
    await platform.send('m1', { type: 'text', body: 'hello' });
    platform.intercept = ({ path }) => (path === '/delivery/v1/inbound' ? problem(500, 'A fault on our side') : null);
    await device.write(phone, 'one');
    expect((await device.stop(phone)).problem).toMatchObject({ status: 500 });
    expect((await device.sync()).received).toHaveLength(1);
    expect(platform.receipts()).toEqual(['m1 delivered']);
    expect(platform.bodies('/delivery/v1/consents')).toEqual([]); // STOP must not overtake the message before it, which would undo it.
    platform.intercept = () => null;
    await device.sync();
    expect(platform.bodies('/delivery/v1/consents')).toEqual([{ numberId: 'n1', action: 'revoke' }]);
  });

  it('says so when STOP itself is refused', async () => {
    platform.intercept = ({ path }) => (path === '/delivery/v1/consents' ? problem(400, 'Some fields are wrong') : null);
    await expect(device.stop(phone)).rejects.toMatchObject({ title: 'Some fields are wrong' });
    platform.intercept = () => null;
    expect(await device.stop(phone)).toEqual({ refused: [], problem: null });
  });

  it('says what is wrong with the request', async () => {
    await expect(device.write('0151', 'hi')).rejects.toMatchObject({ code: 'not_a_number' });
    await expect(device.write('+15559999999', 'hi')).rejects.toMatchObject({ code: 'unknown_number' });
    await expect(device.write(phone, '')).rejects.toMatchObject({ code: 'content_malformed' });
    await expect(device.write(phone, 'x'.repeat(4097))).rejects.toMatchObject({ code: 'content_too_long' });
    platform.directory.accounts.delete('b1');
    await expect(device.write(phone, 'hi')).rejects.toMatchObject({ code: 'unknown_account' });
    expect(await device.history()).toEqual([]);
  });

  it('learns what became of it, and never goes back', async () => {
    const { messageId } = await device.write(phone, 'one');
    const status = (word: string) => platform.inbox.push({ kind: 'status', status: word, conversationId, messageId, contactId: 'c1', at: '2026-01-05T12:00:00Z' });
    status('read');
    status('delivered');
    status('failed');
    status('teleported');
    expect((await device.sync()).statuses.map(({ status: word }) => word)).toEqual(['read', 'delivered', 'failed', 'teleported']);
    expect(await device.history()).toMatchObject([{ state: 'read', problem: null }]);
  });
});

describe('several devices of a person', () => {
  it('are added by the first, over a code that is shown, and both are written to', async () => {
    const tablet = deviceOn(new MemoryStore());
    await tablet.register(customer, '123456', 'Ada');
    expect(await tablet.isListed()).toBe(false);
    await expect(tablet.write(phone, 'hi')).rejects.toMatchObject({ code: 'not_listed' });
    await device.addDevice(await tablet.linkCode());
    expect(await tablet.isListed()).toBe(true);
    expect(await device.devices()).toEqual(['d1', 'd2']);
    await platform.send('m1', { type: 'text', body: 'hello' });
    for (const end of [device, tablet]) expect((await end.sync()).received).toMatchObject([{ text: 'hello' }]);
    expect(await tablet.write(phone, 'from the tablet')).toMatchObject({ state: 'accepted' });
    expect((await tablet.verification(phone)).safetyNumber).toBe((await device.verification(phone)).safetyNumber);
    await device.removeDevice('d2');
    expect(await device.devices()).toEqual(['d1']);
  });

  it('a new one takes the number over where the old ones are lost', async () => {
    const found = deviceOn(new MemoryStore());
    await found.register(customer, '123456', 'Ada', { takeOver: true });
    expect(await found.devices()).toEqual(['d2']);
    expect(await found.write(phone, 'it is me')).toMatchObject({ state: 'accepted' });
    expect(await platform.readInbound(0)).toMatchObject({ body: 'it is me' });
  });
});

describe('receiving', () => {
  it('stores, then acknowledges, each message once', async () => {
    for (const n of [1, 2, 3]) await platform.send(`m${n}`, { type: 'text', body: `text ${n}`, replyTo: 'm0' });
    platform.inbox.splice(1, 0, platform.inbox[0]!); // Handed out twice in one page, and in a later one.
    platform.inbox.push(platform.inbox[0]!);
    const { received, problem: hindrance } = await device.sync();
    expect(received.map(({ text, state, replyTo }) => [text, state, replyTo])).toEqual([1, 2, 3].map((n) => [`text ${n}`, 'received', 'm0']));
    expect(hindrance).toBeNull();
    expect((await device.sync()).received).toEqual([]);
    expect(platform.receipts()).toEqual(['m1 delivered', 'm2 delivered', 'm3 delivered']);
    expect((await device.history(conversationId)).map(({ messageId }) => messageId)).toEqual(['m1', 'm2', 'm3']);
  });

  it('shows whatever was sent as words, and hands it to an app whole', async () => {
    const content: Content = { type: 'interactive', kind: 'button', body: 'When?', buttons: [{ id: '1', title: 'Today' }], replyTo: 'm0' };
    await platform.send('m1', content);
    expect((await device.sync()).received).toMatchObject([{ text: 'When?\n• Today', content, replyTo: 'm0', state: 'received' }]);
    expect(await device.history()).toMatchObject([{ content }]);
  });

  it('tells the sender once that it was read', async () => {
    await platform.send('m1', { type: 'text', body: 'hello' });
    await device.sync();
    expect(await device.read('m1')).toMatchObject({ state: 'read' });
    await device.read('m1');
    expect(platform.receipts()).toEqual(['m1 delivered', 'm1 read']);
    await expect(device.read('m2')).rejects.toMatchObject({ code: 'unknown_message' });
  });

  it('fills in a template whose text has the sealed hash, and keeps the text', async () => {
    const hash = platform.publish(parcel);
    const content = { type: 'template', name: 'parcel', language: 'en', version: 1, hash, parameters: values } as const;
    for (const id of ['m1', 'm2']) await platform.send(id, content, 'utility', { template: { name: 'parcel', language: 'en', version: 1, hash } });
    const { received } = await device.sync();
    expect(received.map(({ text }) => text)).toEqual(Array(2).fill('Hi Ada, parcel 17 is on its way, Ada.'));
    expect(received[0]).toMatchObject({ category: 'utility', template: { name: 'parcel', language: 'en' } });
    expect(platform.requests.filter(({ path }) => path.startsWith('/delivery/v1/templates/'))).toHaveLength(1);
  });

  it('reads what a new device of the business seals, once the directory lists it', async () => {
    await platform.send('m1', { type: 'text', body: 'from the first' });
    await device.sync();
    await (await secondGateway()).seal('c1', 'm2', { type: 'text', body: 'from the second' }, { category: 'service' }).then((envelope) => {
      platform.inbox.push({ ...platform.inbox[0]!, messageId: 'm2', envelope: toBase64(envelope) });
    });
    expect((await device.sync()).received).toMatchObject([{ text: 'from the second' }]);
  });

  it('goes on where the directory or a template could not be had, and loses nothing', async () => {
    const hash = platform.publish(parcel);
    await platform.send('m1', { type: 'text', body: 'first' });
    await platform.send('m2', { type: 'template', name: 'parcel', language: 'en', version: 1, hash, parameters: values }, 'utility');
    await platform.send('m3', { type: 'text', body: 'third' });
    platform.onStep = offline('/delivery/v1/templates/');
    const halfway = await device.sync();
    expect(halfway.received.map(({ messageId }) => messageId)).toEqual(['m1']);
    expect(halfway.problem).toMatchObject({ kind: 'unreachable' });
    platform.onStep = () => undefined;
    expect((await device.sync()).received.map(({ messageId }) => messageId)).toEqual(['m2', 'm3']);
    expect(platform.receipts()).toEqual(['m1 delivered', 'm2 delivered', 'm3 delivered']);
  });

  it('hands back what came before a fault, and throws where nothing came', async () => {
    for (const n of [1, 2, 3]) await platform.send(`m${n}`, { type: 'text', body: 'x' });
    platform.onStep = ({ path }) => {
      if (path.startsWith('/delivery/v1/inbox') && path.includes('cursor=2')) throw new TypeError('fetch failed');
    };
    expect(await device.sync()).toMatchObject({ received: [{ messageId: 'm1' }, { messageId: 'm2' }], problem: { kind: 'unreachable' } });
    await expect(device.sync()).rejects.toBeInstanceOf(PlatformError);
  });

  it('ends a wait when asked to', async () => {
    const stopping = new AbortController();
    platform.onStep = async ({ path }) => {
      if (path.startsWith('/delivery/v1/inbox')) await new Promise((_, reject) => stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason as Error)));
    };
    setTimeout(() => stopping.abort(), 20);
    expect(await device.sync({ waitSeconds: 25, signal: stopping.signal })).toEqual({ received: [], statuses: [], problem: null });
  });
});

describe('what cannot be read', () => {
  const bad: [string, string, () => Promise<void>][] = [
    ['a message of a number nobody knows', 'sender_unknown', () => platform.send('m1', text, 'service', { numberId: 'n2' })],
    ['a conversation that is not that of its number', 'sender_unknown', () => platform.send('m1', text, 'service', { conversationId: 'b2.c1' }, 'b2.c1')],
    ['a conversation of another contact', 'sender_unknown', () => platform.send('m1', text, 'service', { conversationId: 'b1.c2' }, 'b1.c2')],
    ['an envelope of another message', 'binding_mismatch', () => platform.send('m1', text, 'service', { messageId: 'm9' })],
    ['an envelope sent under another category', 'binding_mismatch', () => platform.send('m1', text, 'marketing', { category: 'service' })],
    ['a lost envelope', 'envelope_missing', () => platform.send('m1', text, 'service', { envelope: null })],
    ['bytes that are no envelope', 'malformed', () => platform.send('m1', text, 'service', { envelope: 'AQEB' })],
    ['a changed envelope', 'refused', () => changed((bytes) => bytes.with(-40, bytes.at(-40)! ^ 1))],
    ['a sender the directory does not list', 'sender_unknown', () => stranger()],
    ['a template of a category other than it was sent under', 'template_mismatch', () => filledIn('marketing', parcel)],
    ['a template whose text is another', 'template_mismatch', () => filledIn('utility', { ...parcel, body: '{{1}} {{2}} Pay now' })],
    ['a template nobody has', 'template_unknown', () => filledIn('utility', null)],
    ['values that do not fill the places', 'parameters_mismatch', () => filledIn('utility', { ...parcel, body: '{{3}}' }, true)],
  ];
  const text = { type: 'text', body: 'hello' } as const;
  const changed = async (change: (bytes: Uint8Array) => Uint8Array) => {
    await platform.send('m1', text);
    const item = platform.inbox[0]!;
    item['envelope'] = toBase64(change(fromBase64(String(item['envelope']))!));
  };
  const stranger = async () => {
    const second = await secondGateway();
    const envelope = await second.seal('c1', 'm1', text, { category: 'service' });
    await platform.gateway.enrolment.remove('gw2');
    await platform.send('m1', text, 'service', { envelope: toBase64(envelope) });
  };
  const filledIn = async (category: string, answered: typeof parcel | null, isItsOwn = false) => {
    const hash = platform.publish(isItsOwn && answered !== null ? answered : parcel);
    if (answered === null) platform.templates.delete(hash);
    else platform.templates.set(hash, answered);
    await platform.send('m1', { type: 'template', name: 'parcel', language: 'en', version: 1, hash, parameters: values }, category);
  };

  it.each(bad)('%s is kept as unreadable (%s) and reported as failed', async (_name, code, arrange) => {
    await arrange();
    await platform.send('m2', text);
    const { received } = await device.sync();
    expect(received[0]).toMatchObject({ state: 'unreadable', text: null, problem: code });
    const isOurs = received[0]!.conversationId === conversationId || received[0]!.conversationId === 'b2.c1';
    if (isOurs) expect(platform.receipts()[0]).toMatch(/ failed$/);
    else expect(platform.receipts()[0]).toBe('m2 delivered'); // Receipts of another's conversation would be refused, and all others with them.
    if (code !== 'sender_unknown') expect(received[1]).toMatchObject({ text: 'hello' });
  });

  it('items of an unknown kind, or without an id, are passed over', async () => {
    platform.inbox.push({ kind: 'poll' }, { kind: 'message', at: 1 });
    await platform.send('m1', text);
    expect((await device.sync()).received).toMatchObject([{ messageId: 'm1' }]);
  });
});
