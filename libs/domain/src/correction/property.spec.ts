import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, BusinessId, CatalogEvent, ConversationId, Instant, Payload, Reservation, UsageRecorded } from '@parley/contracts';
import { billingTopology } from '../billing/topology.js';
import fc from 'fast-check';
import { aBusiness, aMessage, catalogOf, friday, hourMs, logged } from '../scenario/fixtures.js';
import { Line } from '../scenario/line.js';
import { aCard, allCharged, aPolicy, because, Books, counted, lateCharged, sessions } from './books.fixture.js';

const day = (instant: Instant): string => new Date(instant).toISOString().slice(0, 10);
const bolt = { ...aBusiness, businessId: 'bolt' as BusinessId, zone: 'Asia/Tokyo' };
const first: readonly Payload<CatalogEvent>[] = [bolt, aPolicy(lateCharged), aCard(6_800n)];
const rules = [allCharged, lateCharged, counted, sessions];

type Step =
  | { readonly kind: 'use'; readonly business: 'acme' | 'bolt'; readonly conversation: number; readonly late: boolean; readonly template: boolean; readonly market: string }
  | { readonly kind: 'card'; readonly daysBack: number; readonly price: bigint }
  | { readonly kind: 'policy'; readonly daysBack: number; readonly rules: number }
  | { readonly kind: 'settle'; readonly cutAfter: number }
  | { readonly kind: 'bill' };

const use: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('use' as const), business: fc.constantFrom('acme' as const, 'bolt' as const), conversation: fc.integer({ min: 0, max: 2 }),
  late: fc.boolean(), template: fc.boolean(), market: fc.constantFrom('Brazil', 'India', 'Atlantis'),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: use, weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant('card' as const), daysBack: fc.integer({ min: 0, max: 40 }), price: fc.bigInt({ min: 0n, max: 20_000n }) }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('policy' as const), daysBack: fc.integer({ min: 0, max: 40 }), rules: fc.integer({ min: 0, max: rules.length - 1 }) }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('settle' as const), cutAfter: fc.integer({ min: 0, max: 5 }) }), weight: 1 },
  { arbitrary: fc.constant<Step>({ kind: 'bill' }), weight: 1 },
);
/** What happens, each so many hours after the one before. */
const histories = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), step), { maxLength: 70 });

/** Plays a history; a settlement that is cut off is what a crash leaves. */
class Play {
  readonly books = new Books(...first);
  readonly corrections: Payload<CatalogEvent>[] = [];
  at = friday;
  #versions = 1;

  take([hours, one]: readonly [number, Step]): void {
    this.at += hours * hourMs;
    switch (one.kind) {
      case 'use':
        return void this.books.use(usageOf(one, this.books.usage.length, this.at));
      case 'card':
        return this.#correct(aCard(one.price, { version: (this.#versions += 1), effectiveFrom: day(this.at - one.daysBack * 24 * hourMs), correction: because(1) }));
      case 'policy':
        return this.#correct(aPolicy(rules[one.rules]!, { version: (this.#versions += 1), effectiveFrom: day(this.at - one.daysBack * 24 * hourMs), correction: because(1, 'rules') }));
      case 'settle':
        return void this.books.settle(this.at, one.cutAfter);
      case 'bill':
        return this.#bill();
      default:
        return one satisfies never;
    }
  }

  #correct(event: Payload<CatalogEvent>): void {
    this.corrections.push(event);
    this.books.publish(event, this.at);
  }

  #bill(): void {
    for (const month of ['2018-07', '2018-08', '2018-09', '2018-10', '2018-11', '2018-12', '2019-01']) if (month < day(this.at).slice(0, 7)) this.books.bill(month, this.at);
  }
}

/** Under a hard cap, less than some prices are: what a correction adds beyond it is waived as well. */
const setAside: Reservation = { month: '2018-08', currency: 'USD', amount: 5_000n, cap: 1_000_000_000n, hard: true };

function usageOf({ business, conversation, late, template, market }: Extract<Step, { kind: 'use' }>, index: number, at: Instant): UsageRecorded {
  const parties = { businessId: business as BusinessId, conversationId: `${business}.c${conversation}` as ConversationId };
  const message = aMessage({ messageId: `m${index}`, ...parties, ...(template && { kind: 'template' as const, category: 'utility' as const }) });
  return logged({ type: 'UsageRecorded', message, market, sentAt: at - 500, deliveredAt: at, firstStatus: 'delivered', lastInboundAt: late ? null : at - hourMs, entryPointAt: null, reservation: index % 3 === 0 ? setAside : null }, at);
}

/** What the same usage is charged where every correction is known from the beginning: by billing itself, which knows no corrections. */
function chargedInTime(usage: readonly UsageRecorded[], corrections: readonly Payload<CatalogEvent>[]): readonly bigint[] {
  const line = new Line([billingTopology], catalogOf(aBusiness, ...first, ...corrections));
  for (const one of usage) line.happens(one.message.ownerId, one, 'parley.usage.v1');
  return line.log('parley.ledger.v1').map((event: AnyEvent) => (event.type === 'ChargePosted' ? event.amount : 0n));
}

describe('any history, any corrections at any point, settlements cut off anywhere', () => {
  it('end in charges and adjustments that are what they should have been, in books that balance, and in invoices that nothing touched', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const play = new Play();
        const { books } = play;
        const issued: string[] = [];
        for (const one of steps) {
          play.take(one);
          issued.push(...books.invoices.slice(issued.length).map((invoice) => JSON.stringify(invoice, text)));
        }
        expect(books.settle(play.at)).toBe(true);
        expect(books.amounts).toEqual(chargedInTime(books.usage.map(({ record }) => record), play.corrections));
        expect(books.audit()).toMatchObject({ differences: [], unexplained: 0 });
        expect(books.entrySum).toBe(0n);
        expect(books.invoices.map((invoice) => JSON.stringify(invoice, text))).toEqual(issued);
        expect(new Set(books.adjustments.map(({ adjustmentId }) => adjustmentId)).size).toBe(books.adjustments.length);
        const posted = books.adjustments.length;
        books.settle(play.at);
        expect(books.adjustments).toHaveLength(posted);
      }),
      { numRuns: 400 },
    );
  });
});

function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
