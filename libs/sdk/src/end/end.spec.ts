import { beforeEach, describe, expect, it } from '@jest/globals';
import { matchesSafetyQr, readMessage, systemRandom, toBase64, newSigningKeys } from '@parley/crypto';
import type { Content } from '../content/content.js';
import { MemoryStore } from '../store/store.js';
import { FakeKeyDirectory } from '../testing/fake-directory.js';
import { TestEnd } from '../testing/test-end.js';
import { endKeys, loadSessions } from './records.js';

const text = (body: string): Content => ({ type: 'text', body });
const code = (expected: string) => expect.objectContaining({ code: expected });
const copyOf = async (store: MemoryStore) => new MemoryStore(await store.list(''));

let directory: FakeKeyDirectory;
let shop: TestEnd;
let ada: TestEnd;
beforeEach(async () => {
  directory = new FakeKeyDirectory();
  shop = new TestEnd('b1', 'gw', directory);
  ada = new TestEnd('c1', 'd1', directory);
  await shop.start();
  await ada.start();
});

describe('an end', () => {
  it('writes to another that was never online at the same time, and is answered', async () => {
    const envelope = await ada.seal('b1', 'm1', text('Where is my parcel?'));
    expect(await shop.open('c1', 'm1', envelope)).toMatchObject({ content: { body: 'Where is my parcel?' }, category: null, sender: { accountId: 'c1', deviceId: 'd1' }, hasSeenOurs: true });
    const answer = await shop.seal('c1', 'm2', text('On its way'), { category: 'service' });
    expect(await ada.open('b1', 'm2', answer)).toMatchObject({ content: { body: 'On its way' }, category: 'service', hasSeenOurs: true });
    expect(readMessage(answer).wraps[0]!.opening).toBeNull();
  });

  it('needs the directory once: then it seals and opens with what it has', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    await ada.open('b1', 'm2', await shop.seal('c1', 'm2', text('two'), { category: 'service' }));
    directory.calls.length = 0;
    for (let n = 3; n < 9; n += 2) {
      await shop.open('c1', `m${n}`, await ada.seal('b1', `m${n}`, text('more')));
      await ada.open('b1', `m${n + 1}`, await shop.seal('c1', `m${n + 1}`, text('still'), { category: 'service' }));
    }
    expect(directory.calls).toEqual([]);
  });

  it('uses a one-time prekey of the other once, and forgets its own when it is used', async () => {
    const held = () => directory.prekeys.get('gw')!.oneTime.length;
    expect(held()).toBe(100);
    const envelope = await ada.seal('b1', 'm1', text('one'));
    expect(held()).toBe(99);
    expect(readMessage(envelope).wraps[0]!.opening!.oneTimePrekeyId).not.toBeNull();
    const before = await copyOf(shop.store);
    await shop.open('c1', 'm1', envelope);
    expect(await shop.store.get(endKeys.prekeys)).not.toBe(await before.get(endKeys.prekeys));
    await expect(new TestEnd('b1', 'gw', directory, { store: before }).open('c1', 'm1', envelope)).resolves.toBeDefined();
    await shop.store.commit([{ key: endKeys.sessions('c1', 'd1'), value: null }]);
    await expect(shop.open('c1', 'm1', envelope)).rejects.toEqual(code('unknown_prekey'));
  });

  it('changes nothing where a message does not open, but for beginning anew where it was lost', async () => {
    const envelope = await ada.seal('b1', 'm1', text('one'));
    const before = await shop.store.list('');
    await expect(shop.open('c1', 'm1', envelope.with(-1, envelope.at(-1)! ^ 1))).rejects.toEqual(code('refused'));
    const [sessions] = [await loadSessions(shop.store, 'c1', 'd1')];
    expect(sessions).toEqual([]);
    const secrets = (entries: readonly (readonly [string, string])[]) => entries.filter(([key]) => !/renewal|account|log/.test(key));
    expect(secrets(await shop.store.list(''))).toEqual(secrets(before));
    await expect(shop.open('c2', 'm1', envelope)).rejects.toEqual(code('sender_mismatch'));
    await expect(shop.open('c1', 'm9', envelope)).rejects.toEqual(code('binding_mismatch'));
    await expect(shop.open('c1', 'm1', envelope)).resolves.toMatchObject({ content: { body: 'one' } });
  });

  it('begins anew with an end that was restored from a backup', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    const backup = await copyOf(ada.store);
    await shop.open('c1', 'm2', await ada.seal('b1', 'm2', text('two')));
    const restored = new TestEnd('c1', 'd1', directory, { store: backup });
    await expect(shop.open('c1', 'm3', await restored.seal('b1', 'm3', text('three')))).rejects.toEqual(code('duplicate'));
    // Each may mend it: the one that could not open, by its next message; the other, when it is told.
    await restored.open('b1', 'm4', await shop.seal('c1', 'm4', text('four'), { category: 'service' }));
    await expect(shop.open('c1', 'm5', await restored.seal('b1', 'm5', text('five')))).resolves.toMatchObject({ content: { body: 'five' } });
  });

  it('told that it could not be read, begins a new session', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    await ada.open('b1', 'm2', await shop.seal('c1', 'm2', text('two'), { category: 'service' }));
    await shop.store.commit([{ key: endKeys.sessions('c1', 'd1'), value: null }]);
    await expect(shop.open('c1', 'm3', await ada.seal('b1', 'm3', text('three')))).rejects.toEqual(code('unknown_session'));
    await ada.end.with((draft) => ada.end.renew(draft, 'b1'));
    await expect(shop.open('c1', 'm4', await ada.seal('b1', 'm4', text('four')))).resolves.toMatchObject({ content: { body: 'four' } });
  });

  it('opens each message once, in whatever order they come', async () => {
    const sealed = [];
    for (let n = 0; n < 20; n++) sealed.push(await ada.seal('b1', `m${n}`, text(`text ${n}`)));
    for (const n of [3, 0, 19, 7, 1, 18, 2]) expect(await shop.open('c1', `m${n}`, sealed[n]!)).toMatchObject({ content: { body: `text ${n}` } });
    await expect(shop.open('c1', 'm7', sealed[7]!)).rejects.toEqual(code('duplicate'));
  });
});

describe('several devices', () => {
  let tablet: TestEnd;
  beforeEach(async () => {
    tablet = new TestEnd('c1', 'd2', directory);
    expect(await tablet.start()).toBe(false);
  });

  it('are added by the account\'s own, and are all written to from then on', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    await shop.seal('c1', 'm2', text('two'), { category: 'service' });
    await expect(tablet.seal('b1', 'm3', text('three'))).rejects.toEqual(code('not_listed'));
    await ada.enrolment.add(await tablet.enrolment.linkCode());
    expect(await tablet.start()).toBe(true);
    await shop.end.with((draft) => shop.end.accounts.markStale(draft, 'c1')); // As the platform's 409 has it.
    const envelope = await shop.seal('c1', 'm4', text('four'), { category: 'service' });
    expect(readMessage(envelope).wraps.map(({ recipient }) => recipient.deviceId)).toEqual(['d1', 'd2']);
    for (const end of [ada, tablet]) expect(await end.open('b1', 'm4', envelope)).toMatchObject({ content: { body: 'four' } });
    expect(await shop.open('c1', 'm5', await tablet.seal('b1', 'm5', text('from the tablet')))).toMatchObject({ sender: { deviceId: 'd2' } });
  });

  it('that were removed are not believed any more', async () => {
    await ada.enrolment.add(await tablet.enrolment.linkCode());
    await tablet.start();
    await shop.open('c1', 'm1', await tablet.seal('b1', 'm1', text('one')));
    await ada.enrolment.remove('d2');
    const late = await tablet.seal('b1', 'm2', text('two'));
    await shop.open('c1', 'm3', await ada.seal('b1', 'm3', text('three'))); // Its header says that there is a newer list.
    await expect(shop.open('c1', 'm2', late)).rejects.toEqual(code('sender_unknown'));
    await expect(ada.enrolment.remove('d2')).rejects.toEqual(code('unknown_device'));
    await expect(tablet.enrolment.remove('d1')).rejects.toEqual(code('not_the_account'));
  });

  it('are added by nobody else, and by no code that was changed', async () => {
    const linkCode = await tablet.enrolment.linkCode();
    await expect(shop.enrolment.add(linkCode)).rejects.toEqual(code('bad_link_code'));
    await expect(ada.enrolment.add('PARLEYLINK1:AAAA')).rejects.toEqual(code('bad_link_code'));
    await expect(ada.enrolment.add(linkCode.replace(/1:(.)/, (_all, first: string) => `1:${first === 'A' ? 'B' : 'A'}`))).rejects.toEqual(code('bad_link_code'));
    expect(directory.devicesOf('c1')).toEqual(['d1']);
  });

  it('may take the account over: another identity, of which the others are told by the safety number', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    const before = await shop.end.verification('c1');
    expect(await tablet.start(true)).toBe(true);
    expect(await shop.open('c1', 'm2', await tablet.seal('b1', 'm2', text('two')))).toMatchObject({ sender: { deviceId: 'd2' } });
    const after = await shop.end.verification('c1');
    expect(after!.safetyNumber).not.toBe(before!.safetyNumber);
    expect([before!.keyChanges, after!.keyChanges]).toEqual([0, 1]);
    expect((await tablet.end.verification('b1'))!.safetyNumber).toBe(after!.safetyNumber);
    await ada.end.fetch({ accountId: 'c1', sessions: false });
    await expect(ada.seal('b1', 'm3', text('three'))).rejects.toEqual(code('not_listed'));
  });
});

describe('what people compare', () => {
  it('is the same at both ends, as digits and as a code', async () => {
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    const [one, other] = [await shop.end.verification('c1'), await ada.end.verification('b1')];
    expect(one!.safetyNumber).toBe(other!.safetyNumber);
    const key = async (end: TestEnd, id: string) => ({ accountId: id, accountKey: (await end.end.accounts.known(end.store, id))!.list.accountKey });
    expect(matchesSafetyQr(other!.qr, await key(shop, 'b1'), await key(shop, 'c1'))).toBe(true);
    expect(await ada.end.verification('nobody')).toBeNull();
  });
});

describe('a directory that lies', () => {
  const refused = expect.objectContaining({ code: 'keys_disagree' });

  it('cannot show another list than the log holds, nor a log that forgot', async () => {
    directory.dishonest = (answer) => ({ ...answer, entry: answer.entry.with(-1, answer.entry.at(-1)! ^ 1) });
    await expect(ada.seal('b1', 'm1', text('one'))).rejects.toEqual(refused);
    directory.dishonest = (answer) => answer;
    await ada.seal('b1', 'm1', text('one'));
    const eve = new TestEnd('c9', 'd9', directory);
    await eve.start();
    await shop.open('c1', 'm1', await ada.seal('b1', 'm1', text('one')));
    directory.rewind(1);
    await expect(shop.end.fetch({ accountId: 'c1', sessions: false })).rejects.toEqual(refused);
  });

  it('cannot give out another device list, an older one, or prekeys of its own', async () => {
    const other = new FakeKeyDirectory();
    const impostor = new TestEnd('b1', 'gw', other);
    await impostor.start();
    const [forged] = other.accounts.get('b1')!.lists;
    directory.dishonest = (answer) => ({ ...answer, lists: [forged!] });
    await expect(ada.seal('b1', 'm1', text('one'))).rejects.toEqual(refused);
    directory.dishonest = (answer) => answer;
    directory.prekeys.get('gw')!.signed = other.prekeys.get('gw')!.signed;
    await expect(ada.seal('b1', 'm1', text('one'))).rejects.toEqual(refused);
  });

  it('cannot be another log than the one that was named beforehand', async () => {
    const named = { logId: 'log', publicKey: newSigningKeys(systemRandom).publicKey };
    await expect(new TestEnd('c3', 'd3', directory, { keyLog: named }).start()).rejects.toEqual(refused);
    const store = new MemoryStore();
    await new TestEnd('c4', 'd4', directory, { store }).start();
    await expect(new TestEnd('c4', 'd4', directory, { store, keyLog: named }).end.fetch({ accountId: 'c4', sessions: false })).rejects.toEqual(refused);
    expect(toBase64(directory.log.publicKey)).not.toBe(toBase64(named.publicKey));
  });
});

describe('prekeys', () => {
  const day = 86_400_000;

  it('are made before the list, so that whoever finds the device can write to it', async () => {
    directory.calls.length = 0;
    await new TestEnd('c7', 'd7', directory).start();
    expect(directory.calls.indexOf('publishPrekeys')).toBeLessThan(directory.calls.indexOf('publishList'));
  });

  it('are refilled under 20, and the signed one turns after 7 days while the old one still opens', async () => {
    let now = 1_700_000_000_000;
    const cafe = new TestEnd('b2', 'till', directory, { now: () => now });
    await cafe.start();
    const early = await ada.seal('b2', 'm1', text('one'), { businessId: 'b2', conversationId: 'b2.c1' });
    directory.prekeys.get('till')!.oneTime.length = 19;
    await cafe.enrolment.tend();
    expect(directory.prekeys.get('till')!.oneTime.length).toBe(119);
    const first = (await directory.as('c1').prekeyStatus('till')).signedPrekeyId;
    now += 7 * day;
    await cafe.enrolment.tend();
    expect((await directory.as('c1').prekeyStatus('till')).signedPrekeyId).not.toBe(first);
    expect(await cafe.open('c1', 'm1', early)).toMatchObject({ content: { body: 'one' } });
  });

  it('whose publication was cut off are published as they were', async () => {
    const { store } = shop;
    directory.prekeys.get('gw')!.oneTime.length = 0;
    const publish = directory.as.bind(directory);
    directory.as = (caller) => ({ ...publish(caller), publishPrekeys: () => Promise.reject(new Error('cut off')) });
    await expect(shop.enrolment.tend()).rejects.toThrow('cut off');
    const kept = await store.get(endKeys.publication);
    expect(kept).not.toBeNull();
    directory.as = publish;
    await new TestEnd('b1', 'gw', directory, { store }).enrolment.tend();
    const ids = (JSON.parse(kept!) as { oneTime: { id: number }[] }).oneTime.map(({ id }) => id);
    expect(directory.prekeys.get('gw')!.oneTime.map(({ id }) => id)).toEqual(ids);
    expect(await store.get(endKeys.publication)).toBeNull();
  });
});
