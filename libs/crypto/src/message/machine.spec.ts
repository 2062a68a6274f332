// Ends that send, receive, lose, repeat, reorder, restore backups and are lied to, in whatever order; after every step the promises hold.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withOneTime, withoutPrekey, type Prekeys } from '../account/prekey.js';
import { toHex } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { accountOf, begun, binding, bundleOf, refilled, seeded, text, type End } from '../ends.fixture.js';
import { newAgreementKeys } from '../primitives/primitives.js';
import { beginSession } from '../session/agreement.js';
import { decodeSessions, encodeSessions, withActive, withUpdated, type PeerSessions } from '../session/sessions.js';
import { encodeMessage, messageFor, parseMessage } from './envelope.js';
import { encodeWrapHeader } from './header.js';
import { openMessage } from './open.js';
import { sealMessage } from './seal.js';

/** What an end's store holds; a backup is a copy of it. */
type Memory = { readonly sessions: ReadonlyMap<string, Uint8Array>; readonly prekeys: Prekeys; readonly opened: ReadonlySet<string> };
type Party = { readonly name: string; readonly end: End; memory: Memory; backup: Memory; mustBegin: Set<string>; everRestored: boolean };
type InFlight = { readonly from: string; readonly to: string; readonly messageId: string; readonly envelope: Uint8Array };

const namesOf = ['gateway', 'tablet', 'laptop', 'phone'] as const;

function makeParties(): ReadonlyMap<string, Party> {
  const random = seeded('machine');
  const [bakery, customer] = [accountOf('bakery', ['gateway', 'tablet'], random), accountOf('c1', ['laptop', 'phone'], random)];
  const ends = [...bakery.ends, ...customer.ends].map((end) => refilled(end, random));
  return new Map(ends.map((end, at) => {
    const memory = { sessions: new Map(), prekeys: end.prekeys, opened: new Set<string>() };
    return [namesOf[at]!, { name: namesOf[at]!, end, memory, backup: memory, mustBegin: new Set<string>(), everRestored: false }];
  }));
}

/** Ends once made serve all runs: what they hold is a value. */
const made = makeParties();

class World {
  readonly parties = new Map([...made].map(([name, party]) => [name, { ...party, mustBegin: new Set<string>() }]));
  readonly flying: InFlight[] = [];
  readonly handedOut = new Map<string, number>();
  readonly commitments = new Set<string>();
  readonly random = seeded('world');
  #messages = 0;

  sessionsOf(party: Party, peer: string): PeerSessions {
    const kept = party.memory.sessions.get(peer);
    return kept === undefined ? [] : decodeSessions(kept);
  }

  keep(party: Party, peer: string, sessions: PeerSessions): void {
    party.memory = { ...party.memory, sessions: new Map(party.memory.sessions).set(peer, encodeSessions(sessions)) };
  }

  /** The bundle that the directory has for whoever asks next: each one-time prekey goes out once, and the fifth to ask gets none. */
  bundleOf({ name, end }: Party): Uint8Array {
    const count = this.handedOut.get(name) ?? 0;
    this.handedOut.set(name, count + 1);
    const left = { ...end, prekeys: { ...end.prekeys, oneTime: end.prekeys.oneTime.slice(count) } };
    return count % 5 === 4 ? withOneTime(bundleOf(left), null) : bundleOf(left);
  }

  send(from: Party, peers: readonly Party[]): void {
    for (const peer of peers) {
      const held = this.sessionsOf(from, peer.name);
      if (held.length > 0 && !from.mustBegin.has(peer.name)) continue;
      this.keep(from, peer.name, withActive(held, beginSession(from.end.own, peer.end.own.identity, this.bundleOf(peer), this.random)));
      from.mustBegin.delete(peer.name);
    }
    const messageId = `m${(this.#messages += 1)}`;
    const recipients = peers.map(({ name }) => ({ session: this.sessionsOf(from, name)[0]!, listVersion: 1 }));
    const { envelope, sessions } = sealMessage({ binding: binding(messageId), body: text(messageId), lastSeen: null, sender: from.end.own, recipients, random: this.random });
    peers.forEach(({ name }, at) => this.keep(from, name, withUpdated(this.sessionsOf(from, name), sessions[at]!)));
    for (const { sealed } of parseMessage(envelope).wraps) {
      const commitment = toHex(sealed.slice(0, 32));
      // Two equal ones would be two messages under one key; also after a restored backup none may be.
      if (this.commitments.has(commitment)) throw new Error('a key was used twice');
      this.commitments.add(commitment);
    }
    for (const { name, end } of peers) {
      const { accountId, deviceId } = end.own.identity;
      this.flying.push({ from: from.name, to: name, messageId, envelope: messageFor(envelope, accountId, deviceId) });
    }
  }

  /** Opens as a device does; answers with the words or the error's code. Anything but a CryptoError ends the run. */
  open(to: Party, from: Party, envelope: Uint8Array): string {
    const before = this.sessionsOf(to, from.name);
    try {
      const { body, sessions, usedOneTimePrekey, header } = openMessage({ envelope, own: to.end.own, sender: from.end.own.identity, sessions: before, prekeys: to.memory.prekeys, expected: {} });
      this.keep(to, from.name, sessions);
      const prekeys = usedOneTimePrekey === null ? to.memory.prekeys : withoutPrekey(to.memory.prekeys, usedOneTimePrekey);
      to.memory = { ...to.memory, prekeys, opened: new Set(to.memory.opened).add(header.messageId) };
      return Buffer.from(body).toString();
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      return error.code;
    }
  }

  deliver({ from, to, messageId, envelope }: InFlight): void {
    const [sender, receiver] = [this.parties.get(from)!, this.parties.get(to)!];
    const wasOpened = receiver.memory.opened.has(messageId);
    const before = receiver.memory.sessions.get(from);
    const became = this.open(receiver, sender, envelope);
    if (wasOpened) expect(['duplicate', 'refused', 'unknown_prekey', 'unknown_session', 'too_far_ahead']).toContain(became);
    else if (!sender.everRestored && !receiver.everRestored) expect(became).toBe(messageId);
    else expect([messageId, 'duplicate', 'refused', 'unknown_prekey', 'unknown_session', 'too_far_ahead']).toContain(became);
    if (became !== messageId) expect(receiver.memory.sessions.get(from)).toBe(before);
  }

  forge({ from, to, envelope }: InFlight, bit: number): void {
    const [sender, receiver] = [this.parties.get(from)!, this.parties.get(to)!];
    const before = receiver.memory;
    const at = bit % (envelope.length * 8);
    const became = this.open(receiver, sender, envelope.with(at >> 3, envelope[at >> 3]! ^ (1 << (at & 7))));
    expect(became).toMatch(/^[a-z_]{6,}$/);
    expect(receiver.memory).toBe(before);
  }

  /** One who knows the format and no key: numbers, ratchet keys and openings put together anew, content and wraps of one message in another. */
  counterfeit({ from, to, envelope }: InFlight, other: InFlight, [what, number]: readonly [number, number]): void {
    const [sender, receiver] = [this.parties.get(from)!, this.parties.get(to)!];
    const [parsed, taken] = [parseMessage(envelope), parseMessage(other.envelope)];
    const [wrap, another] = [parsed.wraps[0]!, taken.wraps[0]!];
    const { position } = wrap;
    const forgeries = [
      { ...wrap, position: { ...position, n: (position.n + 1 + (number % 1_200)) % 2 ** 31 } },
      { ...wrap, position: { ...position, previous: number % 1_200 } },
      { ...wrap, position: { ...position, ratchetKey: newAgreementKeys(this.random).publicKey, previous: number % 900 } },
      { ...wrap, sessionId: this.random(16) },
      { ...wrap, position: another.position, sessionId: another.sessionId, opening: another.opening },
      { ...wrap, sealed: another.sealed },
    ];
    const forged = forgeries[what % forgeries.length]!;
    const isContent = what % (forgeries.length + 1) === forgeries.length && parsed.header.bucketBytes === taken.header.bucketBytes;
    const bytes = encodeMessage({ ...parsed, wraps: [{ ...forged, headerBytes: encodeWrapHeader(forged) }], content: isContent ? taken.content : parsed.content });
    if (toHex(bytes) === toHex(envelope)) return;
    const before = receiver.memory;
    expect(this.open(receiver, sender, bytes)).toMatch(/^[a-z_]{6,}$/);
    expect(receiver.memory).toBe(before);
  }

  /** Begun anew, any two ends understand each other, whatever happened before. */
  mend(one: Party, other: Party): void {
    for (const [from, to] of [[one, other], [other, one]] as const) {
      if (from === one) from.mustBegin.add(to.name);
      this.send(from, [to]);
      const message = this.flying.pop()!;
      expect(this.open(to, from, message.envelope)).toBe(message.messageId);
    }
  }
}

type Step = fc.Command<object, World>;
const step = (name: string, needsFlying: boolean, run: (world: World) => void): Step => ({ check: () => true, run: (_model, world) => (needsFlying && world.flying.length === 0 ? undefined : run(world)), toString: () => name });

const party = fc.constantFrom(...namesOf);
const peersOf = (from: string) => fc.subarray(namesOf.filter((name) => name !== from), { minLength: 1 });
const sends = party.chain((from) => peersOf(from).map((peers) => step(`${from} sends to ${peers.join()}`, false, (world) => world.send(world.parties.get(from)!, peers.map((name) => world.parties.get(name)!)))));
const place = fc.nat(1_000_000);
const taken = (world: World, at: number) => world.flying.splice(at % world.flying.length, 1)[0]!;
const deliveries = place.map((at) => step(`delivers ${at}`, true, (world) => world.deliver(taken(world, at))));
const copies = place.map((at) => step(`delivers a copy of ${at}`, true, (world) => world.deliver(world.flying[at % world.flying.length]!)));
const losses = place.map((at) => step(`loses ${at}`, true, (world) => void taken(world, at)));
const forgeries = fc.tuple(place, place).map(([at, bit]) => step(`forges bit ${bit} of ${at}`, true, (world) => world.forge(world.flying[at % world.flying.length]!, bit)));
const counterfeits = fc.tuple(place, place, place, place).map(([at, other, what, number]) => step(`counterfeits ${what}, ${number} of ${at} and ${other}`, true, (world) => world.counterfeit(world.flying[at % world.flying.length]!, world.flying[other % world.flying.length]!, [what, number])));
const backups = party.map((name) => step(`${name} is backed up`, false, (world) => {
  const end = world.parties.get(name)!;
  end.backup = end.memory;
}));
const restores = fc.tuple(party, fc.boolean()).map(([name, isCareful]) => step(`${name} is restored${isCareful ? ' and begins anew' : ''}`, false, (world) => {
  const end = world.parties.get(name)!;
  end.memory = end.backup;
  end.everRestored = true;
  if (isCareful) namesOf.forEach((peer) => end.mustBegin.add(peer));
}));

function runAll(steps: readonly fc.Arbitrary<Step>[], numRuns: number): void {
  fc.assert(
    fc.property(fc.commands([...steps], { maxCommands: 60, size: 'max' }), (commands) => {
      const world = new World();
      fc.modelRun(() => ({ model: {}, real: world }), commands);
      world.mend(world.parties.get('gateway')!, world.parties.get('phone')!);
    }),
    { numRuns },
  );
}

describe('four devices of two accounts', () => {
  it('understand each other through loss, copies, any order and forgeries: each message that arrives opens, once', () => {
    runAll([sends, sends, deliveries, deliveries, copies, losses, forgeries, counterfeits], 150);
  }, 120_000);

  it('restored from older states use no key twice, are never misunderstood, and understand each other again once begun anew', () => {
    runAll([sends, sends, deliveries, deliveries, copies, losses, backups, restores, forgeries, counterfeits], 150);
  }, 120_000);

  it('open a thousand messages in any order, with copies and losses', () => {
    const random = seeded('thousand');
    const [gateway, phone] = [made.get('gateway')!.end, made.get('phone')!.end];
    let session = begun(gateway, phone, random);
    const envelopes = Array.from({ length: 1_001 }, (_, at) => {
      const sealed = sealMessage({ binding: binding(`m${at}`), body: text(`text ${at}`), lastSeen: null, sender: gateway.own, recipients: [{ session, listVersion: 1 }], random });
      session = sealed.sessions[0]!;
      return { at, envelope: sealed.envelope };
    });
    const order = envelopes.map((message) => ({ ...message, place: random(4).reduce((value, byte) => value * 256 + byte, 0) })).sort((a, b) => a.place - b.place);
    let sessions: PeerSessions = [];
    const openAt = (envelope: Uint8Array) => openMessage({ envelope, own: phone.own, sender: gateway.own.identity, sessions, prekeys: phone.prekeys, expected: {} });
    for (const { at, envelope } of order.filter((_, place) => place % 10 !== 3)) {
      const opened = openAt(envelope);
      expect(opened.body).toEqual(text(`text ${at}`));
      sessions = opened.sessions;
      if (at % 7 === 0) expect(() => openAt(envelope)).toThrow(expect.objectContaining({ code: 'duplicate' }));
    }
    expect(sessions[0]!.skipped.flatMap(({ keys }) => keys).length).toBe(order.filter((_, place) => place % 10 === 3).filter(({ at }) => at < sessions[0]!.received).length);
  }, 60_000);
});

describe('a sender restored from an older state', () => {
  it('seals under the same chain key, yet under another key and nonce; the peer refuses, and understands a session begun anew', () => {
    const random = seeded('restored');
    const [gateway, phone] = [made.get('gateway')!.end, made.get('phone')!.end];
    const seal = (session: PeerSessions[number], messageId: string) => sealMessage({ binding: binding(messageId), body: text(messageId), lastSeen: null, sender: gateway.own, recipients: [{ session, listVersion: 1 }], random });
    const open = (envelope: Uint8Array, sessions: PeerSessions) => openMessage({ envelope, own: phone.own, sender: gateway.own.identity, sessions, prekeys: phone.prekeys, expected: {} });
    const first = seal(begun(gateway, phone, random), 'm1');
    const backup = first.sessions[0]!;
    const [before, after] = [seal(backup, 'm2'), seal(backup, 'm3')];
    const [one, other] = [before, after].map(({ envelope }) => parseMessage(envelope).wraps[0]!);
    expect(other!.position).toEqual(one!.position);
    expect(toHex(other!.sealed.slice(0, 32))).not.toBe(toHex(one!.sealed.slice(0, 32)));
    expect(toHex(other!.sealed.slice(32, 56))).not.toBe(toHex(one!.sealed.slice(32, 56)));
    const held = open(before.envelope, open(first.envelope, []).sessions);
    expect(() => open(after.envelope, held.sessions)).toThrow(expect.objectContaining({ code: 'duplicate' }));
    expect(open(seal(begun(gateway, phone, random), 'm4').envelope, held.sessions).body).toEqual(text('m4'));
  });
});
