import { withOneTime, withoutPrekey } from '../account/prekey.js';
import { concat, toHex, utf8 } from '../bytes.js';
import type { MessageBinding } from '../message/header.js';
import { openMessage } from '../message/open.js';
import { sealMessage } from '../message/seal.js';
import { beginSession } from '../session/agreement.js';
import { maxSessionBytes } from '../session/state.js';
import { decodeSessions, encodeSessions, withActive, withUpdated, type PeerSessions } from '../session/sessions.js';
import { codeOf, type VectorEnd } from './account.js';
import { recorded, seeded } from './seeded.js';

/** One end's memory as the transcript goes on. */
type Actor = { readonly end: VectorEnd; prekeys: VectorEnd['prekeys']; readonly sessions: Map<string, PeerSessions>; lastSeen: Uint8Array | null };

/** A transcript of ends by their device ids: each step with its inputs, its bytes, and what the stores hold after it. */
class Transcript {
  readonly steps: object[] = [];
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #random = seeded('conversation');
  readonly #envelopes = new Map<string, Uint8Array>();

  constructor(ends: readonly VectorEnd[]) {
    this.#actors = new Map(ends.map((end) => [end.own.identity.deviceId, { end, prekeys: end.prekeys, sessions: new Map(), lastSeen: null }]));
  }

  actor(deviceId: string): Actor {
    return this.#actors.get(deviceId)!;
  }

  sessionsOf(deviceId: string, peer: string): PeerSessions {
    return this.actor(deviceId).sessions.get(peer) ?? [];
  }

  envelope(messageId: string): Uint8Array {
    return this.#envelopes.get(messageId)!;
  }

  begin(from: string, to: string, bundle: Uint8Array): void {
    const { random, drawn } = recorded(this.#random);
    const [sender, peer] = [this.actor(from), this.actor(to)];
    const session = beginSession(sender.end.own, peer.end.own.identity, bundle, random);
    sender.sessions.set(to, withActive(this.sessionsOf(from, to), session));
    this.steps.push({ step: 'begin', from, to, bundle: toHex(bundle), random: drawn(), sessionId: toHex(session.id), sessions: this.#state(from, to) });
  }

  seal(from: string, to: readonly string[], binding: MessageBinding, body: Uint8Array): void {
    const { random, drawn } = recorded(this.#random);
    const sender = this.actor(from);
    const recipients = to.map((peer) => ({ session: this.sessionsOf(from, peer)[0]!, listVersion: 1 }));
    const { envelope, contentHash, sessions } = sealMessage({ binding, body, lastSeen: sender.lastSeen, sender: sender.end.own, recipients, random });
    to.forEach((peer, at) => sender.sessions.set(peer, withUpdated(this.sessionsOf(from, peer), sessions[at]!)));
    this.#envelopes.set(binding.messageId, envelope);
    const lastSeen = sender.lastSeen === null ? null : toHex(sender.lastSeen);
    this.steps.push({ step: 'seal', from, to, listVersion: 1, binding, body: toHex(body), lastSeen, random: drawn(), envelope: toHex(envelope), contentHash: toHex(contentHash), sessions: to.map((peer) => this.#state(from, peer)) });
  }

  open(to: string, from: string, messageId: string): void {
    const receiver = this.actor(to);
    const { binding, body, lastSeen, contentHash, sessions, usedOneTimePrekey } = openMessage({ envelope: this.envelope(messageId), own: receiver.end.own, sender: this.actor(from).end.own.identity, sessions: this.sessionsOf(to, from), prekeys: receiver.prekeys, expected: {} });
    receiver.sessions.set(from, sessions);
    receiver.lastSeen = contentHash;
    if (usedOneTimePrekey !== null) receiver.prekeys = withoutPrekey(receiver.prekeys, usedOneTimePrekey);
    this.steps.push({ step: 'open', to, from, messageId: binding.messageId, body: toHex(body), lastSeen: lastSeen === null ? null : toHex(lastSeen), contentHash: toHex(contentHash), usedOneTimePrekey, sessions: this.#state(to, from) });
  }

  refuse(name: string, to: string, from: string, envelope: Uint8Array, expected: Partial<MessageBinding> = {}): void {
    const receiver = this.actor(to);
    const code = codeOf(() => openMessage({ envelope, own: receiver.end.own, sender: this.actor(from).end.own.identity, sessions: this.sessionsOf(to, from), prekeys: receiver.prekeys, expected }));
    this.steps.push({ step: 'refuse', name, to, from, envelope: toHex(envelope), expected, code });
  }

  forget(owner: string, peer: string): void {
    this.actor(owner).sessions.delete(peer);
    this.steps.push({ step: 'forget', owner, peer });
  }

  #state(owner: string, peer: string): string {
    return toHex(encodeSessions(this.sessionsOf(owner, peer)));
  }
}

const binding = (messageId: string, changed: Partial<MessageBinding> = {}): MessageBinding => ({ businessId: 'bakery', conversationId: 'bakery.c1', messageId, category: 'utility', templateHash: null, ...changed });
const words = (text: string): Uint8Array => utf8(text);
const fromContact = { category: null };

/** Devices: gateway and tablet of one account, laptop and phone of the other. */
export function conversationVectors(ends: readonly VectorEnd[]) {
  const all = new Transcript(ends);
  const bundleFor = (deviceId: string, nth = 0) => {
    const { bundle, prekeys } = all.actor(deviceId).end;
    const { id, keys } = prekeys.oneTime[nth]!;
    return withOneTime(bundle, { id, publicKey: keys.publicKey });
  };
  all.begin('gateway', 'phone', bundleFor('phone'));
  all.seal('gateway', ['phone'], binding('m1'), words('Grüße'));
  all.seal('gateway', ['phone'], binding('m2', { category: 'marketing', templateHash: '5a'.repeat(32) }), words('Öl'));
  refusals(all);
  all.open('phone', 'gateway', 'm2');
  all.refuse('opened before', 'phone', 'gateway', all.envelope('m2'));
  all.open('phone', 'gateway', 'm1');
  all.seal('phone', ['gateway'], binding('m3', fromContact), words('answer'));
  all.open('gateway', 'phone', 'm3');
  // One ciphertext for four sessions: two of them begin, one without a one-time prekey; recipients are given out of order.
  all.begin('gateway', 'tablet', bundleFor('tablet'));
  all.begin('gateway', 'laptop', withOneTime(bundleFor('laptop'), null));
  all.seal('gateway', ['phone', 'laptop', 'tablet'], binding('m4'), new Uint8Array(300).fill(0x61));
  for (const to of ['phone', 'laptop', 'tablet']) all.open(to, 'gateway', 'm4');
  all.refuse('for other devices', 'phone', 'laptop', all.envelope('m3'));
  // Lost on the way, and a turn over them.
  for (const id of ['m5', 'm6', 'm7']) all.seal('phone', ['gateway'], binding(id, fromContact), words(id));
  all.open('gateway', 'phone', 'm7');
  all.seal('gateway', ['phone'], binding('m8'), words('m8'));
  all.open('phone', 'gateway', 'm8');
  all.seal('phone', ['gateway'], binding('m9', fromContact), words('m9'));
  all.open('gateway', 'phone', 'm9');
  all.open('gateway', 'phone', 'm5');
  all.refuse('a late one, opened before', 'gateway', 'phone', all.envelope('m5'));
  // Both begin at once.
  all.begin('laptop', 'tablet', bundleFor('tablet', 1));
  all.begin('tablet', 'laptop', bundleFor('laptop'));
  all.seal('laptop', ['tablet'], binding('m10', fromContact), words('m10'));
  all.seal('tablet', ['laptop'], binding('m11'), words('m11'));
  all.open('tablet', 'laptop', 'm10');
  all.open('laptop', 'tablet', 'm11');
  // Stores that were lost.
  all.forget('gateway', 'phone');
  all.refuse('of a session that is not held', 'gateway', 'phone', all.envelope('m9'));
  all.forget('phone', 'gateway');
  all.refuse('begins a session with a one-time prekey that was used', 'phone', 'gateway', all.envelope('m1'));
  return all.steps;
}

function refusals(all: Transcript): void {
  const first = all.envelope('m1');
  const headerBytes = 2 + 1 + 6 + 1 + 9 + 1 + 2 + 1 + 7 + 1 + 1 + 6 + 1 + 7 + 4 + 1;
  const wrapAt = headerBytes + 1;
  const ratchetAt = wrapAt + 1 + 2 + 1 + 5 + 4 + 16;
  const numberAt = ratchetAt + 32 + 4;
  const flip = (index: number) => first.with(index, first[index]! ^ 1);
  const set = (index: number, bytes: Uint8Array) => concat(first.slice(0, index), bytes, first.slice(index + bytes.length));
  all.refuse('the header names another category', 'phone', 'gateway', flip(24));
  all.refuse('the wrap changed', 'phone', 'gateway', flip(numberAt + 5 + 48 + 100));
  all.refuse('the content changed', 'phone', 'gateway', flip(first.length - 1));
  all.refuse('the content\'s commitment changed', 'phone', 'gateway', flip(first.length - 272 - 24 - 1));
  all.refuse('the session id changed', 'phone', 'gateway', flip(ratchetAt - 1));
  all.refuse('a ratchet key of low order', 'phone', 'gateway', set(ratchetAt, new Uint8Array(32)));
  all.refuse('number 1,001: 1,001 missing', 'phone', 'gateway', set(numberAt, Uint8Array.of(0, 0, 3, 233)));
  all.refuse('number 2^32 - 1', 'phone', 'gateway', set(numberAt, Uint8Array.of(255, 255, 255, 255)));
  all.refuse('a signed prekey that is not held', 'phone', 'gateway', set(numberAt + 4 + 1 + 32 + 8, Uint8Array.of(0, 0, 0, 99)));
  all.refuse('a one-time prekey that is not held', 'phone', 'gateway', set(numberAt + 4 + 1 + 32 + 12, Uint8Array.of(0, 0, 0, 99)));
  all.refuse('no such opening', 'phone', 'gateway', set(numberAt + 4, Uint8Array.of(3)));
  all.refuse('version 2', 'phone', 'gateway', first.with(0, 2));
  all.refuse('suite 2', 'phone', 'gateway', first.with(1, 2));
  all.refuse('no wraps', 'phone', 'gateway', first.with(headerBytes, 0));
  all.refuse('cut short', 'phone', 'gateway', first.slice(0, -1));
  all.refuse('a byte more', 'phone', 'gateway', concat(first, Uint8Array.of(0)));
  all.refuse('delivered as another message', 'phone', 'gateway', first, { messageId: 'm2' });
  all.refuse('delivered as free-form without a category', 'phone', 'gateway', first, { category: null });
  all.refuse('another sender than expected', 'phone', 'tablet', first);
  all.refuse('not for this device', 'laptop', 'gateway', first);
}

export function sessionStateVectors(ends: readonly VectorEnd[]) {
  const state = encodeSessions([beginSession(ends[0]!.own, ends[3]!.own.identity, ends[3]!.bundle, seeded('states'))]);
  const faults: readonly (readonly [string, Uint8Array])[] = [
    ['list version 2', state.with(0, 2)],
    ['six sessions', state.with(1, 6)],
    ['session version 2', state.with(6, 2)],
    ['flags that are none', state.with(8, 1 | 4)],
    ['cut short', state.slice(0, -1)],
    ['a byte more', concat(state, Uint8Array.of(0))],
    ['longer than any session', concat(Uint8Array.of(1, 5), new Uint8Array(5 * (4 + maxSessionBytes)), Uint8Array.of(0))],
  ];
  return {
    maxSessionBytes,
    sessions: toHex(state),
    // The longest is not written out: the first bytes, then zeros.
    refused: faults.map(([name, bytes]) => ({ name, sessions: toHex(bytes.slice(0, 1_000)), bytes: bytes.length, code: codeOf(() => decodeSessions(bytes)) })),
  };
}
