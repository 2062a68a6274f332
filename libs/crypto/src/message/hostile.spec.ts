import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { followDeviceList, openDeviceList } from '../account/device-list.js';
import { openBundle, withOneTime } from '../account/prekey.js';
import { decodePrekeys, encodePrekeys } from '../account/prekey-state.js';
import { matchesSafetyQr } from '../account/safety-number.js';
import { AttachmentOpener, AttachmentSealer } from '../attachment/attachment.js';
import { concat, toHex } from '../bytes.js';
import { CryptoError, cryptoErrorCodes, meaningOf } from '../crypto-error.js';
import { accountOf, begun, binding, bundleOf, refilled, seeded, text } from '../ends.fixture.js';
import { checkLogged, decodeConsistency, decodeEntry, decodeInclusion, encodeConsistency, encodeEntry, encodeInclusion, followHead, openHead, signHead } from '../key-log/log.js';
import { emptyRoot, leafHash } from '../key-log/tree.js';
import { sha512 } from '../primitives/primitives.js';
import { decodeSession, encodeSession } from '../session/state.js';
import { decodeSessions, encodeSessions, type PeerSessions } from '../session/sessions.js';
import { decodeContent, encodeContent } from './content.js';
import { messageFor, readMessage } from './envelope.js';
import { openMessage } from './open.js';
import { sealMessage } from './seal.js';

const random = seeded('hostile');
const account = accountOf('bakery', ['gateway'], random);
const [gateway, phone] = [account.ends[0]!, refilled(accountOf('c1', ['phone'], random).ends[0]!, random)];
const hello = sealMessage({ binding: binding('m1'), body: text('hello'), lastSeen: null, sender: gateway.own, recipients: [{ session: begun(gateway, phone, random), listVersion: 1 }], random });
const open = (envelope: Uint8Array, sessions: PeerSessions) => openMessage({ envelope, own: phone.own, sender: gateway.own.identity, sessions, prekeys: phone.prekeys, expected: {} });
const first = open(hello.envelope, []);
const second = sealMessage({ binding: binding('m2'), body: text('again'), lastSeen: null, sender: gateway.own, recipients: [{ session: hello.sessions[0]!, listVersion: 1 }], random });
const answer = sealMessage({ binding: binding('m3'), body: text('answer'), lastSeen: null, sender: phone.own, recipients: [{ session: first.sessions[0]!, listVersion: 1 }], random });
const atGateway = openMessage({ envelope: answer.envelope, own: gateway.own, sender: phone.own.identity, sessions: hello.sessions, prekeys: gateway.prekeys, expected: {} });
const turned = sealMessage({ binding: binding('m4'), body: text('turned'), lastSeen: null, sender: gateway.own, recipients: [{ session: atGateway.sessions[0]!, listVersion: 1 }], random });

/** What became of it: 'answered', a code, or whatever else was thrown. */
function outcome(work: () => unknown): unknown {
  try {
    work();
    return 'answered';
  } catch (error) {
    return error instanceof CryptoError && cryptoErrorCodes.includes(error.code) ? error.code : error;
  }
}

const flipped = (bytes: Uint8Array, bit: number) => bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));

describe('a changed message', () => {
  const cases: readonly (readonly [string, Uint8Array, PeerSessions])[] = [
    ['that begins a session', hello.envelope, []],
    ['of a known session that still says its opening', second.envelope, first.sessions],
    ['after a turn', turned.envelope, answer.sessions],
  ];
  it.each(cases)('%s: every bit flipped is refused, and the state stays byte for byte as it was', (_name, envelope, sessions) => {
    const before = toHex(encodeSessions(sessions));
    expect(outcome(() => open(envelope, sessions))).toBe('answered');
    const unexpected: unknown[] = [];
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const became = outcome(() => open(flipped(envelope, bit), sessions));
      if (typeof became !== 'string' || became === 'answered' || became === 'invalid_argument') unexpected.push([bit, became]);
    }
    expect(unexpected).toEqual([]);
    expect(toHex(encodeSessions(sessions))).toBe(before);
    expect(outcome(() => open(envelope, sessions))).toBe('answered');
  }, 120_000);

  it('cut anywhere, or longer, is malformed', () => {
    for (let length = 0; length < hello.envelope.length; length++) expect(outcome(() => open(hello.envelope.slice(0, length), []))).toBe('malformed');
    expect(outcome(() => open(concat(hello.envelope, new Uint8Array(1)), []))).toBe('malformed');
  });
});

describe('whatever the bytes', () => {
  const sealer = new AttachmentSealer(random);
  const file = sealer.finish();
  const listHash = sha512(account.list);
  const { accountId, accountKey } = gateway.own.identity;
  const entry = encodeEntry({ accountId, accountKey, listVersion: 1, listHash, at: 1 });
  const head = signHead({ logId: 'log', size: 1, root: leafHash(entry), at: 1 }, account.keys);
  const inclusion = encodeInclusion({ index: 0, size: 1, path: [] });
  const consistency = encodeConsistency({ older: 0, size: 1, path: [] });
  const opened = openHead(head, accountKey);
  const empty = { logId: 'log', size: 0, root: emptyRoot(), at: 0 };
  const content = encodeContent({ binding: binding('m1', { templateHash: '5a'.repeat(32) }), lastSeen: random(64), body: text('a body') });

  const readers: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
    ['openMessage, a new session', hello.envelope, (bytes) => open(bytes, [])],
    ['openMessage, a known session', turned.envelope, (bytes) => open(bytes, answer.sessions)],
    ['readMessage', hello.envelope, readMessage],
    ['messageFor', hello.envelope, (bytes) => messageFor(bytes, 'c1', 'phone')],
    ['decodeContent', content, decodeContent],
    ['decodeSession', encodeSession(hello.sessions[0]!), decodeSession],
    ['decodeSessions', encodeSessions(first.sessions), decodeSessions],
    ['openDeviceList', account.list, openDeviceList],
    ['followDeviceList', account.list, (bytes) => followDeviceList(account.list, bytes)],
    ['openBundle', bundleOf(phone), (bytes) => openBundle(bytes, phone.own.identity)],
    ['decodePrekeys', encodePrekeys({ ...phone.prekeys, oneTime: phone.prekeys.oneTime.slice(0, 2) }), decodePrekeys],
    ['withOneTime', bundleOf(phone), (bytes) => withOneTime(bytes, null)],
    ['openHead', head, (bytes) => openHead(bytes, accountKey)],
    ['decodeEntry', entry, decodeEntry],
    ['decodeInclusion', inclusion, decodeInclusion],
    ['decodeConsistency', consistency, decodeConsistency],
    ['checkLogged, the list', account.list, (list) => checkLogged({ list, entry, proof: inclusion }, opened)],
    ['checkLogged, the entry', entry, (bytes) => checkLogged({ list: account.list, entry: bytes, proof: inclusion }, opened)],
    ['checkLogged, the proof', inclusion, (proof) => checkLogged({ list: account.list, entry, proof }, opened)],
    ['followHead', consistency, (bytes) => followHead(empty, opened, bytes)],
    ['an attachment', file.bytes, (bytes) => {
      const opener = new AttachmentOpener(file.attachment);
      opener.push(bytes);
      opener.finish();
    }],
    ['matchesSafetyQr', new Uint8Array(0), (bytes) => matchesSafetyQr(bytes instanceof Uint8Array ? `PARLEY1:${toHex(bytes).toUpperCase()}` : bytes, { accountId, accountKey }, phone.own.identity)],
  ];

  it.each(readers.filter(([name]) => !['matchesSafetyQr', 'followDeviceList'].includes(name)))('%s answers the untouched bytes: the test can tell', (_name, bytes, read) => {
    expect(outcome(() => read(bytes))).toBe('answered');
  });

  // The caller's own arguments are right here, so what is received may cause any of the others.
  const ours: readonly unknown[] = ['answered', ...cryptoErrorCodes.filter((code) => code !== 'invalid_argument')];
  it.each(readers)('%s throws a CryptoError or nothing', (_name, bytes, read) => {
    const piece = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length)).map(([from, to]) => bytes.slice(from, to));
    const edits = fc.array(fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const candidate = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 20 }), piece), { maxLength: 4 }).map((parts) => concat(...parts)),
      edits.map((changes) => changes.reduce((whole, [at, value]) => (at < whole.length ? whole.with(at, value) : whole), bytes)),
    );
    fc.assert(fc.property(candidate, (changed) => expect(ours).toContain(outcome(() => read(changed)))), { numRuns: 300 });
    for (const nothing of [null, undefined, 'text', 7, [1, 2]]) expect(ours).toContain(outcome(() => read(nothing as unknown as Uint8Array)));
  }, 60_000);

  it('every reason has a meaning of its own', () => {
    expect(new Set(cryptoErrorCodes.map(meaningOf)).size).toBe(cryptoErrorCodes.length);
  });
});
