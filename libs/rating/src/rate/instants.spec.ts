import { describe, expect, it } from '@jest/globals';
import { inForce } from '../effective.js';
import { decidingInstants } from './usage.js';
import { bundled, bundledCard, business, hour, Meter, type Given } from './usage.fixture.js';

const at = (iso: string): number => Date.parse(iso);

describe('which instant counts', () => {
  it('is the dispatch for the window, the first of delivered or read for all else', () => {
    const used = { sentAt: at('2026-11-30T23:59:00-03:00'), deliveredAt: at('2026-12-01T00:01:00-03:00') };
    expect(decidingInstants(used, 'America/Sao_Paulo')).toEqual({ window: used.sentAt, priced: used.deliveredAt, day: '2026-12-01', month: '2026-12' });
    expect(decidingInstants(used, 'America/Los_Angeles')).toMatchObject({ day: '2026-11-30', month: '2026-11' });
  });

  it.each([
    // Berlin: the clocks of 2026-03-29 skip 02:00 to 03:00, those of 2026-10-25 repeat it; New York: 2026-03-08 and 2026-11-01.
    ['Europe/Berlin', '2026-03-31T21:59:59.999Z', '2026-03'],
    ['Europe/Berlin', '2026-03-31T22:00:00.000Z', '2026-04'],
    ['Europe/Berlin', '2026-10-31T22:59:59.999Z', '2026-10'],
    ['Europe/Berlin', '2026-10-31T23:00:00.000Z', '2026-11'],
    // The month begins in summer time and its first night has 25 hours.
    ['America/New_York', '2026-11-01T03:59:59.999Z', '2026-10'],
    ['America/New_York', '2026-11-01T04:00:00.000Z', '2026-11'],
    ['America/New_York', '2026-12-01T04:59:59.999Z', '2026-11'],
    ['America/New_York', '2026-12-01T05:00:00.000Z', '2026-12'],
  ])('in %s at %s: the bill of %s', (zone, deliveredAt, month) => {
    expect(decidingInstants({ sentAt: at('2026-01-01T00:00:00Z'), deliveredAt: at(deliveredAt) }, zone).month).toBe(month);
  });

  it('of the window is a span of hours, not of the clock: a day of 23 hours does not shorten it', () => {
    const facts = { ...business, zone: 'Europe/Berlin' };
    const wrote = at('2018-03-24T12:00:00+01:00');
    const one = new Meter(bundled('S0'), bundledCard('usd-for-s0'), facts);
    expect(one.charge({ lastInboundAt: wrote, sentAt: at('2018-03-25T12:59:59+02:00') }).rule).toBe('S0/inside-window');
    expect(one.charge({ lastInboundAt: wrote, sentAt: at('2018-03-25T13:00:00+02:00') }).rule).toBe('S0/late-free-form');
    const autumn = at('2018-10-27T12:00:00+02:00');
    expect(one.charge({ lastInboundAt: autumn, sentAt: at('2018-10-28T10:59:59+01:00') }).rule).toBe('S0/inside-window');
    expect(one.charge({ lastInboundAt: autumn, sentAt: at('2018-10-28T11:00:00+01:00') }).rule).toBe('S0/late-free-form');
  });

  it('puts a message sent at 23:59 and delivered at 00:01 under the list that began between, judged by the window at 23:59', () => {
    const policies = ['P5', 'P6'].map(bundled);
    const zone = 'America/Sao_Paulo';
    const message: Given = { sentAt: at('2026-09-30T23:59:00-03:00'), lastInboundAt: at('2026-09-30T00:00:00-03:00'), category: 'utility' };
    const delivered = (iso: string) => {
      const deliveredAt = at(iso);
      const policy = inForce(policies, decidingInstants({ sentAt: message.sentAt, deliveredAt }, zone).day)!;
      return new Meter(policy, bundledCard('usd')).charge({ ...message, deliveredAt });
    };
    expect(delivered('2026-09-30T23:59:59.999-03:00')).toMatchObject({ rule: 'P5/utility-in-window', amount: 0n, month: '2026-09' });
    // Utility inside the window is charged from P6 on: Brazil 0.0068.
    expect(delivered('2026-10-01T00:00:00.000-03:00')).toMatchObject({ rule: 'P6/template', amount: 6_800n, month: '2026-10' });
    expect(delivered('2026-10-01T00:01:00-03:00')).toMatchObject({ rule: 'P6/template', amount: 6_800n, month: '2026-10' });
  });

  it('does not charge a late reply of S0 that arrives under P1, where no reply costs anything', () => {
    const sentAt = at('2018-07-31T23:59:00-03:00');
    const one = new Meter(bundled('P1'), bundledCard('usd-for-s0'));
    expect(one.charge({ sentAt, deliveredAt: sentAt + 2 * 60_000, lastInboundAt: sentAt - 30 * hour })).toMatchObject({ rule: 'P1/reply', amount: 0n });
  });
});
