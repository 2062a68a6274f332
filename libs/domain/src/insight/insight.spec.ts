import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, AnyTopology, ContactId, ConversationId, Lane, RowChange } from '@parley/contracts';
import { micros, microsFromText, type MicrosText } from '@parley/money';
import { billingTopology } from '../billing/topology.js';
import { lastWeekend, nextMonday } from '../calendar/local-time.js';
import { findBusiness } from '../catalog/lookups.js';
import { deliveryTopology } from '../delivery/topology.js';
import { repliesTopology } from '../reply/topology.js';
import { aCatalog, aMessage, businessId, catalogOf, everything, logged, received, receipt, rejectingLateReplies } from '../scenario/fixtures.js';
import { Line } from '../scenario/line.js';
import { windowsTopology } from '../window/topology.js';
import { lateCost, lateRule, type CostedBy, type LateCharge } from './late-cost.js';
import { replyInsight, type Reply } from './replies.js';
import { waitingCost, type Waiting } from './waiting.js';

const zone = 'America/Sao_Paulo';
const at = (text: string): number => Date.parse(`2018-08-${text}:00-03:00`);
const topologies = [windowsTopology, repliesTopology, deliveryTopology, billingTopology] as unknown as AnyTopology[];
const parties = (contact: string) => ({ contactId: contact as ContactId, conversationId: `acme.${contact}` as ConversationId });

/** Of each contact: its market, when it wrote, when and how it was answered. */
const weekend: readonly (readonly [contact: string, market: string, wrote: string, answered: string | null, lane: Lane])[] = [
  ['thursday', 'Brazil', '02T10:00', '04T12:00', 'api'], // Closed on Friday at 10: late, and no matter of the weekend, though answered on it.
  ['friday', 'Brazil', '03T18:00', '06T09:00', 'api'], // Closed on Saturday at 18: late by the weekend.
  ['saturday', 'India', '04T11:00', '06T09:05', 'api'], // Closed on Sunday at 11: late by the weekend.
  ['byhand', 'India', '04T11:30', '06T09:07', 'app'], // Late as well, and free: answered by hand.
  ['sunday', 'Brazil', '05T20:00', '06T09:10', 'api'], // In time.
  ['open', 'Brazil', '06T08:00', null, 'api'],
];

function played(): Line {
  const happenings = weekend.flatMap(([contact, market, wrote, answered, lane]): [number, string, AnyEvent][] => {
    const { conversationId } = parties(contact);
    const asked: [number, string, AnyEvent] = [at(wrote), conversationId, received(at(wrote), { ...parties(contact), market })];
    if (answered === null) return [asked];
    const message = aMessage({ ...parties(contact), messageId: `to-${contact}`, lane, requestedAt: at(answered) });
    const delivered = receipt(at(answered) + 60_000, { ...parties(contact), messageId: `to-${contact}`, market });
    return [asked, [at(answered), conversationId, logged({ type: 'MessageRequested', message }, at(answered)) as AnyEvent], [at(answered) + 60_000, conversationId, delivered]];
  });
  const line = new Line(topologies, aCatalog);
  for (const [, key, event] of happenings.sort(([one], [other]) => one - other)) line.happens(key, event);
  return line;
}

const line = played();
const rowsOf = (table: string): readonly NonNullable<RowChange['row']>[] => [...line.rows].flatMap(([key, row]) => (key.startsWith(`${table} `) && row !== null ? [row] : []));

const charges = rowsOf('charge')
  .filter((row) => String(row['rule']).endsWith(`/${lateRule}`))
  .map((row): LateCharge => ({
    sentAt: row['sent_at'] as number,
    lastInboundAt: row['last_inbound_at'] as number,
    policyId: row['policy_id'] as string,
    policyVersion: row['policy_version'] as number,
    currency: row['currency'] as string,
    amountMicros: microsFromText(row['amount_micros'] as MicrosText),
    illustrative: row['illustrative'] as boolean,
  })); // prettier-ignore
const replies = rowsOf('reply').map((row): Reply => ({
  firstUnansweredAt: row['first_unanswered_at'] as number,
  responseMs: row['response_ms'] as number | null,
  kind: row['kind'] as string | null,
  isLate: row['late'] as boolean | null,
})); // prettier-ignore

// The card has 0.0068 for Brazil and 0.0014 for India.
const cost = (by: CostedBy, period = lastWeekend(at('06T12:00'), zone)) => lateCost(charges, by, period, zone, aCatalog);

describe('what last weekend cost', () => {
  it('is what was answered late because a window closed on it', () => {
    // Friday's 0.0068 and Saturday's 0.0014; what was answered by hand is free by another rule.
    const found = cost('closed');
    expect(found.total).toEqual([{ currency: 'USD', count: 2, amount: 8_200n }]);
    expect([found.illustrative, cost('closed', { from: 0, to: 1 }).illustrative]).toEqual([true, false]);
    expect(found.days).toEqual([
      { day: '2018-08-04', cost: [{ currency: 'USD', count: 1, amount: 6_800n }] },
      { day: '2018-08-05', cost: [{ currency: 'USD', count: 1, amount: 1_400n }] },
    ]);
    expect(found.hours.filter((hour) => hour.cost.length > 0)).toEqual([
      { weekday: 6, hour: 18, cost: [{ currency: 'USD', count: 1, amount: 6_800n }] },
      { weekday: 7, hour: 11, cost: [{ currency: 'USD', count: 1, amount: 1_400n }] },
    ]);
  });

  it('is another thing by when contacts wrote, or by when the replies went out', () => {
    expect(cost('written').total).toEqual([{ currency: 'USD', count: 1, amount: 1_400n }]);
    expect(cost('sent').total).toEqual([{ currency: 'USD', count: 1, amount: 6_800n }]);
    expect(cost('sent', { from: at('01T00:00'), to: at('07T00:00') }).total).toEqual([{ currency: 'USD', count: 3, amount: 15_000n }]);
  });

  it('has the hours sum to the days, and both to the total, in each currency', () => {
    const charge = charges[0]!;
    const mixed = [...charges, { ...charge, currency: 'EUR', amountMicros: micros(5n) }, { ...charge, lastInboundAt: null }];
    const found = lateCost(mixed, 'sent', { from: at('01T00:00'), to: at('07T00:00') }, zone, aCatalog);
    const sumOf = (parts: readonly { readonly cost: typeof found.total }[]) => {
      const sums: Record<string, bigint> = {};
      for (const { currency, amount } of parts.flatMap((part) => part.cost)) sums[currency] = (sums[currency] ?? 0n) + amount;
      return sums;
    };
    const total = Object.fromEntries(found.total.map(({ currency, amount }) => [currency, amount]));
    expect(total).toEqual({ EUR: 5n, USD: 21_800n });
    expect([sumOf(found.hours), sumOf(found.days)]).toEqual([total, total]);
    expect(found.neverWrote).toEqual([{ currency: 'USD', count: 1, amount: 6_800n }]);
    expect(found.hours).toHaveLength(168);
  });
});

describe('response times', () => {
  const closedDays = [{ day: '2018-08-06', name: 'Closed for stocktaking' }];
  const found = replyInsight(replies, zone, closedDays);
  const hourMs = 3_600_000;

  it('are those of the contacts, answered or not, by when they began to wait', () => {
    // Waited: 13 h 10 min, 45 h 37 min, 46 h 5 min, 50 h, 63 h; one still waits.
    expect(found.total).toEqual({ count: 6, answered: 5, unanswered: 1, late: 4, lateRate: 0.8, byTemplate: 0, medianMs: 46 * hourMs + 5 * 60_000, p90Ms: 63 * hourMs });
    expect(found.hours.filter(({ count }) => count > 0).map(({ weekday, hour, count, late }) => [weekday, hour, count, late])).toEqual([
      [1, 8, 1, 0], [4, 10, 1, 1], [5, 18, 1, 1], [6, 11, 2, 2], [7, 20, 1, 0],
    ]);
    expect(found.hours.find(({ weekday, hour }) => weekday === 6 && hour === 11)).toMatchObject({ medianMs: 45 * hourMs + 37 * 60_000, p90Ms: 46 * hourMs + 5 * 60_000 });
  });

  it('tell workdays, weekends and closed days apart', () => {
    const { workday, weekend: onWeekends, closed } = found.days;
    expect([workday, onWeekends, closed].map(({ count, late, lateRate }) => [count, late, lateRate])).toEqual([[2, 2, 1], [3, 2, 2 / 3], [1, 0, null]]);
    expect(found.closedDays).toMatchObject([{ day: '2018-08-06', name: 'Closed for stocktaking', count: 1, unanswered: 1 }]);
  });
});

describe('what silence costs', () => {
  const waiting = (market: string, wrote: string): Waiting => ({ market, lastInboundAt: at(wrote), entryPointAt: null });
  const now = at('04T12:00');
  const list = [waiting('Brazil', '03T11:00'), waiting('Brazil', '03T18:00'), waiting('India', '04T11:00'), waiting('Brazil', '04T10:00'), waiting('Brazil', '05T00:00')];
  const costs = (until: number, catalog = aCatalog) => waitingCost(list, findBusiness(catalog, businessId)!, catalog, now, until);

  it('is a late reply for each window that is open now and closed on Monday', () => {
    // Friday 11:00 is closed already; Sunday 0:00 closes on Monday 0:00, at that very instant.
    expect(costs(nextMonday(now, zone))).toEqual({
      open: 4, closing: 4, firstClosesAt: at('04T18:00'), refused: 0, unpriced: 0,
      total: [{ currency: 'USD', count: 4, amount: 21_800n }],
      markets: [
        { market: 'Brazil', count: 3, currency: 'USD', unitPrice: 6_800n, rule: 'S0/late-free-form', illustrative: true, assumes: [], cost: { currency: 'USD', count: 3, amount: 20_400n } },
        { market: 'India', count: 1, currency: 'USD', unitPrice: 1_400n, rule: 'S0/late-free-form', illustrative: true, assumes: [], cost: { currency: 'USD', count: 1, amount: 1_400n } },
      ],
    });
  });

  it('is less the sooner somebody answers', () => {
    expect(costs(at('04T17:59'))).toMatchObject({ open: 4, closing: 0, firstClosesAt: null, total: [] });
    expect(costs(at('05T10:30'))).toMatchObject({ closing: 2, total: [{ count: 2, amount: 13_600n }] });
  });

  it('is not a price where late replies are refused, or no price is known', () => {
    expect(costs(at('06T00:00'), catalogOf(...everything, rejectingLateReplies()))).toMatchObject({ closing: 4, refused: 4, total: [], markets: [] });
    expect(costs(at('06T00:00'), catalogOf(...everything.filter(({ type }) => type !== 'RateCardPublished')))).toMatchObject({ closing: 4, unpriced: 4, total: [] });
    expect(costs(at('06T00:00'), catalogOf(everything[0]!))).toBeNull();
  });
});
