import { describe, expect, it } from '@jest/globals';
import { isId, type CatalogEvent, type ChargePosted, type ConversationId, type Payload, type UsageRecorded } from '@parley/contracts';
import { bundledPolicies, bundledPriceLists, bundledRateCards } from '@parley/rating';
import fc from 'fast-check';
import type { Catalog } from '../catalog/catalog.js';
import { aBusiness, aMessage, catalogOf, everything, friday, hourMs, logged } from '../scenario/fixtures.js';
import { Line } from '../scenario/line.js';
import { Scenario } from '../scenario/scenario.js';
import { chargedLimit, chargeIdOf } from './evolve.js';
import { billingTopology } from './topology.js';

const owner = () => new Scenario(billingTopology, expect);

function used(change: Partial<UsageRecorded> & { readonly afterHours?: number } = {}): UsageRecorded {
  const { afterHours = 25, ...rest } = change;
  const sentAt = friday + afterHours * hourMs;
  const event = logged(
    { type: 'UsageRecorded', message: aMessage(), market: 'Brazil', sentAt, deliveredAt: sentAt + 800, firstStatus: 'delivered', lastInboundAt: friday, entryPointAt: null, reservation: null, ...rest },
    sentAt,
  );
  return { ...event, meta: { ...event.meta, cause: { topic: 'parley.conversations.v1', partition: 2, offset: 17 } } };
}

describe('a used message', () => {
  it('costs the rate of its country when it was late, with the evidence', () => {
    const { rows } = owner()
      .when(used())
      .then({ type: 'ChargePosted', chargeId: 'acme.c1.m1', amount: 6_800n, unitPrice: 6_800n, currency: 'USD', rule: 'S0/late-free-form', policyId: 'S0', policyVersion: 1, rateCardId: 'usd-for-s0', rateCardVersion: 1, illustrative: true });
    expect(rows).toMatchObject([
      {
        table: 'charge',
        key: { charge_id: 'acme.c1.m1' },
        row: {
          amount_micros: '6800',
          unit_price_micros: '6800',
          rule: 'S0/late-free-form',
          usage_topic: 'parley.usage.v1',
          usage_partition: 0,
          usage_offset: 1,
          receipt_topic: 'parley.conversations.v1',
          receipt_partition: 2,
          receipt_offset: 17,
          catalog_offset: 7,
          last_inbound_at: friday,
        },
      },
    ]);
  });

  it('costs nothing in the window, by a rule that needs no card', () => {
    const noCard = catalogOf(aBusiness, ...bundledPolicies());
    owner().when(used({ afterHours: 2 }), { catalog: noCard }).then({ type: 'ChargePosted', amount: 0n, rule: 'S0/inside-window', rateCardId: null, illustrative: false });
  });

  it('is charged once, by conversation and message', () => {
    const one = owner();
    one.when(used());
    one.when(used({ firstStatus: 'read' })).thenSkipped('charged before');
    const elsewhere = aMessage({ conversationId: 'acme.c2' as ReturnType<typeof aMessage>['conversationId'] });
    one.when(used({ message: elsewhere })).then({ type: 'ChargePosted', chargeId: 'acme.c2.m1' });
    expect(isId('Charge', chargeIdOf(elsewhere))).toBe(true);
  });

  it('is priced by what was in force when it was delivered, in the zone of the business', () => {
    const next: Payload<CatalogEvent>[] = [
      { ...bundledPolicies()[0]!, version: 2, effectiveFrom: '2018-08-05', document: bundledPolicies()[0]!.document.replace(/("window": "inside",\s*"price": )"free"/, '$1"utility"') },
      { ...bundledRateCards()[0]!, version: 2, effectiveFrom: '2018-08-05', rows: bundledRateCards()[0]!.rows.map((row) => ({ ...row, utility: 1n })) },
    ];
    const catalog = catalogOf(...everything, ...next);
    const midnight = Date.parse('2018-08-05T00:00:00-03:00');
    const sent = { sentAt: midnight - 60_000, lastInboundAt: midnight - hourMs };
    owner().when(used({ ...sent, deliveredAt: midnight - 1 }), { catalog }).then({ policyVersion: 1, amount: 0n });
    owner().when(used({ ...sent, deliveredAt: midnight }), { catalog }).then({ policyVersion: 2, rateCardVersion: 2, amount: 1n });
  });

  it('waits for the operator where its price is not known', () => {
    const decideWith = (...published: readonly Payload<CatalogEvent>[]) => () => billingTopology.decide(used(), billingTopology.initial, { now: friday, catalog: catalogOf(...published) });
    expect(decideWith()).toThrow('the business acme is not registered');
    expect(decideWith(aBusiness)).toThrow('no policy was in force for the business acme at 2018-08-04T22:00:00.800Z');
    expect(decideWith(aBusiness, ...bundledPolicies())).toThrow('S0/late-free-form needs a price in USD: No rate card is in force for the business.');
    expect(decideWith({ ...aBusiness, currency: 'EUR' }, ...bundledPolicies(), ...bundledRateCards())).toThrow('needs a price in EUR');
  });
});

describe('the charges of an owner', () => {
  const usages = fc.array(fc.record({ messageId: fc.constantFrom('m1', 'm2', 'm3'), afterHours: fc.constantFrom(1, 24, 40) }));

  it('are one per message whatever is repeated, and a function of the usage in its order', () => {
    fc.assert(
      fc.property(usages, (list) => {
        const play = () => {
          const one = owner();
          return list.map(({ messageId, afterHours }) => one.when(used({ message: aMessage({ messageId }), afterHours })).decision);
        };
        const posted = play().filter(({ type }) => type === 'ChargePosted');
        expect(posted).toHaveLength(new Set(list.map(({ messageId }) => messageId)).size);
        expect(play().filter(({ type }) => type === 'ChargePosted')).toEqual(posted);
      }),
    );
  });

  it('are remembered up to a bound', () => {
    const one = owner();
    for (let index = 0; index < chargedLimit + 5; index += 1) one.when(used({ message: aMessage({ messageId: `m${index}` }) }));
    expect(one.state.own.charged).toHaveLength(chargedLimit);
  });
});

/** A price list of the history, in force since before everything. */
function under(policyId: string): Catalog {
  const { policies, rateCards } = bundledPriceLists();
  const policy = policies.find((one) => one.policyId === policyId)!;
  const card = rateCards.find(({ rateCardId }) => rateCardId === (policyId === 'P6' ? 'usd' : 'usd-for-p3'))!;
  return catalogOf(aBusiness, { ...policy, effectiveFrom: '2018-01-01' }, { ...card, effectiveFrom: '2018-01-01' });
}

describe('price lists that count', () => {
  const marketing = (messageId: string) => aMessage({ messageId, kind: 'template', category: 'marketing' });

  it('charge the message that opens a session, and nothing that joins it', () => {
    const catalog = under('P3');
    const one = owner();
    // Brazil, marketing: 0.0625.
    const opened = { category: 'marketing', type: 'regular', openedAt: friday + 800, closesAt: friday + 800 + 24 * hourMs, entryPointAt: null, opened: true };
    const { rows } = one
      .when(used({ message: marketing('m1'), afterHours: 0 }), { catalog })
      .then({ amount: 62_500n, pricingCategory: 'marketing', pricingType: 'regular', month: '2018-08', session: opened });
    expect(rows[0]?.row).toMatchObject({ pricing_category: 'marketing', month: '2018-08', session_category: 'marketing', session_opened: true, session_opened_at: friday + 800, price_market: 'Brazil' });
    one.when(used({ message: marketing('m2'), afterHours: 5 }), { catalog }).then({ amount: 0n, unitPrice: 0n, session: { ...opened, opened: false } });
    one.when(used({ message: marketing('m3'), afterHours: 24 }), { catalog }).then({ amount: 62_500n, session: { opened: true } });
    expect(one.state.aside).toHaveLength(2);
  });

  it('keep the sessions of each conversation apart, and count an owner\'s together', () => {
    const line = new Line([billingTopology], under('P3'));
    const service = (conversation: string, index: number): UsageRecorded => {
      const event = used({ message: aMessage({ messageId: `m${index}`, conversationId: conversation as ConversationId }), afterHours: index });
      return { ...event, meta: { ...event.meta, cause: null } };
    };
    const asked = [service('acme.c1', 0), service('acme.c2', 1), service('acme.c1', 2), service('acme.c1', 25)];
    for (const event of asked) line.happens(event.message.ownerId, event, 'parley.usage.v1');
    const charges = line.log('parley.ledger.v1') as readonly ChargePosted[];
    expect(charges.map(({ session, allowance }) => [session?.opened, allowance?.nth ?? null])).toEqual([[true, 1], [true, 2], [false, null], [true, 3]]);
  });

  it('give each number its free ones, and count no other', () => {
    const catalog = under('P6');
    const one = owner();
    for (let index = 1; index <= 1_000; index += 1) one.fold(charged(one, catalog, `m${index}`));
    // The 1,001st: Brazil's utility list rate, 0.0068.
    one.when(used({ message: aMessage({ messageId: 'm1001' }), afterHours: 1 }), { catalog }).then({ amount: 6_800n, pricingCategory: 'service', pricingType: 'regular', allowance: null });
    const other = aMessage({ messageId: 'o1', numberId: 'acme-second' as ReturnType<typeof aMessage>['numberId'] });
    one.when(used({ message: other, afterHours: 1 }), { catalog }).then({ amount: 0n, pricingType: 'free_customer_service', allowance: { name: 'service-messages', nth: 1, count: 1_000 } });
  });

  it('hold a message that ends a month in its own month, in the zone of the business', () => {
    const catalog = under('P6');
    // Sao Paulo, three hours behind: still August there.
    const deliveredAt = Date.parse('2018-09-01T02:59:59Z');
    owner().when(used({ deliveredAt, sentAt: deliveredAt - 5 }), { catalog }).then({ month: '2018-08' });
    owner().when(used({ deliveredAt: deliveredAt + 1_000, sentAt: deliveredAt - 5 }), { catalog }).then({ month: '2018-09' });
  });
});

/** A message decided, as the log would have it. */
function charged(one: ReturnType<typeof owner>, catalog: Catalog, messageId: string): ChargePosted {
  const usage = used({ message: aMessage({ messageId }), afterHours: 1 });
  return logged(billingTopology.decide(usage, one.state, { now: usage.deliveredAt, catalog }) as Payload<ChargePosted>, usage.deliveredAt);
}
