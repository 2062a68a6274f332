import { describe, expect, it } from '@jest/globals';
import { toHex } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { accountOf, begun, refilled, seeded, type End } from '../ends.fixture.js';
import { acceptSession } from './agreement.js';
import { advance, keyAt, type Position } from './ratchet.js';
import { maxSkipped, maxSkippedOfChain, type Session } from './session.js';
import { decodeSession, encodeSession, maxSessionBytes } from './state.js';
import { decodeSessions, encodeSessions, withActive, withUpdated } from './sessions.js';

const random = seeded('ratchet');
const code = (expected: string) => expect.objectContaining({ name: 'CryptoError', code: expected });
const gateway = accountOf('bakery', ['gateway'], random).ends[0]!;
const phone = refilled(accountOf('c1', ['phone'], random).ends[0]!, random);

type Sent = { readonly position: Position; readonly messageKey: Uint8Array };

/** So many messages in a row, and the session after them. */
function send(session: Session, count: number): { readonly session: Session; readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  for (let i = 0; i < count; i++) {
    const step = advance(session, random);
    sent.push(step);
    session = step.session;
  }
  return { session, sent };
}

function receive(session: Session, { position, messageKey }: Sent): Session {
  const step = keyAt(session, position);
  expect(step.messageKey).toEqual(messageKey);
  return step.session;
}

function accepted(by: End, from: End, session: Session, first: Sent): Session {
  const step = keyAt(acceptSession(by.own, from.own.identity, session.opening!, session.id, by.prekeys), first.position);
  expect(step.messageKey).toEqual(first.messageKey);
  return step.session;
}

function pair(): readonly [Session, Session] {
  const first = send(begun(gateway, phone, random), 1);
  return [first.session, accepted(phone, gateway, first.session, first.sent[0]!)];
}

const heldBy = (session: Session) => session.skipped.reduce((sum, { keys }) => sum + keys.length, 0);

describe('the ratchet', () => {
  it('turns with every change of direction, and both ends have the same keys', () => {
    let [one, other] = pair();
    const seen = new Set<string>();
    for (let turn = 0; turn < 6; turn++) {
      const back = send(other, 2);
      one = back.sent.reduce(receive, one);
      const forth = send(one, 2);
      [one, other] = [forth.session, forth.sent.reduce(receive, back.session)];
      for (const { messageKey } of [...back.sent, ...forth.sent]) seen.add(toHex(messageKey));
    }
    expect(seen.size).toBe(24);
  });

  it('opens a thousand messages in reverse, and each once', () => {
    const [one, other] = pair();
    const { sent } = send(one, 1_001);
    let session = other;
    for (const message of [...sent].reverse()) session = receive(session, message);
    expect(session.skipped).toEqual([]);
    for (const message of [sent[0]!, sent[500]!, sent[1_000]!]) expect(() => keyAt(session, message.position)).toThrow(code('duplicate'));
  });

  it('refuses to skip more than 1,000 at once, within a chain or over the end of one', () => {
    const [one, other] = pair();
    const { session, sent } = send(one, 1_002);
    expect(() => keyAt(other, sent[1_001]!.position)).toThrow(code('too_far_ahead'));
    expect(heldBy(receive(other, sent[1_000]!))).toBe(1_000);
    // 1,001 messages lost, then a turn: its first message says how many there were.
    const back = send(other, 1);
    const turned = send(receive(session, back.sent[0]!), 1);
    expect(turned.sent[0]!.position.previous).toBe(1_003);
    expect(() => keyAt(back.session, turned.sent[0]!.position)).toThrow(code('too_far_ahead'));
  });

  it('holds 1,000 keys of a chain and 2,000 of a session, and drops the oldest', () => {
    const [one, other] = pair();
    let [ours, theirs] = [one, other];
    const lost: Sent[] = [];
    for (let chain = 0; chain < 3; chain++) {
      const { session, sent } = send(ours, 901);
      lost.push(...sent.slice(0, 900));
      theirs = receive(theirs, sent[900]!);
      const back = send(theirs, 1);
      [ours, theirs] = [receive(session, back.sent[0]!), back.session];
    }
    expect(heldBy(theirs)).toBe(maxSkipped);
    expect(theirs.skipped.map(({ keys }) => keys.length)).toEqual([200, 900, 900]);
    expect(() => keyAt(theirs, lost[699]!.position)).toThrow(code('duplicate'));
    expect(heldBy(receive(theirs, lost[700]!))).toBe(1_999);
    expect(encodeSession(theirs).length).toBeLessThan(maxSessionBytes);
    expect(decodeSession(encodeSession(theirs))).toEqual(theirs);
    // Two losses of 600 in one chain: the older 200 go.
    const first = send(one, 601);
    const second = send(first.session, 601);
    const held = receive(receive(other, first.sent[600]!), second.sent[600]!);
    expect(held.skipped[0]!.keys.length).toBe(maxSkippedOfChain);
    expect(() => keyAt(held, first.sent[199]!.position)).toThrow(code('duplicate'));
    receive(held, first.sent[200]!);
  });

  it('says of keys that no message can be under: its own opening\'s, and an answer to what was not sent', () => {
    const fresh = begun(gateway, phone, random);
    const position = { ratchetKey: phone.own.agreement.publicKey, previous: 0, n: 0 };
    expect(() => keyAt(fresh, position)).toThrow(code('refused'));
    expect(() => keyAt(send(fresh, 1).session, { ...position, ratchetKey: fresh.peerKey })).toThrow(code('refused'));
    expect(() => keyAt(pair()[0], { ...position, ratchetKey: new Uint8Array(32) })).toThrow(code('weak_key'));
  });
});

describe('a session\'s state', () => {
  const [one, other] = pair();
  const fresh = begun(gateway, phone, random);
  const late = receive(other, send(one, 5).sent[4]!);
  const answered = receive(one, send(other, 1).sent[0]!);
  const states = [fresh, { ...fresh, opening: { ...fresh.opening!, oneTimePrekeyId: null } }, one, other, send(other, 2).session, late, answered];

  it('comes back as it was, in one spelling', () => {
    for (const state of states) {
      expect(decodeSession(encodeSession(state))).toEqual(state);
      expect(encodeSession(decodeSession(encodeSession(state)))).toEqual(encodeSession(state));
    }
  });

  it('goes on where it stopped', () => {
    const back = send(decodeSession(encodeSession(late)), 1);
    const ours = receive(decodeSession(encodeSession(send(one, 5).session)), back.sent[0]!);
    const theirs = receive(decodeSession(encodeSession(back.session)), send(decodeSession(encodeSession(ours)), 1).sent[0]!);
    expect([ours.received, theirs.received, heldBy(theirs)]).toEqual([1, 1, 4]);
  });

  it('is refused in any other form: cut, longer, with flags, versions and orders that are none', () => {
    for (const state of states) {
      const bytes = encodeSession(state);
      for (let length = 0; length < bytes.length; length++) expect(() => decodeSession(bytes.slice(0, length))).toThrow(code('malformed'));
      expect(() => decodeSession(Uint8Array.from([...bytes, 0]))).toThrow(code('malformed'));
      expect(() => decodeSession(bytes.with(0, 2))).toThrow(code('unsupported'));
      for (let flags = 0; flags < 256; flags++) {
        if (flags !== bytes[2]) expect(() => decodeSession(bytes.with(2, flags))).toThrow(CryptoError);
      }
    }
    const swapped = { ...late, skipped: [{ ...late.skipped[0]!, keys: [...late.skipped[0]!.keys].reverse() }] };
    expect(() => decodeSession(encodeSession(swapped))).toThrow(code('malformed'));
    expect(() => decodeSession(encodeSession({ ...late, skipped: [late.skipped[0]!, late.skipped[0]!] }))).toThrow(code('malformed'));
    expect(() => decodeSession(encodeSession({ ...late, skipped: [{ ...late.skipped[0]!, keys: [] }] }))).toThrow(code('malformed'));
    expect(() => decodeSession(new Uint8Array(maxSessionBytes + 1))).toThrow(code('too_large'));
  });

  it('of several sessions is a list, at most five, the one in use first', () => {
    const many = Array.from({ length: 7 }, () => begun(gateway, phone, random));
    const sessions = many.reduce<readonly Session[]>((held, session) => withActive(held, session), []);
    expect(sessions).toEqual([...many].reverse().slice(0, 5));
    expect(withActive(sessions, sessions[3]!).map(({ id }) => id)).toEqual([3, 0, 1, 2, 4].map((at) => sessions[at]!.id));
    const updated = withUpdated(sessions, { ...sessions[2]!, sent: 9 });
    expect(updated.map(({ sent }) => sent)).toEqual([0, 0, 9, 0, 0]);
    expect(decodeSessions(encodeSessions(sessions))).toEqual(sessions);
    expect(decodeSessions(encodeSessions([]))).toEqual([]);
    const bytes = encodeSessions(sessions.slice(0, 1));
    expect(() => decodeSessions(bytes.with(1, 6))).toThrow(code('malformed'));
    expect(() => decodeSessions(bytes.with(0, 9))).toThrow(code('unsupported'));
    expect(() => decodeSessions(encodeSessions([sessions[0]!, sessions[0]!]))).toThrow(code('malformed'));
    expect(() => decodeSessions(encodeSessions([sessions[0]!, { ...sessions[1]!, peer: { ...sessions[1]!.peer, deviceId: 'other' } }]))).toThrow(code('malformed'));
  });
});
