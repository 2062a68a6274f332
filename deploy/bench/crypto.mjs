// `npm run bench -- --crypto`: what the end-to-end protocol costs, by each provider of primitives, on one core.
import {
  AttachmentSealer, beginSession, decodeSession, encodeSession, encodeSessions, identityIn, newAgreementKeys, newListedDevice, newSigningKeys, nodePrimitives, noPrekeys, openDeviceList, openMessage, refillPrekeys,
  rotatePrekeys, sealMessage, signBundle, signDeviceList, systemRandom, tweetnaclPrimitives, usePrimitives, withActive,
} from '@parley/crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { folder, machine, median, say, table } from './table.mjs';

const self = fileURLToPath(import.meta.url);
const kept = 100_000;
/** Calls of a round: of what takes microseconds, in batches, and of what takes a part of a millisecond. */
const [batches, ofBatch] = [100, 100];
const turns = 100;

const help = `The end-to-end protocol, by Node's primitives and by tweetnacl: seal and open of 200 bytes, a turn of the ratchet, beginning a session,
a message for 10 devices, an attachment; and the memory of ${kept.toLocaleString('en')} sessions. Processor time of one process, medians of rounds.

  npm run bench -- --crypto                 about a minute
  npm run bench -- --crypto --rounds 9      more rounds (5; 1 to 99)
  npm run bench -- --crypto --json          the result as JSON on stdout

Results are kept in node_modules/.cache/parley/bench/.`;

/** An account with so many devices and their prekeys. */
function accountOf(accountId, count) {
  const account = newSigningKeys(systemRandom);
  const devices = Array.from({ length: count }, (_, index) => ({ deviceId: `device-${index}`, signing: newSigningKeys(systemRandom), agreement: newAgreementKeys(systemRandom) }));
  const listed = devices.map(({ deviceId, signing, agreement }) => newListedDevice(accountId, deviceId, signing, agreement));
  const list = openDeviceList(signDeviceList({ accountId, listVersion: 1, previousHash: new Uint8Array(64), issuedAt: Date.now(), devices: listed }, account));
  return devices.map(({ deviceId, signing, agreement }) => {
    const { prekeys } = refillPrekeys(rotatePrekeys(noPrekeys, Date.now(), systemRandom), 0, systemRandom);
    const identity = identityIn(list, deviceId);
    const [signed] = prekeys.signed;
    const bundle = signBundle(identity, signing.seed, {
      signed: { id: signed.id, createdAt: signed.createdAt, publicKey: signed.keys.publicKey },
      oneTime: { id: prekeys.oneTime[0].id, publicKey: prekeys.oneTime[0].keys.publicKey },
    });
    return { own: { identity, agreement }, prekeys, bundle };
  });
}

const body = new Uint8Array(200).fill(0x61);
const bindingOf = (number) => ({ businessId: 'bakery', conversationId: 'bakery.c0123456789abcdefghijklmnop', messageId: `m${number}`, category: 'utility', templateHash: null });

function seal(from, sessions, number) {
  const recipients = sessions.map((session) => ({ session, listVersion: 1 }));
  return sealMessage({ binding: bindingOf(number), body, lastSeen: null, sender: from.own, recipients, random: systemRandom });
}

function open(to, from, sessions, envelope) {
  return openMessage({ envelope, own: to.own, sender: from.own.identity, sessions, prekeys: to.prekeys, expected: {} });
}

/** Two ends that have both sent. */
function conversation(one, other) {
  const first = seal(one, [beginSession(one.own, other.own.identity, other.bundle, systemRandom)], 0);
  const answer = seal(other, [open(other, one, [], first.envelope).sessions[0]], 1);
  return { ours: open(one, other, first.sessions, answer.envelope).sessions, theirs: answer.sessions };
}

/** Microseconds of processor time, of all threads, that one call takes. */
function microsOf(count, work) {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) work(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** A round: name → microseconds a call. Everything sealed is opened, and one that does not open ends the run. */
function round([one, other, ...rest]) {
  let { ours, theirs } = conversation(one, other);
  let [sealing, opening] = [0, 0];
  // In batches, as an outbox or an inbox has them: thousands kept would measure the garbage collector.
  for (let batch = 0; batch < batches; batch += 1) {
    const envelopes = [];
    sealing += microsOf(ofBatch, (index) => {
      const { envelope, sessions } = seal(one, ours, index);
      [ours, envelopes[index]] = [sessions, envelope];
    });
    opening += microsOf(ofBatch, (index) => (theirs = open(other, one, theirs, envelopes[index]).sessions));
  }
  [sealing, opening] = [sealing / batches, opening / batches];
  let [sealed, turnedSeal, turnedOpen] = [null, 0, 0];
  for (let turn = 0; turn < turns; turn += 1) {
    turnedSeal += microsOf(1, () => (sealed = seal(other, theirs.slice(0, 1), turn)));
    theirs = sealed.sessions;
    turnedOpen += microsOf(1, () => (ours = open(one, other, ours, sealed.envelope).sessions));
    sealed = seal(one, ours.slice(0, 1), turn);
    [ours, theirs] = [sealed.sessions, open(other, one, theirs, sealed.envelope).sessions];
  }
  const begun = [];
  const beginning = microsOf(turns, (index) => (begun[index] = beginSession(one.own, other.own.identity, other.bundle, systemRandom)));
  const firsts = begun.map((session) => seal(one, [session], 0).envelope);
  const accepting = microsOf(turns, (index) => open(other, one, [], firsts[index]));
  let fan = rest.map((end) => conversation(one, end).ours[0]);
  const fanning = microsOf(turns, (index) => (fan = seal(one, fan, index).sessions));
  const file = new Uint8Array(2 ** 22);
  const attaching = microsOf(1, () => {
    const sealer = new AttachmentSealer(systemRandom);
    sealer.push(file);
    sealer.finish();
  });
  return {
    'seal 200 B': sealing,
    'open 200 B': opening,
    'a turn of the ratchet, both halves beside seal and open': turnedSeal / turns + turnedOpen / turns - sealing - opening,
    'begin a session, its bundle verified': beginning,
    'accept one and open its first message': accepting,
    'seal 200 B for 10 devices': fanning,
    'seal 1 MiB of attachment': attaching / 4,
  };
}

function measured(provider, ends, rounds) {
  usePrimitives(provider);
  round(ends);
  const results = Array.from({ length: rounds }, (_, index) => {
    say(`${provider.name}: round ${index + 1} of ${rounds}`);
    return round(ends);
  });
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, median(results.map((result) => result[name]))]));
}

/** In a process of its own, with nothing else in it: bytes of so many sessions that stand between two messages. */
function memory(form) {
  const [one, other] = [...accountOf('bakery', 1), ...accountOf('c1', 1)];
  const { ours } = conversation(one, other);
  const state = encodeSession(ours[0]);
  const held = new Map();
  const used = () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  for (let index = 0; index < kept; index += 1) {
    const session = decodeSession(state);
    held.set(`c${index}`, form === 'values' ? withActive([], session) : encodeSessions([session]));
  }
  const after = used();
  if (held.size !== kept) throw new Error('sessions were lost');
  return (after - before) / 2 ** 20;
}

const memoryOf = (form) => Number(execFileSync(process.execPath, ['--expose-gc', self, 'memory', form], { encoding: 'utf8' }));

export function measureCrypto(args) {
  const { values } = parseArgs({ args, options: { crypto: { type: 'boolean' }, rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  if (values.help) return console.log(help);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 99)) throw new RangeError('--rounds: from 1 to 99');
  const ends = [...accountOf('bakery', 1), ...accountOf('c1', 11)];
  const providers = [nodePrimitives(), tweetnaclPrimitives].filter((provider) => provider !== null);
  const micros = Object.fromEntries(providers.map((provider) => [provider.name, measured(provider, ends, rounds)]));
  say('memory');
  const megabytes = { 'as values': memoryOf('values'), 'as bytes for a store': memoryOf('bytes') };
  say('');
  const result = { machine: machine(), rounds, micros, sessions: kept, megabytes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'crypto.json'), JSON.stringify(result, null, 2));
  if (values.json) return console.log(JSON.stringify(result));
  const names = Object.keys(micros[providers[0].name]);
  console.log(`${machine()}, medians of ${rounds} rounds; µs of processor time\n`);
  console.log(table(['', ...providers.map(({ name }) => name)], names.map((name) => [name, ...providers.map((provider) => micros[provider.name][name].toFixed(0))])));
  console.log(`\n${kept.toLocaleString('en')} sessions: ${Object.entries(megabytes).map(([form, size]) => `${size.toFixed(0)} MB ${form}`).join(', ')}`);
}

if (process.argv[1] === self && process.argv[2] === 'memory') console.log(memory(process.argv[3]));
