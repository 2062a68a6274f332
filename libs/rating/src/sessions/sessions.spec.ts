import { describe, expect, it } from '@jest/globals';
import type { PricingCategory } from '../policy/document.js';
import { bundled, bundledCard, hour, Meter, type Given } from '../rate/usage.fixture.js';

const card = bundledCard('usd-for-p3');
const start = Date.parse('2024-03-05T09:00:00-03:00');
const conversation = (policyId: string): Meter => new Meter(bundled(policyId), card);

/** A message delivered so many hours after the start. */
const at = (hours: number, given: Omit<Given, 'sentAt'> = {}): Given => ({ sentAt: start + hours * hour, deliveredAt: start + hours * hour, ...given });
const wrote = (hours: number) => ({ lastInboundAt: start + hours * hour });

function session(meter: Meter, given: Given): readonly [PricingCategory, 'opened' | 'joined', bigint] | null {
  const { session, amount, category } = meter.charge(given);
  if (session) expect(category).toBe(session.session.category);
  return session && [session.session.category, session.opened ? 'opened' : 'joined', amount];
}

describe('P3 hour by hour', () => {
  it('is as the price list says', () => {
    const one = conversation('P3');
    // h0: a marketing template opens a marketing session, Brazil 0.0625.
    expect(session(one, at(0, { category: 'marketing' }))).toEqual(['marketing', 'opened', 62_500n]);
    // h4: the user writes. h5: a list message; the marketing session is open, so nothing new.
    expect(session(one, at(5, wrote(4)))).toEqual(['marketing', 'joined', 0n]);
    // h24: the marketing session has ended; to the millisecond.
    expect(session(one, at(24 - 1 / 3_600_000, wrote(4)))).toEqual(['marketing', 'joined', 0n]);
    // h25: a text opens a service session, the first of 1,000 free ones.
    expect(session(one, at(25, wrote(4)))).toEqual(['service', 'opened', 0n]);
    // h26: nothing new.
    expect(session(one, at(26, wrote(4)))).toEqual(['service', 'joined', 0n]);
    expect(one.tally.sessions.map(({ category, closesAt }) => [category, (closesAt - start) / hour])).toEqual([['marketing', 24], ['service', 49]]);
  });

  it('opens a service session at the very instant at which the last one ends', () => {
    const one = conversation('P3');
    one.charge(at(0, { category: 'marketing' }));
    expect(session(one, at(24, wrote(4)))).toEqual(['service', 'opened', 0n]);
  });

  it('has sessions of several categories open, and one of each at most', () => {
    const one = conversation('P3');
    expect(session(one, at(0, { category: 'marketing' }))).toEqual(['marketing', 'opened', 62_500n]);
    expect(session(one, at(1, { category: 'utility' }))).toEqual(['utility', 'opened', 6_800n]);
    expect(session(one, at(2, { category: 'marketing' }))).toEqual(['marketing', 'joined', 0n]);
    expect(session(one, at(3, { category: 'authentication' }))).toEqual(['authentication', 'opened', 6_800n]);
    // A template does not join a service session, nor another category's.
    const other = conversation('P3');
    other.charge(at(0, wrote(0)));
    expect(session(other, at(1, { category: 'utility', ...wrote(0) }))).toEqual(['utility', 'opened', 6_800n]);
  });

  it('lets a reply by hand be: it is free, opens nothing and joins nothing', () => {
    const one = conversation('P3');
    expect(session(one, at(1, { lane: 'app', ...wrote(0) }))).toBeNull();
    expect(one.tally.sessions).toEqual([]);
  });
});

describe('an entry point', () => {
  const ad = { entryPointAt: start, ...wrote(0) };

  it.each(['P2', 'P3', 'P4'])('under %s closes all other sessions at delivery of the answer, and none opens until it ends', (policyId) => {
    const one = conversation(policyId);
    one.charge(at(-1, { category: 'marketing' }));
    expect(session(one, at(2, ad))).toEqual(['referral_conversion', 'opened', 0n]);
    expect(one.tally.sessions.map(({ closesAt }) => (closesAt - start) / hour)).toEqual([2, 74]);
    for (const [hours, category] of [[3, 'service'], [10, 'marketing'], [30, 'utility'], [73.99, 'marketing']] as const) {
      expect(session(one, at(hours, { ...ad, category }))).toEqual(['referral_conversion', 'joined', 0n]);
    }
    expect(one.tally.sessions).toHaveLength(2);
    // h74: it has ended, and what it closed stays closed.
    expect(session(one, at(74, { ...ad, category: 'marketing' }))?.slice(0, 2)).toEqual([policyId === 'P2' ? 'business_initiated' : 'marketing', 'opened']);
  });

  it.each(['P5', 'P6'])('under %s makes every message free for 72 hours from delivery of the answer', (policyId) => {
    const one = new Meter(bundled(policyId), bundledCard('usd'));
    const charge = (hours: number) => one.charge(at(hours, { ...ad, category: 'marketing' }));
    expect(charge(23)).toMatchObject({ type: 'free_entry_point', amount: 0n, session: { opened: true } });
    expect(charge(23 + 72 - 0.001)).toMatchObject({ type: 'free_entry_point', amount: 0n, session: { opened: false } });
    expect(charge(23 + 72)).toMatchObject({ type: 'regular', amount: 62_500n, session: null });
  });

  it('is answered within 24 hours, strictly, by the instant of sending', () => {
    const answered = (hours: number, more: Partial<Given> = {}) => session(conversation('P4'), { ...at(hours, { ...ad, lastInboundAt: start + hours * hour }), ...more })?.[0];
    expect(answered(24 - 1 / 3_600_000)).toBe('referral_conversion');
    expect(answered(24)).toBe('service');
    // Sent in time, delivered a day later: it opens then.
    expect(answered(23, { deliveredAt: start + 47 * hour })).toBe('referral_conversion');
    expect(answered(1, { entryPointAt: null })).toBe('service');
  });

  it('opens once for one advertisement, and again for the next when the first has ended', () => {
    const one = conversation('P4');
    one.charge(at(1, ad));
    // Sent in time, but delivered after the session that a sooner answer opened has ended.
    expect(session(one, { ...at(2, ad), deliveredAt: start + 80 * hour })).toEqual(['service', 'opened', 0n]);
    const next = { entryPointAt: start + 70 * hour, ...wrote(70) };
    const two = conversation('P4');
    two.charge(at(1, ad));
    expect(session(two, at(72, next))).toEqual(['referral_conversion', 'joined', 0n]);
    expect(session(two, at(75, next))).toEqual(['referral_conversion', 'opened', 0n]);
  });

  it('goes on through the change of the price list', () => {
    const before = conversation('P4');
    before.charge(at(1, ad));
    const then = new Meter(bundled('P5'), card, before.facts, before.tally);
    expect(then.charge(at(30, { ...ad, category: 'marketing' }))).toMatchObject({ rule: 'P5/entry-point', type: 'free_entry_point', amount: 0n });
  });
});

describe('receipts as they come', () => {
  it('that were skipped do not matter: the first of delivered or read is when the session opens', () => {
    const one = conversation('P3');
    // Sent at h0, read at h6 without a delivered before.
    const opened = one.charge({ ...at(0, { category: 'marketing' }), deliveredAt: start + 6 * hour });
    expect(opened.session?.session).toMatchObject({ openedAt: start + 6 * hour, closesAt: start + 30 * hour });
  });

  it('that overtook one another pay for the same hours once', () => {
    const one = conversation('P3');
    one.charge(at(5, { category: 'marketing' }));
    // Delivered three hours before, its record came after.
    expect(session(one, at(2, { category: 'marketing' }))).toEqual(['marketing', 'joined', 0n]);
    // A day before, so its own session had ended when the other opened.
    expect(session(one, at(-19, { category: 'marketing' }))).toEqual(['marketing', 'opened', 62_500n]);
  });

  it('find the entry point also when a later answer came before theirs', () => {
    const one = conversation('P4');
    const ad = { entryPointAt: start, ...wrote(0) };
    one.charge(at(3, ad));
    expect(session(one, at(2, { ...ad, category: 'marketing' }))).toEqual(['referral_conversion', 'joined', 0n]);
    // No answer to it: sent before the contact came.
    expect(session(one, at(-2, { category: 'marketing' }))?.[0]).toBe('marketing');
  });

  it('find a session for 72 hours after its end, then it is forgotten', () => {
    const one = conversation('P3');
    one.charge(at(0, { category: 'marketing' }));
    one.charge(at(24 + 72, { category: 'utility' }));
    expect(one.tally.sessions.map(({ category }) => category)).toEqual(['marketing', 'utility']);
    one.charge(at(24 + 72 + 25, { category: 'utility' }));
    expect(one.tally.sessions.map(({ category }) => category)).toEqual(['utility', 'utility']);
  });
});

describe('P2', () => {
  it('opens one session for all: user-initiated inside the window, else business-initiated', () => {
    const one = new Meter(bundled('P2'), bundledCard('usd-for-s0'));
    expect(session(one, at(0, { category: 'utility' }))).toEqual(['business_initiated', 'opened', 0n]);
    expect(session(one, at(5, wrote(4)))).toEqual(['business_initiated', 'joined', 0n]);
    expect(session(one, at(24, wrote(4)))).toEqual(['user_initiated', 'opened', 0n]);
    expect(session(one, at(47.9, { category: 'marketing' }))).toEqual(['user_initiated', 'joined', 0n]);
  });
});
