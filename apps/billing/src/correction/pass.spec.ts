import { describe, expect, it } from '@jest/globals';
import type { BusinessId, CatalogEvent, ContactId, ConversationId, Message, MessageId, NumberId, OwnerId, Payload, PayloadOf, PolicyId, RateCardId } from '@parley/contracts';
import fc from 'fast-check';
import { AdjustedLine } from './line.fixture.js';

const august = Date.parse('2018-08-03T18:00:00Z');
const hourMs = 3_600_000;

function business(name: string): PayloadOf<'BusinessRegistered'> {
  return { type: 'BusinessRegistered', businessId: name as BusinessId, ownerId: `${name}-group` as OwnerId, name, zone: 'America/Sao_Paulo', currency: 'USD', windowNoticeMs: 0 };
}

function card(price: bigint, version = 1): PayloadOf<'RateCardPublished'> {
  const rows = [{ market: 'Other', marketing: price, utility: price, authentication: price, authenticationInternational: null, service: price }];
  const correction = version === 1 ? null : { id: 'list', version: version - 1, reason: 'it was wrong' };
  return { type: 'RateCardPublished', rateCardId: 'list' as RateCardId, version, effectiveFrom: '2018-08-01', currency: 'USD', rows, source: 'spec', illustrative: false, scope: null, correction };
}

/** Replies at their price, the first of a month free. */
const policy: Payload<CatalogEvent> = {
  type: 'PolicyPublished', policyId: 'rules' as PolicyId, version: 1, effectiveFrom: '2018-01-01', source: 'spec', illustrative: false, scope: null, correction: null,
  document: JSON.stringify({
    format: 'parley-policy-2', title: 'spec', freeWindowHours: 24, lateReply: { api: 'charge', app: 'charge' },
    charges: [{ rule: 'reply', price: 'utility', allowance: { name: 'first', count: 1, per: 'month', scope: 'number' } }],
  }),
};

function message(name: string, nth: number): Message {
  const parties = { businessId: name as BusinessId, ownerId: `${name}-group` as OwnerId, numberId: `${name}-n` as NumberId, contactId: 'c1' as ContactId, conversationId: `${name}.c1` as ConversationId };
  return { messageId: `m${nth}` as MessageId, ...parties, lane: 'api', kind: 'free_form', category: 'service', template: null, requestedAt: august, envelopeHash: 'a'.repeat(64), envelopeBytes: 400 };
}

/** So many messages of two owners, and the corrections after them, each with some messages more. */
async function lineWith(messages: number, prices: readonly bigint[]): Promise<AdjustedLine> {
  const line = new AdjustedLine();
  for (const event of [business('acme'), business('bolt'), policy, card(10_000n)]) await line.publish(event, august - hourMs);
  let nth = 0;
  const use = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      nth += 1;
      await line.use(message(nth % 3 === 0 ? 'bolt' : 'acme', nth), { market: 'Brazil', deliveredAt: august + nth * hourMs, lastInboundAt: null });
    }
  };
  await use(messages);
  for (const [index, price] of prices.entries()) {
    await line.publish(card(price, index + 2), august + nth * hourMs);
    await use(2);
  }
  return line;
}

describe('a pass over the usage', () => {
  it('adjusts each charge that differs, once, by what it lacks', async () => {
    const line = await lineWith(6, [12_000n]);
    expect(await line.process(Infinity)).toBe(true);
    // Of six messages one of each owner was free; the two after the correction were priced by it.
    expect((await line.adjustments()).map(({ chargeId, amount }) => [chargeId, amount]).sort()).toEqual([['acme.c1.m2', 2_000n], ['acme.c1.m4', 2_000n], ['acme.c1.m5', 2_000n], ['bolt.c1.m6', 2_000n]]);
    expect(await line.process(Infinity)).toBe(true);
    expect(await line.adjustments()).toHaveLength(4);
  });

  it('killed at any step, and begun again, posts each adjustment exactly once', async () => {
    for (let steps = 0; ; steps += 1) {
      const line = await lineWith(9, [12_000n, 9_000n]);
      const ended = await line.process(steps);
      expect(await line.process(Infinity)).toBe(true);
      const ids = (await line.adjustments()).map(({ adjustmentId }) => adjustmentId);
      expect([steps, ids.length, new Set(ids).size]).toEqual([steps, 7 + 9, 7 + 9]);
      expect((await line.audit()).differences).toEqual([]);
      if (ended) break;
    }
  }, 60_000);

  it('killed again and again is whole in the end, whatever was used and corrected', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), fc.array(fc.bigInt({ min: 0n, max: 20_000n }), { maxLength: 3 }), fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 6 }), async (messages, prices, kills) => {
        const line = await lineWith(messages, prices);
        for (const steps of kills) await line.process(steps);
        expect(await line.process(Infinity)).toBe(true);
        const ids = (await line.adjustments()).map(({ adjustmentId }) => adjustmentId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(await line.audit()).toMatchObject({ differences: [], unexplained: 0 });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
