import { describe, expect, it } from '@jest/globals';
import type { Category, Lane, MessageKind } from '@parley/contracts';
import fc from 'fast-check';
import { bundledPolicies, bundledRateCards } from './bundled.js';
import { admitsLateReply, isInsideWindow, policyOf, windowClosesAt, type Policy } from './policy.js';
import type { PolicyDocument } from './policy-document.js';
import { rateCardOf, type RateCard } from './rate-card.js';
import { rate, type Charge, type Unpriced, type Usage } from './rate.js';

const s0 = policyOf(bundledPolicies()[0]!);
const card = rateCardOf(bundledRateCards()[0]!);
const zone = 'America/Sao_Paulo';
const hour = 3_600_000;
const friday = Date.parse('2018-08-03T18:00:00-03:00');

const s0With = (change: Partial<PolicyDocument>): Policy => ({ ...s0, document: { ...s0.document, ...change } });

function usage(given: { sentAfterMs: number | null; lane?: Lane; kind?: MessageKind; category?: Category; market?: string }): Usage {
  const sentAt = friday + (given.sentAfterMs ?? 0);
  const { lane = 'api', kind = 'free_form', category = 'service', market = 'Brazil' } = given;
  return { message: { lane, kind, category }, market, sentAt, deliveredAt: sentAt + 500, lastInboundAt: given.sentAfterMs === null ? null : friday };
}

describe('S0, the announced model', () => {
  it.each<[string, Usage, string, bigint]>([
    ['a reply after 2 h', usage({ sentAfterMs: 2 * hour }), 'S0/inside-window', 0n],
    ['a reply 1 ms before the window closes', usage({ sentAfterMs: 24 * hour - 1 }), 'S0/inside-window', 0n],
    ['a reply at the instant it closes', usage({ sentAfterMs: 24 * hour }), 'S0/late-free-form', 6_800n],
    ['a reply after 25 h', usage({ sentAfterMs: 25 * hour }), 'S0/late-free-form', 6_800n],
    ['words to one who never wrote', usage({ sentAfterMs: null }), 'S0/late-free-form', 6_800n],
    ['a late reply to Colombia, the cheapest', usage({ sentAfterMs: 25 * hour, market: 'Colombia' }), 'S0/late-free-form', 800n],
    ['a late reply to a market not on the card', usage({ sentAfterMs: 25 * hour, market: 'Atlantis' }), 'S0/late-free-form', 7_700n],
    ['a template in the window', usage({ sentAfterMs: hour, kind: 'template', category: 'utility' }), 'S0/template', 6_800n],
    ['a template after it', usage({ sentAfterMs: 30 * hour, kind: 'template', category: 'marketing' }), 'S0/template', 6_800n],
    ['a late reply by hand', usage({ sentAfterMs: 60 * hour, lane: 'app' }), 'S0/app-lane', 0n],
    ['a reply by hand in the window', usage({ sentAfterMs: hour, lane: 'app' }), 'S0/app-lane', 0n],
  ])('%s', (_name, used, rule, amount) => {
    const free = amount === 0n;
    const market = used.market === 'Atlantis' ? 'Other' : used.market;
    expect(rate(used, s0, card, zone)).toEqual({
      kind: 'charge',
      rule,
      amount: amount as Charge['amount'],
      unitPrice: amount as Charge['amount'],
      price: free ? null : { rateCardId: card.rateCardId, version: 1, market },
      month: '2018-08',
      illustrative: !free,
    } satisfies Charge);
  });

  it('judges the window at dispatch and bills in the month of delivery, in the zone of the business', () => {
    const sentAt = Date.parse('2018-08-31T23:59:00-03:00');
    const used: Usage = { ...usage({ sentAfterMs: 0 }), sentAt, lastInboundAt: sentAt - 24 * hour + 1, deliveredAt: Date.parse('2018-09-01T00:01:00-03:00') };
    expect(rate(used, s0, card, zone)).toMatchObject({ rule: 'S0/inside-window', month: '2018-09' });
    expect(rate(used, s0, card, 'America/Los_Angeles')).toMatchObject({ rule: 'S0/inside-window', month: '2018-08' });
  });

  it('never takes a missing price for free', () => {
    const late = usage({ sentAfterMs: 25 * hour });
    const noUtility: RateCard = { ...card, prices: { ...card.prices, Brazil: { ...card.prices.Brazil!, utility: null } } };
    expect(rate(late, s0, null, zone)).toMatchObject({ kind: 'unpriced', reason: 'no_rate_card' } satisfies Partial<Unpriced>);
    expect(rate(late, s0, noUtility, zone)).toMatchObject({ kind: 'unpriced', reason: 'no_rate', detail: 'Rate card usd-for-s0 version 1 has no utility price for Brazil.' });
    expect(rate(late, s0, { ...card, prices: {} }, zone)).toMatchObject({ kind: 'unpriced', reason: 'no_rate' });
    expect(rate(usage({ sentAfterMs: hour }), s0, null, zone)).toMatchObject({ kind: 'charge', amount: 0n });
  });
});

describe('what the announcement said may come later is one line of data', () => {
  it('all replies are charged', () => {
    const all = s0With({ charge: { ...s0.document.charge, insideWindow: 'rate' } });
    expect(rate(usage({ sentAfterMs: hour }), all, card, zone)).toMatchObject({ rule: 'S0/inside-window', amount: 6_800n });
    expect(rate(usage({ sentAfterMs: hour, lane: 'app' }), all, card, zone)).toMatchObject({ rule: 'S0/app-lane', amount: 0n });
  });

  it('the free window is shorter', () => {
    const shorter = s0With({ freeWindowHours: 12 });
    expect(rate(usage({ sentAfterMs: 12 * hour - 1 }), shorter, card, zone)).toMatchObject({ amount: 0n });
    expect(rate(usage({ sentAfterMs: 12 * hour }), shorter, card, zone)).toMatchObject({ amount: 6_800n });
  });
});

describe('a late reply', () => {
  const reject = s0With({ lateReply: 'reject' }).document;

  it('is admitted where it is charged, and from the app always', () => {
    expect(admitsLateReply('api', s0.document)).toBe(true);
    expect(admitsLateReply('api', reject)).toBe(false);
    expect(admitsLateReply('app', reject)).toBe(true);
    expect(admitsLateReply('app', { ...reject, lanes: {} })).toBe(false);
    expect(admitsLateReply('app', { ...reject, lanes: { app: { freeForm: 'free', lateReply: 'as_policy' } } })).toBe(false);
  });

  it('is one sent at or after the close of the window, or without one', () => {
    const closesAt = windowClosesAt(friday, s0.document);
    expect(closesAt).toBe(friday + 24 * hour);
    expect([closesAt - 1, closesAt].map((sentAt) => isInsideWindow(sentAt, friday, s0.document))).toEqual([true, false]);
    expect(isInsideWindow(friday, null, s0.document)).toBe(false);
  });
});

describe('rating', () => {
  const pricing = fc.constantFrom('free' as const, 'rate' as const);
  const documents = fc.record({
    format: fc.constant('parley-policy-1' as const),
    title: fc.constant('any'),
    freeWindowHours: fc.integer({ min: 1, max: 168 }),
    lateReply: fc.constantFrom('charge' as const, 'reject' as const),
    charge: fc.record({ insideWindow: pricing, lateFreeForm: pricing, template: pricing }),
    rateColumn: fc.constantFrom('marketing' as const, 'utility' as const, 'authentication' as const, 'authenticationInternational' as const, 'service' as const),
    lanes: fc.constantFrom<PolicyDocument['lanes']>({}, { app: { freeForm: 'free', lateReply: 'allow' } }, { app: { freeForm: 'rate', lateReply: 'as_policy' } }),
  });
  const instants = fc.integer({ min: Date.parse('2018-01-01'), max: Date.parse('2030-01-01') });
  const usages: fc.Arbitrary<Usage> = fc.record({
    message: fc.record({
      lane: fc.constantFrom<Lane>('api', 'app'),
      kind: fc.constantFrom<MessageKind>('free_form', 'template'),
      category: fc.constantFrom<Category>('service', 'utility', 'marketing', 'authentication'),
    }),
    market: fc.oneof(fc.constantFrom(...Object.keys(card.prices)), fc.string()),
    sentAt: instants,
    deliveredAt: instants,
    lastInboundAt: fc.option(instants),
  });
  const policies = documents.map((document): Policy => ({ ...s0, document }));
  const cards = fc.constantFrom<RateCard | null>(card, null, { ...card, prices: {} });
  const zones = fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Sao_Paulo');

  it('is total, keeps every amount a bigint that stands on the card, and is a function of usage, policy and card', () => {
    const onCard = new Set(Object.values(card.prices).flatMap((prices) => Object.values(prices)));
    fc.assert(
      fc.property(usages, policies, cards, zones, (used, policy, given, inZone) => {
        const result = rate(used, policy, given, inZone);
        const again = rate(structuredClone(used), JSON.parse(JSON.stringify(policy)) as Policy, structuredClone(given), inZone);
        expect(again).toEqual(result);
        if (result.kind === 'unpriced') return;
        expect(typeof result.amount).toBe('bigint');
        expect(typeof result.unitPrice).toBe('bigint');
        expect(result.price === null ? result.amount === 0n : onCard.has(result.amount.toString() as never)).toBe(true);
      }),
    );
  });

  it('of a reply never gets dearer by being sent earlier', () => {
    fc.assert(
      fc.property(fc.nat(72 * hour), fc.nat(72 * hour), (one, other) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        const amountAfter = (sentAfterMs: number): bigint => (rate(usage({ sentAfterMs }), s0, card, zone) as Charge).amount;
        return amountAfter(early) <= amountAfter(late);
      }),
    );
  });
});
