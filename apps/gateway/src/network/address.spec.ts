import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mayReach, rangeFault } from './address.js';

describe('an address', () => {
  it.each([
    '0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.254',
    '192.0.0.1', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1', '64:ff9b::a00:1', '64:ff9b:1::1', '2001:db8::1', '3fff::1', '2002:a00:1::', '2001::1',
    'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1', 'shop.example.com', '', '127.1.',
  ])('of nobody or of a private network is refused: %s', (address) => {
    expect(mayReach(address, 'refuse')).toBe(false);
  }); // prettier-ignore

  it.each(['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '8.8.8.8', '2606:4700:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8'])('of the internet may be reached: %s', (address) => {
    for (const allowed of ['refuse', 'allow', ['10.0.0.0/8']] as const) expect(mayReach(address, allowed)).toBe(true);
  });

  it('of a range that is allowed may be reached, and no other private one', () => {
    const allowed = ['10.20.0.0/16', 'fd00:1::/32'];
    expect(['10.20.3.4', '::ffff:10.20.3.4', 'fd00:1::5'].map((address) => mayReach(address, allowed))).toEqual([true, true, true]);
    expect(['10.21.0.1', '127.0.0.1', 'fd00:2::5', '::1', 'nowhere'].map((address) => mayReach(address, allowed))).toEqual([false, false, false, false, false]);
    expect(['127.0.0.1', '::1', '10.0.0.1'].every((address) => mayReach(address, 'allow'))).toBe(true);
  });

  it('is the same whether IPv4 is written as such or inside IPv6', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => expect(mayReach(`::ffff:${address}`, 'refuse')).toBe(mayReach(address, 'refuse'))));
  });

  it('that the kernel takes for this machine is never let through', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 }), (rest) => expect(mayReach(`127.${rest.join('.')}`, 'refuse')).toBe(false)));
  });
});

describe('a range', () => {
  it.each(['10.0.0.0/8', '192.168.7.0/24', 'fd00::/8', '::1/128', '0.0.0.0/0'])('%s is one', (range) => expect(rangeFault(range)).toBeNull());
  it.each([['10.0.0.0', /is not a range/], ['10.0.0.0/33', /is not a range/], ['shop/8', /is not a range/], ['10.1.0.0/8', /10\.0\.0\.0\/8 does/], ['', /is not a range/]])('%s is none', (range, fault) => expect(rangeFault(range)).toMatch(fault));
});
