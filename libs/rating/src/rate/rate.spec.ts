import { describe, expect, it } from '@jest/globals';
import type { RateCard } from '../rate-card.js';
import { admitsLateReply, isInsideWindow, windowClosesAt } from '../policy/policy.js';
import type { Charge, Unpriced } from './outcome.js';
import { chargeFor, rate } from './rate.js';
import { bundled, bundledCard, business, hour, Meter, untouched, used, withLine, type Given } from './usage.fixture.js';

const s0 = bundled('S0');
const card = bundledCard('usd-for-s0');
const friday = Date.parse('2018-08-03T18:00:00-03:00');

/** A message so many ms after the contact wrote; null: the contact never wrote. */
const after = (ms: number | null, more: Partial<Given> = {}): Given => ({ sentAt: friday + (ms ?? 0), lastInboundAt: ms === null ? null : friday, ...more });
const terms = { policy: s0, card, business };

describe('S0, the announced model', () => {
  it.each<[string, Given, string, bigint]>([
    ['a reply after 2 h', after(2 * hour), 'S0/inside-window', 0n],
    ['a reply 1 ms before the window closes', after(24 * hour - 1), 'S0/inside-window', 0n],
    ['a reply at the instant it closes', after(24 * hour), 'S0/late-free-form', 6_800n],
    ['a reply after 25 h', after(25 * hour), 'S0/late-free-form', 6_800n],
    ['words to one who never wrote', after(null), 'S0/late-free-form', 6_800n],
    ['a late reply to Colombia, the cheapest', after(25 * hour, { market: 'Colombia' }), 'S0/late-free-form', 800n],
    ['a late reply to a market not on the card', after(25 * hour, { market: 'Atlantis' }), 'S0/late-free-form', 7_700n],
    ['a template in the window', after(hour, { category: 'utility' }), 'S0/template', 6_800n],
    ['a template after it', after(30 * hour, { category: 'marketing' }), 'S0/template', 6_800n],
    ['a late reply by hand', after(60 * hour, { lane: 'app' }), 'S0/app-lane', 0n],
    ['a reply by hand in the window', after(hour, { lane: 'app' }), 'S0/app-lane', 0n],
  ])('%s', (_name, given, rule, amount) => {
    const free = amount === 0n;
    const market = given.market === 'Atlantis' ? 'Other' : (given.market ?? 'Brazil');
    expect(rate(used(given), terms, untouched).outcome).toEqual({
      kind: 'charge',
      rule,
      type: free ? 'free_customer_service' : 'regular',
      category: given.category ?? 'service',
      amount: amount as Charge['amount'],
      unitPrice: amount as Charge['amount'],
      price: free ? null : { rateCardId: card.rateCardId, version: 1, market, column: 'utility' },
      tier: null,
      allowance: null,
      session: null,
      month: '2018-08',
      illustrative: !free,
    } satisfies Charge);
  });

  it('counts nothing, and gives back the very same counters and sessions', () => {
    const rating = rate(used(after(25 * hour)), terms, untouched);
    expect(rating.counters).toBe(untouched.counters);
    expect(rating.sessions).toBe(untouched.sessions);
  });

  it('takes every message for a new one: a repeat would be charged again, so who calls it drops repeats by their ids', () => {
    const p6 = new Meter(bundled('P6'), bundledCard('usd'));
    const reply = after(hour);
    expect([p6.charge(reply), p6.charge(reply)].map(({ allowance }) => allowance?.nth)).toEqual([1, 2]);
  });

  it('never takes a missing price for free', () => {
    const late = used(after(25 * hour));
    const noUtility: RateCard = { ...card, prices: { ...card.prices, Brazil: { ...card.prices.Brazil!, utility: null } } };
    const outcome = (given: RateCard | null) => chargeFor(late, { ...terms, card: given }, untouched);
    expect(outcome(null)).toMatchObject({ kind: 'unpriced', reason: 'no_rate_card' } satisfies Partial<Unpriced>);
    expect(outcome(noUtility)).toMatchObject({ reason: 'no_rate', detail: 'Rate card usd-for-s0 version 1 has no utility price for Brazil.' });
    expect(outcome({ ...card, prices: {} })).toMatchObject({ reason: 'no_rate' });
    const euros = { ...terms, business: { ...business, currency: 'EUR' } };
    expect(chargeFor(late, euros, untouched)).toMatchObject({ reason: 'no_rate_card', detail: 'Rate card usd-for-s0 version 1 is in USD, the business pays in EUR.' });
    expect(chargeFor(used(after(hour)), { ...terms, card: null }, untouched)).toMatchObject({ kind: 'charge', amount: 0n });
  });
});

describe('what the announcement said may come later is one line of data', () => {
  const free = '{ "rule": "inside-window", "window": "inside", "price": "free" }';

  it('all replies are charged', () => {
    const all = new Meter(withLine('S0', free, '{ "rule": "inside-window", "window": "inside", "price": "utility" }'), card);
    expect(all.charge(after(hour))).toMatchObject({ rule: 'S0/inside-window', amount: 6_800n });
    expect(all.charge(after(hour, { lane: 'app' }))).toMatchObject({ rule: 'S0/app-lane', amount: 0n });
  });

  it('replies above a monthly threshold are charged', () => {
    const line = '{ "rule": "inside-window", "window": "inside", "price": "utility", "allowance": { "name": "replies", "count": 2, "per": "month", "scope": "business" } }';
    const above = new Meter(withLine('S0', free, line), card);
    expect([1, 2, 3].map((hours) => above.charge(after(hours * hour)).amount)).toEqual([0n, 0n, 6_800n]);
    expect(above.charge(after(25 * hour))).toMatchObject({ rule: 'S0/late-free-form', amount: 6_800n, allowance: null });
    const september = { sentAt: Date.parse('2018-09-01T00:00:00-03:00'), lastInboundAt: Date.parse('2018-08-31T12:00:00-03:00') };
    expect(above.charge(september)).toMatchObject({ amount: 0n, unitPrice: 6_800n, allowance: { name: 'replies', nth: 1, count: 2 } });
  });

  it('the free window is shorter', () => {
    const shorter = new Meter(withLine('S0', '"freeWindowHours": 24', '"freeWindowHours": 12'), card);
    expect(shorter.charge(after(12 * hour - 1)).amount).toBe(0n);
    expect(shorter.charge(after(12 * hour)).amount).toBe(6_800n);
  });
});

describe('a late reply', () => {
  const reject = withLine('S0', '"lateReply": { "api": "charge", "app": "charge" }', '"lateReply": { "api": "reject", "app": "charge" }').document;

  it('is admitted where it is charged, lane by lane', () => {
    expect(admitsLateReply('api', s0.document)).toBe(true);
    expect(admitsLateReply('api', reject)).toBe(false);
    expect(admitsLateReply('app', reject)).toBe(true);
    expect(admitsLateReply('app', { ...reject, lateReply: { api: 'charge', app: 'reject' } })).toBe(false);
  });

  it('is one sent at or after the close of the window, or without one', () => {
    const closesAt = windowClosesAt(friday, s0.document);
    expect(closesAt).toBe(friday + 24 * hour);
    expect([closesAt - 1, closesAt].map((sentAt) => isInsideWindow(sentAt, friday, s0.document))).toEqual([true, false]);
    expect(isInsideWindow(friday, null, s0.document)).toBe(false);
  });
});
