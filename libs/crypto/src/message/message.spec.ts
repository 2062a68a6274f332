import { describe, expect, it } from '@jest/globals';
import { followDeviceList, identityIn, nextDeviceList, openDeviceList } from '../account/device-list.js';
import { noPrekeys, withOneTime, withoutPrekey } from '../account/prekey.js';
import { concat, utf8 } from '../bytes.js';
import { accountOf, begun, binding, bundleOf, refilled, seeded, text, type End } from '../ends.fixture.js';
import { infos, sha512 } from '../primitives/primitives.js';
import { acceptSession, beginSession } from '../session/agreement.js';
import { advance, keyAt } from '../session/ratchet.js';
import type { Session } from '../session/session.js';
import type { PeerSessions } from '../session/sessions.js';
import { decodeContent, encodeContent, hasSeen } from './content.js';
import { encodeMessage, messageFor, openUnder, parseMessage, readMessage, sealUnder } from './envelope.js';
import { encodeHeader, encodeWrapHeader } from './header.js';
import { openMessage, type OpenedMessage, type OpenMessage } from './open.js';
import { sealMessage, type SealMessage } from './seal.js';

const random = seeded('messages');
const code = (expected: string) => expect.objectContaining({ name: 'CryptoError', code: expected });
const bakery = accountOf('bakery', ['gateway', 'tablet'], random);
const customer = accountOf('c1', ['laptop', 'phone'], random);
const [gateway, tablet] = [bakery.ends[0]!, bakery.ends[1]!];
const [laptop, phone] = customer.ends.map((end) => refilled(end, random)) as [End, End];

function sealed(from: End, session: Session, messageId: string, changed: Partial<SealMessage> = {}) {
  return sealMessage({ binding: binding(messageId), body: text(`text of ${messageId}`), lastSeen: null, sender: from.own, recipients: [{ session, listVersion: 1 }], random, ...changed });
}

function opened(to: End, from: End, envelope: Uint8Array, sessions: PeerSessions, changed: Partial<OpenMessage> = {}): OpenedMessage {
  return openMessage({ envelope, own: to.own, sender: from.own.identity, sessions, prekeys: to.prekeys, expected: {}, ...changed });
}

const words = ({ body }: OpenedMessage) => Buffer.from(body).toString();

/** A session of which both ends have sent: the gateway's side, the phone's side. */
function conversation(): { readonly ours: Session; readonly theirs: PeerSessions } {
  const hello = sealed(gateway, begun(gateway, phone, random), 'hello');
  const first = opened(phone, gateway, hello.envelope, []);
  const answer = sealed(phone, first.sessions[0]!, 'answer', { lastSeen: first.contentHash });
  const second = opened(gateway, phone, answer.envelope, hello.sessions);
  return { ours: second.sessions[0]!, theirs: answer.sessions };
}

describe('a session', () => {
  it('begins with a message, says its opening until the first answer, and uses a one-time prekey once', () => {
    const one = sealed(gateway, begun(gateway, phone, random), 'm1');
    const two = sealed(gateway, one.sessions[0]!, 'm2');
    const first = opened(phone, gateway, one.envelope, []);
    expect([words(first), first.usedOneTimePrekey, first.header.category, first.lastSeen]).toEqual(['text of m1', 2, 'utility', null]);
    const second = opened(phone, gateway, two.envelope, first.sessions);
    expect([words(second), second.usedOneTimePrekey]).toEqual(['text of m2', null]);
    expect(readMessage(two.envelope).wraps[0]!.opening?.oneTimePrekeyId).toBe(2);
    const answer = sealed(phone, second.sessions[0]!, 'm3', { lastSeen: second.contentHash });
    const third = opened(gateway, phone, answer.envelope, two.sessions);
    expect(hasSeen(third, [one.contentHash, two.contentHash])).toBe(true);
    expect(hasSeen(third, [one.contentHash])).toBe(false);
    expect(readMessage(answer.envelope).wraps[0]!.opening).toBeNull();
    expect(readMessage(sealed(gateway, third.sessions[0]!, 'm4').envelope).wraps[0]!.opening).toBeNull();
    // The prekey is gone once the message was kept: another session cannot be begun with it.
    const spent = { ...phone, prekeys: withoutPrekey(phone.prekeys, 2) };
    expect(() => opened(spent, gateway, sealed(gateway, begun(gateway, phone, random), 'm5').envelope, [])).toThrow(code('unknown_prekey'));
    expect(() => opened({ ...phone, prekeys: noPrekeys }, gateway, one.envelope, [])).toThrow(code('unknown_prekey'));
  });

  it('begins without a one-time prekey where none is left, and says so', () => {
    const session = beginSession(gateway.own, phone.own.identity, withOneTime(bundleOf(phone), null), random);
    const { envelope } = sealed(gateway, session, 'm1');
    expect(readMessage(envelope).wraps[0]!.opening).toMatchObject({ oneTimePrekeyId: null, signedPrekeyId: 1 });
    expect(opened(phone, gateway, envelope, []).usedOneTimePrekey).toBeNull();
  });

  it('opens the second message of an opening when the first is lost', () => {
    const one = sealed(gateway, begun(gateway, phone, random), 'm1');
    const two = sealed(gateway, one.sessions[0]!, 'm2');
    const later = opened(phone, gateway, two.envelope, []);
    expect([words(later), later.usedOneTimePrekey]).toEqual(['text of m2', 2]);
    expect(words(opened(phone, gateway, one.envelope, later.sessions))).toBe('text of m1');
  });

  it('goes on when both ends begin at once', () => {
    const ours = sealed(gateway, begun(gateway, phone, random), 'a1');
    const theirs = sealed(phone, begun(phone, gateway, random), 'b1');
    const atPhone = opened(phone, gateway, ours.envelope, theirs.sessions);
    const atGateway = opened(gateway, phone, theirs.envelope, ours.sessions);
    expect([atPhone.sessions.length, atGateway.sessions.length]).toEqual([2, 2]);
    const next = sealed(gateway, atGateway.sessions[0]!, 'a2');
    const settled = opened(phone, gateway, next.envelope, atPhone.sessions);
    const last = opened(gateway, phone, sealed(phone, settled.sessions[0]!, 'b2').envelope, [next.sessions[0]!, ...atGateway.sessions.slice(1)]);
    expect(words(last)).toBe('text of b2');
    expect(settled.sessions[0]!.id).toEqual(last.sessions[0]!.id);
  });

  it('binds both identities: a directory that puts its own key for the sender\'s gets nothing opened', () => {
    const { envelope } = sealed(gateway, begun(gateway, phone, random), 'm1');
    const mallory = accountOf('bakery', ['gateway'], random).ends[0]!;
    expect(() => opened(phone, mallory, envelope, [])).toThrow(code('refused'));
    const identity = { ...gateway.own.identity, accountKey: mallory.own.identity.accountKey };
    expect(() => opened(phone, gateway, envelope, [], { sender: identity })).toThrow(code('refused'));
  });

  it('goes on when a device list changes under it', () => {
    const session = begun(gateway, phone, random);
    const list = openDeviceList(bakery.list);
    const next = followDeviceList(bakery.list, nextDeviceList(bakery.list, list.devices.filter(({ deviceId }) => deviceId === 'gateway'), bakery.keys, 2));
    const newer: End = { ...gateway, own: { ...gateway.own, identity: identityIn(next, 'gateway')! } };
    const message = opened(phone, newer, sealed(newer, session, 'm1').envelope, []);
    expect([message.header.senderListVersion, words(message)]).toEqual([2, 'text of m1']);
  });
});

describe('a message', () => {
  it('for many devices is one ciphertext; each opens its own wrap, and needs no other', () => {
    const recipients = [begun(gateway, phone, random), begun(gateway, laptop, random), begun(gateway, tablet, random)].map((session) => ({ session, listVersion: 1 }));
    const { envelope, sessions } = sealed(gateway, recipients[0]!.session, 'm1', { recipients });
    expect(sessions.map(({ peer }) => peer.deviceId)).toEqual(['phone', 'laptop', 'tablet']);
    expect(readMessage(envelope).wraps.map(({ recipient }) => `${recipient.accountId}/${recipient.deviceId}`)).toEqual(['bakery/tablet', 'c1/laptop', 'c1/phone']);
    for (const end of [phone, laptop, tablet]) {
      const { accountId, deviceId } = end.own.identity;
      expect(words(opened(end, gateway, envelope, []))).toBe('text of m1');
      expect(words(opened(end, gateway, messageFor(envelope, accountId, deviceId), []))).toBe('text of m1');
    }
    expect(() => opened(laptop, gateway, messageFor(envelope, 'c1', 'phone'), [])).toThrow(code('not_a_recipient'));
    expect(() => messageFor(envelope, 'c1', 'watch')).toThrow(code('not_a_recipient'));
  });

  it('cannot be rewritten by one recipient for another: the wrap holds the hash of the content', () => {
    const recipients = [begun(gateway, phone, random), begun(gateway, laptop, random)].map((session) => ({ session, listVersion: 1 }));
    const { envelope } = sealed(gateway, recipients[0]!.session, 'm1', { recipients });
    const parsed = parseMessage(envelope);
    // The laptop knows the content's key, and seals another text under it for the phone.
    const key = contentKeyAt(laptop, gateway, envelope);
    const forged = encodeMessage({ ...parsed, content: sealUnder(key, parsed.headerBytes, infos.content, new Uint8Array(256).fill(0x80), random) });
    expect(() => opened(phone, gateway, forged, [])).toThrow(code('refused'));
  });

  it('takes the smallest bucket, and none longer than the largest', () => {
    const bucketOf = (length: number) => parseMessage(sealed(gateway, begun(gateway, phone, random), 'm', { body: new Uint8Array(length) }).envelope).header.bucketBytes;
    // Beside the text: version 1, id 1 + 1, category 1 + 7, template hash 1, last seen 1, kind 1, and at least one byte of padding. So 241 fit 256.
    expect([0, 241, 242, 497, 498, 32_753].map(bucketOf)).toEqual([256, 256, 512, 512, 1_024, 32_768]);
    expect(() => bucketOf(32_754)).toThrow(code('too_large'));
  });

  it('is refused where it was delivered under other words, by another sender, or is of another session\'s device', () => {
    const { ours, theirs } = conversation();
    const { envelope } = sealed(gateway, ours, 'm1');
    for (const expected of [{ messageId: 'm2' }, { conversationId: 'bakery.c2' }, { businessId: 'cafe' }, { category: 'marketing' }, { category: null }, { templateHash: 'ab'.repeat(32) }]) {
      expect(() => opened(phone, gateway, envelope, theirs, { expected })).toThrow(code('binding_mismatch'));
    }
    expect(() => opened(phone, tablet, envelope, theirs)).toThrow(code('sender_mismatch'));
    expect(() => opened(phone, gateway, envelope, [])).toThrow(code('unknown_session'));
    expect(words(opened(phone, gateway, envelope, theirs, { expected: binding('m1') }))).toBe('text of m1');
  });

  it('is refused where its sender wrote other words inside than outside', () => {
    const { ours, theirs } = conversation();
    const { session, position, messageKey } = advance(ours, random);
    const parsed = parseMessage(sealed(gateway, ours, 'inside').envelope);
    const headerBytes = encodeHeader({ ...parsed.header, messageId: 'outside' });
    const key = random(32);
    const inside = concat(utf8('\u0001\u0006inside\u0007utility\u0000\u0000\u0000hello'), Uint8Array.of(0x80));
    const content = sealUnder(key, headerBytes, infos.content, concat(inside, new Uint8Array(256 - inside.length)), random);
    const wrapHeader = { recipient: session.peer, listVersion: 1, sessionId: session.id, position, opening: null };
    const bytes = encodeWrapHeader(wrapHeader);
    const sealedWrap = sealUnder(messageKey, concat(headerBytes, bytes), infos.wrap, concat(key, sha512(content)), random);
    const envelope = encodeMessage({ headerBytes, wraps: [{ ...wrapHeader, headerBytes: bytes, sealed: sealedWrap }], content });
    expect(() => opened(phone, gateway, envelope, theirs)).toThrow(code('binding_mismatch'));
  });

  it('holds bytes of whatever kind, and nothing but bytes', () => {
    const { ours, theirs } = conversation();
    for (const body of [new Uint8Array(0), random(1_000)]) expect(opened(phone, gateway, sealed(gateway, ours, 'm1', { body }).envelope, theirs).body).toEqual(body);
    expect(() => sealed(gateway, ours, 'm2', { body: 'words' as unknown as Uint8Array })).toThrow(code('invalid_argument'));
    const content = encodeContent({ binding: binding('m1'), lastSeen: null, body: text('words') });
    const form = content.length - 'words'.length - 1;
    expect(() => decodeContent(content.with(form, 1))).toThrow(code('unsupported'));
  });

  it('is not sealed for nobody, for one device twice, for more than 64, or with ids that are none', () => {
    const { ours } = conversation();
    const recipient = { session: ours, listVersion: 1 };
    expect(() => sealed(gateway, ours, 'm', { recipients: [] })).toThrow(code('invalid_argument'));
    expect(() => sealed(gateway, ours, 'm', { recipients: [recipient, recipient] })).toThrow(code('invalid_argument'));
    const many = Array.from({ length: 65 }, (_, at) => ({ ...recipient, session: { ...ours, peer: { ...ours.peer, deviceId: `d${at}${'x'.repeat(150)}` } } }));
    expect(() => sealed(gateway, ours, 'm', { recipients: many })).toThrow(code('invalid_argument'));
    expect(() => sealed(gateway, ours, 'm', { recipients: many.slice(0, 64), body: new Uint8Array(30_000) })).toThrow(code('too_large'));
    for (const changed of [{ messageId: 'a b' }, { businessId: '' }, { category: 'Utility' }, { templateHash: 'AB'.repeat(32) }]) {
      expect(() => sealed(gateway, ours, 'm', { binding: binding('m', changed) })).toThrow(code('invalid_argument'));
    }
    expect(() => sealed(gateway, ours, 'm', { lastSeen: new Uint8Array(3) })).toThrow(code('invalid_argument'));
    expect(() => sealed(gateway, ours, 'm', { random: () => new Uint8Array(1) })).toThrow(code('invalid_argument'));
    expect(() => sealed(gateway, { ...ours, sendingKey: new Uint8Array(32), sent: 2 ** 32 - 1 }, 'm')).toThrow(code('exhausted'));
  });
});

/** The content's key as a recipient finds it: by opening its wrap with the library's own parts. */
function contentKeyAt(to: End, from: End, envelope: Uint8Array): Uint8Array {
  const parsed = parseMessage(envelope);
  const wrap = parsed.wraps.find(({ recipient }) => recipient.deviceId === to.own.identity.deviceId)!;
  const session = acceptSession(to.own, from.own.identity, wrap.opening!, wrap.sessionId, to.prekeys);
  return openUnder(keyAt(session, wrap.position).messageKey, concat(parsed.headerBytes, wrap.headerBytes), infos.wrap, wrap.sealed)!.slice(0, 32);
}
