// The implementation in python/, which knows nothing of this one but PROTOCOL.md: held against the vectors, and at the other end of conversations.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from '@jest/globals';
import { requireOr, suite } from '@parley/testing';
import fc from 'fast-check';
import { identityIn, openDeviceList, type DeviceIdentity } from '../account/device-list.js';
import { decodePrekeys, encodePrekeys } from '../account/prekey-state.js';
import { openBundle, withOneTime } from '../account/prekey.js';
import { safetyNumber } from '../account/safety-number.js';
import { concat, fromHex, toHex } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { accountOf, binding, bundleOf, refilled, seeded, text, type End } from '../ends.fixture.js';
import { decodeInclusion, encodeInclusion } from '../key-log/log.js';
import { openMessage } from '../message/open.js';
import { sealMessage } from '../message/seal.js';
import { systemRandom } from '../random.js';
import { beginSession } from '../session/agreement.js';
import type { Session } from '../session/session.js';
import { encodeSessions, decodeSessions, withActive, withUpdated, type PeerSessions } from '../session/sessions.js';
import { vectors } from './vectors.js';

const cwd = fileURLToPath(new URL('../../python/', import.meta.url));
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const version = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
const missing = version.error !== undefined ? 'there is no python3 on the path' : version.status !== 0 ? 'python3 is older than 3.10' : undefined;

type Answer = { readonly code?: string; readonly envelope: string; readonly body: unknown; readonly list: string; readonly bundle: string; readonly number: string; readonly became: readonly string[] };

/** The other end, in a process of its own. */
class PythonEnd {
  readonly #process: ChildProcess = spawn('python3', ['-m', 'parley_e2e.exchange'], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();

  async ask(command: string, args: object = {}): Promise<Answer> {
    this.#process.stdin!.write(`${JSON.stringify({ do: command, ...args })}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the Python end is gone');
    return JSON.parse(value) as Answer;
  }

  end(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }
}

/** 'taken', or the code. */
function judged(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): string {
  try {
    read(bytes);
    return 'taken';
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

/** Samples with bytes set to what makes a difference, cut, joined, and with pieces of each other. */
function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const sample = fc.constantFrom(...samples);
  const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 255));
  const edited = sample.chain((bytes) => fc.array(fc.tuple(fc.nat(bytes.length - 1), value), { minLength: 1, maxLength: 3 }).map((edits) => edits.reduce((whole, [at, byte]) => whole.with(at, byte), bytes)));
  const zeroed = sample.chain((bytes) => fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 64 })).map(([at, length]) => bytes.map((byte, index) => (index >= at && index < at + length ? 0 : byte))));
  const cut = sample.chain((bytes) => fc.nat(bytes.length).map((length) => bytes.slice(0, length)));
  const grafted = fc.tuple(sample, sample, fc.nat(1_000)).map(([one, other, at]) => concat(one.slice(0, at), other.slice(at)));
  return fc.oneof({ weight: 5, arbitrary: edited }, zeroed, cut, grafted, fc.uint8Array({ maxLength: 300 }));
}

/** At each of the first places a letter, and 32 zeros: every id becomes another, and every key one of low order. */
function swept(bytes: Uint8Array): Uint8Array[] {
  const places = Array.from({ length: Math.min(130, bytes.length) }, (_, at) => at);
  return places.flatMap((at) => [bytes.with(at, 0x78), bytes.map((byte, index) => (index >= at && index < at + 32 ? 0 : byte))]);
}

const ends: PythonEnd[] = [];
const folders: string[] = [];
afterAll(() => {
  ends.forEach((end) => end.end());
  folders.forEach((folder) => rmSync(folder, { recursive: true }));
});

/** Both ends, having met: each has verified the other's list. */
async function met() {
  const python = new PythonEnd();
  ends.push(python);
  const account = accountOf('bakery', ['gateway'], systemRandom);
  const own = refilled(account.ends[0]!, systemRandom);
  const registered = await python.ask('register', { accountId: 'c1', deviceId: 'phone', now: 1_790_000_000_000 });
  const peer = identityIn(openDeviceList(fromHex(registered.list)!), 'phone')!;
  const { number } = await python.ask('meet', { list: toHex(account.list), deviceId: 'gateway' });
  expect(number).toBe(safetyNumber(own.own.identity, peer));
  return { python, own, peer, bundle: fromHex(registered.bundle)! };
}

/** Our end's state, with what it does to it. */
class OurEnd {
  sessions: PeerSessions = [];
  readonly own: Awaited<ReturnType<typeof met>>['own'];
  readonly peer: DeviceIdentity;
  #messages = 0;

  constructor({ own, peer }: { readonly own: OurEnd['own']; readonly peer: DeviceIdentity }) {
    this.own = own;
    this.peer = peer;
  }

  seal(words: string): string {
    const { envelope, sessions } = sealMessage({ binding: binding(`ours${(this.#messages += 1)}`), body: text(words), lastSeen: null, sender: this.own.own, recipients: [{ session: this.sessions[0]!, listVersion: 1 }], random: systemRandom });
    this.sessions = withUpdated(this.sessions, sessions[0]!);
    return toHex(envelope);
  }

  open(envelope: string): string {
    const opened = openMessage({ envelope: fromHex(envelope)!, own: this.own.own, sender: this.peer, sessions: decodeSessions(encodeSessions(this.sessions)), prekeys: this.own.prekeys, expected: {} });
    this.sessions = opened.sessions;
    return Buffer.from(opened.body).toString();
  }
}

const bodyOf = (words: string) => Buffer.from(words).toString('hex');

async function talk(ours: OurEnd, python: PythonEnd): Promise<void> {
  const late: string[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const said = Array.from({ length: 4 }, (_, at) => ours.seal(`ours ${turn} ${at}`));
    for (const at of [2, 0, 1]) expect((await python.ask('open', { envelope: said[at] })).body).toEqual(bodyOf(`ours ${turn} ${at}`));
    expect((await python.ask('open', { envelope: said[0] })).code).toBe('duplicate');
    late.push(said[3]!);
    await python.ask('restart');
    const answers: string[] = [];
    for (let at = 0; at < 3; at++) answers.push((await python.ask('seal', { binding: binding(`theirs${turn}-${at}`, { category: null }), body: bodyOf(`theirs ${turn} ${at}`) })).envelope);
    for (const at of [1, 2, 0]) expect(ours.open(answers[at]!)).toBe(`theirs ${turn} ${at}`);
    expect(() => ours.open(answers[2]!)).toThrow(CryptoError);
  }
  for (const [turn, envelope] of late.entries()) expect((await python.ask('open', { envelope })).body).toEqual(bodyOf(`ours ${turn} 3`));
}

suite('a second implementation, in Python', missing === undefined ? undefined : requireOr('python', missing), () => {
  it('passes all vectors', async () => {
    const { stdout } = await promisify(execFile)('python3', ['-m', 'parley_e2e.check', '../vectors/v1.json'], { cwd, env });
    expect(JSON.parse(stdout)).toEqual({ passed: expect.any(Number), failed: [] });
    expect((JSON.parse(stdout) as { passed: number }).passed).toBeGreaterThan(200);
  }, 60_000);

  it('fails where a vector says something else: the check can tell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-vectors-'));
    folders.push(folder);
    const changed = vectors();
    changed.safety.number = changed.safety.number.replace(/^./, (digit) => ((Number(digit) + 1) % 10).toString());
    changed.keyLog.refused[0]!.code = 'refused';
    writeFileSync(join(folder, 'changed.json'), JSON.stringify(changed));
    const failure = await promisify(execFile)('python3', ['-m', 'parley_e2e.check', join(folder, 'changed.json')], { cwd, env }).catch((error: { stdout: string }) => error);
    expect((JSON.parse(failure.stdout) as { failed: string[] }).failed.length).toBe(2);
  }, 60_000);

  it('opens what we seal and seals what we open, from a session that we begin', async () => {
    const { python, bundle, ...both } = await met();
    const ours = new OurEnd(both);
    ours.sessions = withActive([], beginSession(both.own.own, both.peer, bundle, systemRandom));
    await talk(ours, python);
  }, 60_000);

  it('judges whatever bytes as we do, with the same code', async () => {
    const random = seeded('judged');
    const [bakery, customer] = [accountOf('bakery', ['gateway'], random), accountOf('c1', ['phone'], random)];
    const [gateway, phone] = [bakery.ends[0]!, refilled(customer.ends[0]!, random)];
    const seal = (from: End, session: Session, id: string) => sealMessage({ binding: binding(id), body: text(id), lastSeen: null, sender: from.own, recipients: [{ session, listVersion: 1 }], random });
    const open = (envelope: Uint8Array, sessions: PeerSessions) => openMessage({ envelope, own: phone.own, sender: gateway.own.identity, sessions, prekeys: phone.prekeys, expected: {} });
    let gatewaySessions: PeerSessions = [beginSession(gateway.own, phone.own.identity, bundleOf(phone), random)];
    const first = seal(gateway, gatewaySessions[0]!, 'm1');
    const [lost, late] = [seal(gateway, first.sessions[0]!, 'm2'), seal(gateway, seal(gateway, first.sessions[0]!, 'm2').sessions[0]!, 'm3')];
    const sessions = open(late.envelope, open(first.envelope, []).sessions).sessions;
    const answer = seal(phone, sessions[0]!, 'm4');
    gatewaySessions = openMessage({ envelope: answer.envelope, own: gateway.own, sender: phone.own.identity, sessions: late.sessions, prekeys: gateway.prekeys, expected: {} }).sessions;
    const turned = seal(gateway, gatewaySessions[0]!, 'm5');
    const another = seal(gateway, beginSession(gateway.own, phone.own.identity, withOneTime(bundleOf(phone), null), random), 'm6');
    const kinds = {
      message: { samples: [first.envelope, lost.envelope, late.envelope, turned.envelope, another.envelope], read: (bytes: Uint8Array) => open(bytes, answer.sessions) },
      list: { samples: [customer.list], read: openDeviceList },
      bundle: { samples: [bundleOf(phone), withOneTime(bundleOf(phone), null)], read: (bytes: Uint8Array) => openBundle(bytes, phone.own.identity) },
      sessions: { samples: [encodeSessions(answer.sessions), encodeSessions(gatewaySessions), encodeSessions(first.sessions)], read: decodeSessions },
      prekeys: { samples: [encodePrekeys({ ...phone.prekeys, oneTime: phone.prekeys.oneTime.slice(0, 3) })], read: decodePrekeys },
      proof: { samples: [encodeInclusion({ index: 1, size: 3, path: [random(64), random(64)] })], read: decodeInclusion },
    };
    const python = new PythonEnd();
    ends.push(python);
    const secretsOf = (held: readonly { readonly id: number; readonly keys: { readonly secretKey: Uint8Array } }[]) => Object.fromEntries(held.map(({ id, keys }) => [id, toHex(keys.secretKey)]));
    const secrets = { secret: toHex(phone.own.agreement.secretKey), signed: secretsOf(phone.prekeys.signed), oneTime: secretsOf(phone.prekeys.oneTime) };
    await python.ask('become', { list: toHex(customer.list), deviceId: 'phone', ...secrets, peerList: toHex(bakery.list), peerDeviceId: 'gateway', sessions: toHex(encodeSessions(answer.sessions)) });
    const seen = new Set<string>();
    for (const [kind, { samples, read }] of Object.entries(kinds)) {
      const candidates = fc.sample(mutated(samples), { numRuns: 250, seed: 7 }).concat(samples, ...samples.slice(0, 1).map(swept));
      const wanted = candidates.map((bytes) => judged(read, bytes));
      const { became } = await python.ask('judge', { kind, candidates: candidates.map(toHex) });
      expect(became).toEqual(wanted);
      wanted.forEach((code) => seen.add(code));
    }
    for (const code of ['taken', 'malformed', 'unsupported', 'refused', 'duplicate', 'too_far_ahead', 'weak_key', 'bad_signature', 'sender_mismatch', 'not_a_recipient']) expect([...seen]).toContain(code);
  }, 120_000);

  it('and from one that it begins', async () => {
    const { python, ...both } = await met();
    const ours = new OurEnd(both);
    await python.ask('begin', { bundle: toHex(bundleOf(both.own)) });
    const { envelope } = await python.ask('seal', { binding: binding('first', { templateHash: '5a'.repeat(32) }), body: bodyOf('Grüße') });
    expect(ours.open(envelope)).toBe('Grüße');
    await talk(ours, python);
    const changed = ours.seal('changed');
    expect((await python.ask('open', { envelope: changed.slice(0, -1) + (changed.endsWith('0') ? '1' : '0') })).code).toBe('refused');
    expect((await python.ask('open', { envelope: changed })).body).toEqual(bodyOf('changed'));
  }, 60_000);
});
