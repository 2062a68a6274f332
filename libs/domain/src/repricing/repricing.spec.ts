import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, BusinessId, Category, ConversationId, OwnerId, UsageRecorded } from '@parley/contracts';
import { bundledPriceLists, policyOf, rateCardOf } from '@parley/rating';
import fc from 'fast-check';
import { billingTopology } from '../billing/topology.js';
import { aBusiness, aMessage, catalogOf, friday, hourMs, logged } from '../scenario/fixtures.js';
import { Line } from '../scenario/line.js';
import { Repricing } from './repricing.js';
import { otherRules, publishedRules } from './rules.js';
import { summaryOf } from './summary.js';

const lists = bundledPriceLists();
const owners = ['one', 'two', 'three'] as OwnerId[];
const all = { from: null, to: null, businesses: null };

/** One price list and its card, in force since before everything. */
function catalogUnder(policyId: string, cardId: string) {
  const policy = lists.policies.find((one) => one.policyId === policyId)!;
  const card = lists.rateCards.find(({ rateCardId }) => rateCardId === cardId)!;
  return catalogOf(aBusiness, { ...policy, effectiveFrom: '2018-01-01' }, { ...card, effectiveFrom: '2018-01-01' });
}

interface Drawn {
  readonly conversation: number;
  readonly hours: number;
  readonly late: boolean;
  readonly category: Category;
  readonly market: string;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  conversation: fc.integer({ min: 0, max: 3 }),
  hours: fc.integer({ min: 0, max: 900 }),
  late: fc.boolean(),
  category: fc.constantFrom<Category>('service', 'utility', 'marketing', 'authentication'),
  market: fc.constantFrom('Brazil', 'India', 'Atlantis'),
});

function usageOf({ conversation, hours, late, category, market }: Drawn, index: number): UsageRecorded {
  const sentAt = friday + hours * hourMs;
  const kind = category === 'service' ? 'free_form' : 'template';
  const message = aMessage({ messageId: `m${index}`, conversationId: `acme.c${conversation}` as ConversationId, kind, category });
  return logged({ type: 'UsageRecorded', message, market, sentAt, deliveredAt: sentAt + 500, firstStatus: 'delivered', lastInboundAt: late ? sentAt - 30 * hourMs : sentAt - hourMs, entryPointAt: null, reservation: null }, sentAt);
}

/** The usage in order with what billing made of it. */
function history(usages: readonly UsageRecorded[], catalog: ReturnType<typeof catalogUnder>): readonly (readonly [UsageRecorded, AnyEvent])[] {
  const line = new Line([billingTopology], catalog);
  for (const usage of usages) line.happens(usage.message.ownerId, usage, 'parley.usage.v1');
  return line.log('parley.ledger.v1').map((decision, index) => [usages[index]!, decision]);
}

function taken(pairs: readonly (readonly [UsageRecorded, AnyEvent | null])[], repricing: Repricing): Repricing {
  for (const [usage, decision] of pairs) repricing.take(usage, decision);
  return repricing;
}

describe('usage priced again', () => {
  it.each([['S0', 'usd-for-s0'], ['P3', 'usd-for-p3'], ['P6', 'usd']])('under the same rules, %s, costs the same, whatever happened', (policyId, cardId) => {
    const catalog = catalogUnder(policyId, cardId);
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 60 }), (draws) => {
        const { currencies } = summaryOf([taken(history(draws.map(usageOf), catalog), new Repricing(catalog, publishedRules(catalog), all))]);
        for (const { change, was, wouldBe, businesses } of currencies) {
          expect(change).toBe(0n);
          expect(was).toBe(wouldBe);
          expect(businesses.reduce((sum, business) => sum + business.was, 0n)).toBe(was);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('costs under other rules what it would have been charged under them', () => {
    const [charged, other] = [catalogUnder('S0', 'usd-for-s0'), catalogUnder('P3', 'usd-for-p3')];
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 40 }), (draws) => {
        const usages = draws.map(usageOf);
        const rules = otherRules(publishedRules(charged), { policies: other.policies, cards: other.rateCards });
        const { currencies } = summaryOf([taken(history(usages, charged), new Repricing(charged, rules, all))]);
        const would = history(usages, other).reduce((sum, [, decision]) => sum + (decision as unknown as { readonly amount: bigint }).amount, 0n);
        expect(currencies[0]?.wouldBe ?? 0n).toBe(would);
      }),
      { numRuns: 40 },
    );
  });

  it('is a question: Brazil late, three times 0.0068, would cost nothing under P5', () => {
    const catalog = catalogUnder('S0', 'usd-for-s0');
    const p5 = policyOf(lists.policies.find(({ policyId }) => policyId === 'P5')!);
    const usages = [0, 1, 2].map((index) => usageOf({ conversation: index, hours: index, late: true, category: 'service', market: 'Brazil' }, index));
    const rules = otherRules(publishedRules(catalog), { policies: [p5], cards: [rateCardOf(lists.rateCards.find(({ rateCardId }) => rateCardId === 'usd')!)] });
    const [usd] = summaryOf([taken(history(usages, catalog), new Repricing(catalog, rules, all))]).currencies;
    expect(usd).toMatchObject({ messages: 3, was: 20_400n, wouldBe: 0n, change: -20_400n, basisPoints: -10_000n, p50: -10_000n, winners: 1, losers: 0 });
    expect(usd?.businesses).toMatchObject([{ businessId: 'acme', paidWas: 3, paidWouldBe: 0 }]);
  });

  it('holds each of several policies to its own day', () => {
    const catalog = catalogUnder('S0', 'usd-for-s0');
    const [s0, p5] = ['S0', 'P5'].map((id) => policyOf(lists.policies.find(({ policyId }) => policyId === id)!)) as [ReturnType<typeof policyOf>, ReturnType<typeof policyOf>];
    const rules = otherRules(publishedRules(catalog), { policies: [s0, { ...p5, effectiveFrom: '2018-08-10' }], cards: [] });
    const late = (hours: number) => usageOf({ conversation: 1, hours, late: true, category: 'service', market: 'Brazil' }, hours);
    const [usd] = summaryOf([taken(history([late(0), late(10 * 24)], catalog), new Repricing(catalog, rules, all))]).currencies;
    expect(usd).toMatchObject({ was: 13_600n, wouldBe: 6_800n });
  });

  it('counts what came before the days it tells of: an allowance is used up by that, too', () => {
    const catalog = catalogUnder('P6', 'usd');
    const usages = Array.from({ length: 1_001 }, (_, index) => usageOf({ conversation: 0, hours: index < 1_000 ? 0 : 2, late: false, category: 'service', market: 'Brazil' }, index));
    const scope = { ...all, from: friday + hourMs };
    const [usd] = summaryOf([taken(history(usages, catalog), new Repricing(catalog, publishedRules(catalog), scope))]).currencies;
    expect(usd).toMatchObject({ messages: 1, was: 6_800n, wouldBe: 6_800n });
  });

  it('leaves out what has no price, and says why; and what is not charged yet', () => {
    const catalog = catalogUnder('S0', 'usd-for-s0');
    const [known] = catalog.rateCards;
    const nothing = { ...known!, prices: { Other: { marketing: null, utility: null, authentication: null, authenticationInternational: null, service: null } } };
    const usage = usageOf({ conversation: 0, hours: 0, late: true, category: 'service', market: 'Brazil' }, 0);
    const rules = otherRules(publishedRules(catalog), { policies: [], cards: [nothing] });
    const summary = summaryOf([taken([...history([usage], catalog), [usage, null]], new Repricing(catalog, rules, all))]);
    expect(summary).toMatchObject({ messages: 1, pending: 1, reasons: [{ messages: 1 }] });
    expect(summary.currencies).toMatchObject([{ messages: 0, unpriced: 1, was: 0n, wouldBe: 0n }]);
  });

  it('takes a record that was charged before for nothing', () => {
    const catalog = catalogUnder('S0', 'usd-for-s0');
    const usage = usageOf({ conversation: 0, hours: 0, late: true, category: 'service', market: 'Brazil' }, 0);
    const [usd] = summaryOf([taken(history([usage, usage], catalog), new Repricing(catalog, publishedRules(catalog), all))]).currencies;
    expect(usd).toMatchObject({ messages: 1, was: 6_800n });
  });

  /** P6 with an allowance of two and tiers of two, so that every owner's counts are used up at once. */
  const counting = (() => {
    const p6 = lists.policies.find(({ policyId }) => policyId === 'P6')!;
    const small = p6.document.replace(/"count": ?1000/, '"count":2').replaceAll(/"bands": ?\{[^}]*\}/g, '"bands":{"1:2":100,"3:MAX":50}');
    expect(small.match(/"count":2|"3:MAX":50/g)).toHaveLength(3);
    const card = lists.rateCards.find(({ rateCardId }) => rateCardId === 'usd')!;
    const businesses = owners.map((owner) => ({ ...aBusiness, businessId: `${owner}-shop`, ownerId: owner }) as typeof aBusiness);
    return catalogOf(...businesses, { ...p6, document: small, effectiveFrom: '2018-01-01' }, { ...card, effectiveFrom: '2018-01-01' });
  })();

  it('of owners apart, each in a log of its own, is what it is of all in one partition, whatever their order among one another', () => {
    const perOwner = fc.tuple(...owners.map(() => fc.array(drawn, { maxLength: 15 })));
    fc.assert(
      fc.property(perOwner, fc.infiniteStream(fc.nat(owners.length - 1)), (draws, order) => {
        const apart = draws.map((some, index) => some.map((draw, at) => ownedBy(owners[index]!, usageOf(draw, at))));
        const merged = mergedBy(order, apart);
        const [alone, together] = [apart.map((usages) => history(usages, counting)), history(merged, counting)];
        for (const [index, owner] of owners.entries()) {
          const own = together.filter(([{ message }]) => message.ownerId === owner);
          expect(own.map(([, decision]) => chargeIn(decision))).toEqual(alone[index]!.map(([, decision]) => chargeIn(decision)));
        }
        const fresh = () => new Repricing(counting, publishedRules(counting), all);
        expect(summaryOf(alone.map((pairs) => taken(pairs, fresh()))).currencies).toEqual(summaryOf([taken(together, fresh())]).currencies);
      }),
      { numRuns: 60 },
    );
  });
});

function ownedBy(ownerId: OwnerId, usage: UsageRecorded): UsageRecorded {
  const businessId = `${ownerId}-shop` as BusinessId;
  const conversationId = usage.message.conversationId.replace('acme', businessId) as ConversationId;
  return { ...usage, message: { ...usage.message, ownerId, businessId, conversationId } };
}

/** One log of several: each owner's usage in its own order, taken from whom the order says, and from whoever is left. */
function mergedBy(order: Iterable<number>, apart: readonly (readonly UsageRecorded[])[]): readonly UsageRecorded[] {
  const left = apart.map((usages) => [...usages]);
  const merged: UsageRecorded[] = [];
  for (const pick of order) {
    const from = left[pick]!.length > 0 ? left[pick]! : left.find((usages) => usages.length > 0);
    if (from === undefined) return merged;
    merged.push(from.shift()!);
  }
  return merged;
}

/** What was decided, without where that stands. */
function chargeIn({ meta: _, ...charge }: AnyEvent): object {
  return charge;
}
