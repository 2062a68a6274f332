import { describe, expect, it } from '@jest/globals';
import { concat, utf8 } from '../bytes.js';
import { accountOf, bundleOf, refilled, seeded } from '../ends.fixture.js';
import { newAgreementKeys, newSigningKeys } from '../primitives/primitives.js';
import { deviceListHash, followDeviceList, identityIn, newListedDevice, nextDeviceList, openDeviceList, signDeviceList, staleDevices } from './device-list.js';
import { decodePrekeys, encodePrekeys } from './prekey-state.js';
import { noPrekeys, openBundle, prekeyRules, refillPrekeys, rotatePrekeys, signBundle, withOneTime, withoutPrekey } from './prekey.js';
import { fingerprintOf, matchesSafetyQr, safetyNumber, safetyQr, spelledNumber } from './safety-number.js';

const random = seeded('accounts');
const code = (expected: string) => expect.objectContaining({ code: expected });
const day = 86_400_000;

function device(accountId: string, deviceId: string) {
  return newListedDevice(accountId, deviceId, newSigningKeys(random), newAgreementKeys(random));
}

describe('device lists', () => {
  const account = accountOf('bakery', ['till', 'office'], random);
  const [first] = [account.list];
  const opened = openDeviceList(first);

  it('hold devices in the order of their ids, and are followed by the next version', () => {
    expect(opened.devices.map(({ deviceId }) => deviceId)).toEqual(['office', 'till']);
    const next = nextDeviceList(first, [...opened.devices, device('bakery', 'phone')], account.keys, 2);
    const followed = followDeviceList(first, next);
    expect(followed.listVersion).toBe(2);
    expect(followed.previousHash).toEqual(deviceListHash(first));
    expect(followed.devices.map(({ deviceId }) => deviceId)).toEqual(['office', 'phone', 'till']);
    expect(staleDevices(['office', 'till', 'gone'], followed)).toEqual({ missing: ['phone'], extra: ['gone'] });
    expect(identityIn(followed, 'phone')?.listVersion).toBe(2);
    expect(identityIn(followed, 'gone')).toBeNull();
  });

  it('do not follow from another account, another key, a list in between, another history, or with a device\'s keys changed', () => {
    const other = accountOf('cafe', ['till'], random);
    const devices = opened.devices;
    const fields = { accountId: 'bakery', listVersion: 2, previousHash: deviceListHash(first), issuedAt: 2, devices };
    const faults = [
      signDeviceList({ ...fields, accountId: 'cafe', devices: openDeviceList(other.list).devices }, other.keys),
      signDeviceList(fields, newSigningKeys(random)),
      signDeviceList({ ...fields, listVersion: 3 }, account.keys),
      signDeviceList({ ...fields, previousHash: deviceListHash(other.list) }, account.keys),
      signDeviceList({ ...fields, devices: [device('bakery', 'till')] }, account.keys),
    ];
    for (const next of faults) expect(() => followDeviceList(first, next)).toThrow(code('not_successor'));
    expect(followDeviceList(first, signDeviceList(fields, account.keys)).listVersion).toBe(2);
  });

  it('are refused with any bit changed, cut short or longer', () => {
    for (let bit = 0; bit < first.length * 8; bit += 5) {
      const changed = first.with(bit >> 3, first[bit >> 3]! ^ (1 << (bit & 7)));
      expect(() => openDeviceList(changed)).toThrow(expect.objectContaining({ name: 'CryptoError' }));
    }
    for (let length = 0; length < first.length; length += 3) expect(() => openDeviceList(first.slice(0, length))).toThrow(code('malformed'));
    expect(() => openDeviceList(concat(first, new Uint8Array(1)))).toThrow(code('malformed'));
  });

  it('hold no device whose own signature is another\'s, and no more than 64', () => {
    const stolen = { ...device('cafe', 'till') };
    const list = signDeviceList({ accountId: 'bakery', listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 1, devices: [stolen] }, account.keys);
    expect(() => openDeviceList(list)).toThrow(code('bad_signature'));
    const many = Array.from({ length: 65 }, (_, at) => ({ ...stolen, deviceId: `d${at}` }));
    expect(() => signDeviceList({ accountId: 'bakery', listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 1, devices: many }, account.keys)).toThrow(code('invalid_argument'));
    expect(() => signDeviceList({ accountId: 'bakery', listVersion: 1, previousHash: new Uint8Array(64), issuedAt: 1, devices: [stolen, stolen] }, account.keys)).toThrow(code('invalid_argument'));
  });
});

describe('prekeys', () => {
  it('turn after 7 days, are kept for 30 more, and then are gone', () => {
    const first = rotatePrekeys(noPrekeys, 0, random);
    expect(rotatePrekeys(first, 7 * day - 1, random).signed.map(({ id }) => id)).toEqual([1]);
    const second = rotatePrekeys(first, 7 * day, random);
    expect(second.signed.map(({ id, retiredAt }) => [id, retiredAt])).toEqual([[2, null], [1, 7 * day]]);
    expect(rotatePrekeys({ ...second, signed: [{ ...second.signed[0]!, createdAt: 37 * day }, second.signed[1]!] }, 37 * day - 1, random).signed.map(({ id }) => id)).toEqual([2, 1]);
    expect(rotatePrekeys(second, 37 * day, random).signed.map(({ id }) => id)).toEqual([3, 2]);
  });

  it('are refilled by 100 under 20, ids never used twice, at most 1,000 held', () => {
    const started = rotatePrekeys(noPrekeys, 0, random);
    expect(refillPrekeys(started, 20, random).added).toEqual([]);
    const { prekeys, added } = refillPrekeys(started, 19, random);
    expect(added.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, at) => at + 2));
    expect(withoutPrekey(prekeys, 50).oneTime.length).toBe(99);
    const full = { ...prekeys, oneTime: Array.from({ length: prekeyRules.mostOneTime }, (_, at) => ({ ...prekeys.oneTime[0]!, id: at })), nextId: 2_000 };
    const more = refillPrekeys(full, 0, random).prekeys;
    expect([more.oneTime.length, more.oneTime[0]!.id, more.nextId]).toEqual([1_000, 100, 2_100]);
    expect(() => refillPrekeys({ ...prekeys, nextId: 2 ** 32 - 50 }, 0, random)).toThrow(code('exhausted'));
  });

  it('are kept as bytes, in one spelling', () => {
    const second = rotatePrekeys(rotatePrekeys(noPrekeys, 0, random), 8 * day, random);
    const { prekeys } = refillPrekeys(second, 0, random);
    const bytes = encodePrekeys(prekeys);
    for (const held of [noPrekeys, second, prekeys]) expect(decodePrekeys(encodePrekeys(held))).toEqual(held);
    for (let length = 0; length < bytes.length; length += 7) expect(() => decodePrekeys(bytes.slice(0, length))).toThrow(code('malformed'));
    expect(() => decodePrekeys(concat(bytes, new Uint8Array(1)))).toThrow(code('malformed'));
    expect(() => decodePrekeys(bytes.with(0, 2))).toThrow(code('unsupported'));
    expect(() => decodePrekeys(new Uint8Array(100_000))).toThrow(code('too_large'));
    const [newest, older] = second.signed;
    const faults = [{ ...second, signed: [older!, newest!] }, { ...second, signed: [newest!, { ...older!, retiredAt: null }] }, { ...second, nextId: 2 }, { ...prekeys, oneTime: [...prekeys.oneTime].reverse() }, { ...second, oneTime: [older!] }];
    for (const fault of faults) expect(() => decodePrekeys(encodePrekeys(fault))).toThrow(code('malformed'));
  });

  it('come in bundles that only their device can make', () => {
    const account = accountOf('bakery', ['till', 'office'], random);
    const [end, other] = account.ends.map((held) => refilled(held, random));
    const bundle = bundleOf(end!);
    expect(openBundle(bundle, end!.own.identity).oneTime?.id).toBe(2);
    expect(openBundle(withOneTime(bundle, null), end!.own.identity).oneTime).toBeNull();
    expect(withOneTime(withOneTime(bundle, null), openBundle(bundle, end!.own.identity).oneTime)).toEqual(bundle);
    expect(() => openBundle(bundle, other!.own.identity)).toThrow(code('sender_mismatch'));
    const { signed } = openBundle(bundle, end!.own.identity);
    expect(() => openBundle(signBundle(end!.own.identity, other!.signing.seed, { signed, oneTime: null }), end!.own.identity)).toThrow(code('bad_signature'));
    for (let at = 0; at < bundle.length - 36; at++) {
      expect(() => openBundle(bundle.with(at, bundle[at]! ^ 1), end!.own.identity)).toThrow(expect.objectContaining({ name: 'CryptoError' }));
    }
  });
});

describe('safety numbers', () => {
  const [one, other] = ['bakery', 'c1'].map((accountId, at) => ({ accountId, accountKey: new Uint8Array(32).fill(at + 1) }));

  it('are 60 digits, the same at both ends, and another for another key or id', () => {
    const number = safetyNumber(one!, other!);
    expect(number).toMatch(/^\d{60}$/);
    expect(safetyNumber(other!, one!)).toBe(number);
    expect(safetyNumber(one!, { ...other!, accountKey: new Uint8Array(32).fill(3) })).not.toBe(number);
    expect(safetyNumber(one!, { ...other!, accountId: 'c2' })).not.toBe(number);
    expect(spelledNumber('1234567890')).toBe('12345 67890');
    expect(fingerprintOf(one!).length).toBe(32);
  });

  it('as a code are scanned across: the other end shows what we expect, we do not', () => {
    const shown = safetyQr(other!, one!);
    expect(shown).toMatch(/^PARLEY1:[A-Z2-7]{103}$/);
    expect(matchesSafetyQr(shown, one!, other!)).toBe(true);
    expect(matchesSafetyQr(safetyQr(one!, other!), one!, other!)).toBe(false);
    expect(matchesSafetyQr(safetyQr(other!, { ...one!, accountKey: new Uint8Array(32).fill(9) }), one!, other!)).toBe(false);
    expect(() => matchesSafetyQr('https://example.org', one!, other!)).toThrow(code('malformed'));
    expect(() => fingerprintOf({ accountId: 'a b', accountKey: utf8('short') })).toThrow(code('invalid_argument'));
  });
});
