import { describe, expect, it } from '@jest/globals';
import type { DeviceListPublished } from '@parley/contracts';
import { knowsMore, routeFault, staleAccounts, type Addressed, type PresentEnds } from './stale.js';
import { devicesTopology, type DevicesState } from './topology.js';

const route = { from: 'acme', device: null, to: 'c1' };
const present: PresentEnds = { from: { listVersion: 2, devices: ['b1', 'b2'] }, to: { listVersion: 3, devices: ['d1', 'd2'] } };
const theirs = (...deviceIds: readonly string[]) => deviceIds.map((deviceId) => ({ accountId: 'c1', deviceId, listVersion: 3 }));
const own = (...deviceIds: readonly string[]) => deviceIds.map((deviceId) => ({ accountId: 'acme', deviceId, listVersion: 2 }));
const addressed = (change: Partial<Addressed> = {}): Addressed => ({ sender: { accountId: 'acme', deviceId: 'b1' }, senderListVersion: 2, wraps: theirs('d1', 'd2'), ...change });
const stale = (change: Partial<Addressed>, ends = present) => staleAccounts(addressed(change), route, ends);

describe('an envelope', () => {
  it('can go where each present device of the recipient has a wrap, and devices of the sender may have one', () => {
    expect(stale({})).toEqual([]);
    expect(stale({ wraps: [...own('b2'), ...theirs('d1', 'd2')] })).toEqual([]);
  });

  it('can go under list versions that are behind, where the devices are right', () => {
    expect(stale({ senderListVersion: 1, wraps: theirs('d1', 'd2').map((wrap) => ({ ...wrap, listVersion: 1 })) })).toEqual([]);
  });

  it.each<[string, Partial<Addressed>, object]>([
    ['a device without a wrap', { wraps: theirs('d1') }, { accountId: 'c1', listVersion: 3, missing: ['d2'], extra: [] }],
    ['a wrap for a device that is not listed', { wraps: theirs('d1', 'd2', 'd3') }, { accountId: 'c1', listVersion: 3, missing: [], extra: ['d3'] }],
    ['wraps for the sender alone', { wraps: own('b2') }, { accountId: 'c1', listVersion: 3, missing: ['d1', 'd2'], extra: [] }],
    ['a wrap for a device that the sender lists no more', { wraps: [...own('b0'), ...theirs('d1', 'd2')] }, { accountId: 'acme', listVersion: 2, missing: [], extra: ['b0'] }],
    ['a sender that is not listed', { sender: { accountId: 'acme', deviceId: 'b0' } }, { accountId: 'acme', listVersion: 2, missing: [], extra: ['b0'] }],
    ['the list of an identity that is no more', { wraps: theirs('d1', 'd2').map((wrap) => ({ ...wrap, listVersion: 9 })) }, { accountId: 'c1', listVersion: 3, missing: [], extra: [] }],
    ['a sender of an identity that is no more', { senderListVersion: 9 }, { accountId: 'acme', listVersion: 2, missing: [], extra: [] }],
  ])('is stale with %s', (_, change, account) => {
    expect(stale(change)).toEqual([account]);
  });

  it('goes to nobody who has no devices', () => {
    expect(stale({ wraps: own('b2') }, { ...present, to: { listVersion: 0, devices: [] } })).toEqual([{ accountId: 'c1', listVersion: 0, missing: [], extra: [] }]);
  });

  it('is from and for the ends of its conversation', () => {
    expect(routeFault(addressed(), route)).toBeNull();
    expect(routeFault(addressed(), { ...route, device: 'b1' })).toBeNull();
    expect(routeFault(addressed(), { ...route, device: 'b2' })).toContain('another device');
    expect(routeFault(addressed(), { ...route, from: 'rival' })).toContain('another account');
    expect(routeFault(addressed({ wraps: [...theirs('d1'), { accountId: 'c9', deviceId: 'd1', listVersion: 1 }] }), route)).toContain('neither end');
  });

  it('may know more than we do', () => {
    expect(knowsMore(addressed(), route, present)).toBe(false);
    expect(knowsMore(addressed({ senderListVersion: 3 }), route, present)).toBe(true);
    expect(knowsMore(addressed({ wraps: theirs('d1').map((wrap) => ({ ...wrap, listVersion: 4 })) }), route, present)).toBe(true);
    expect(knowsMore(addressed({ wraps: own('b2').map((wrap) => ({ ...wrap, listVersion: 3 })) }), route, present)).toBe(true);
  });
});

describe('the devices of an account', () => {
  const published = (logIndex: number, devices: readonly string[], party: 'contact' | 'business' = 'contact') => ({ type: 'DeviceListPublished', accountId: 'c1', party, logIndex, listVersion: 1, devices }) as unknown as DeviceListPublished;

  function after(...events: readonly DeviceListPublished[]): Record<string, unknown> {
    const rows: Record<string, unknown> = {};
    let state: DevicesState = devicesTopology.initial;
    for (const event of events) {
      state = devicesTopology.evolve(state, event);
      for (const { key, row } of devicesTopology.project!(event, state, { topic: 'parley.devices.v1', partition: 0, offset: 0 })) rows[String(key['party'])] = row?.['devices'];
    }
    return rows;
  }

  it('are those of the list that stands last in the key log, in whatever order they are told, and however often', () => {
    const [one, two, three] = [published(0, ['d1']), published(4, ['d1', 'd2']), published(9, [])];
    for (const order of [[one, two, three], [three, one, two], [two, three, one, two], [three, three, two, one]]) expect(after(...order)).toEqual({ contact: [] });
    expect(after(two, one)).toEqual({ contact: ['d1', 'd2'] });
  });

  it('are not those of a business of the same id', () => {
    expect(after(published(5, ['b1'], 'business'), published(3, ['d1']))).toEqual({ business: ['b1'], contact: ['d1'] });
  });
});
