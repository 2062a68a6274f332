import { describe, expect, it } from '@jest/globals';
import type { BusinessId, ConversationId, Instant, Message, UsageRecorded } from '@parley/contracts';
import { aBusiness, aMessage, dayMs, friday, hourMs, logged } from '../scenario/fixtures.js';
import { aCard, allCharged, aPolicy, because, Books, counted, lateCharged, sessions } from './books.fixture.js';
import { Settlement } from './settlement.js';

let made = 0;

/** A reply of a conversation, delivered at that instant: late, from Brazil, where nothing else is said. */
function used(at: Instant, { lastInboundAt = null, market = 'Brazil', ...message }: { readonly lastInboundAt?: Instant | null; readonly market?: string } & Partial<Omit<Message, 'messageId'>> = {}): UsageRecorded {
  made += 1;
  const event = { type: 'UsageRecorded', message: aMessage({ messageId: `m${made}`, ...message }), market, sentAt: at - 1_000, deliveredAt: at, firstStatus: 'delivered', lastInboundAt, entryPointAt: null, reservation: null } as const;
  return logged(event, at);
}

const correctedCard = (price: bigint, effectiveFrom: string, version = 2) => aCard(price, { version, effectiveFrom, correction: because(version - 1) });
const sums = (books: Books) => books.adjustments.map(({ amount }) => amount);
const template = { kind: 'template', category: 'utility' } as const;

/** Whether charges that are still to come may have to be adjusted by the first correction, too. */
function driftsAt(books: Books, at: Instant): boolean {
  const settlement = new Settlement(books.history(), 0);
  for (const { record, decision } of books.usage) settlement.take(record, decision);
  return settlement.drifting(at);
}

describe('a rate card published late', () => {
  // Friday is the 3rd of August; the card is of the 4th, and comes on the 6th.
  const books = () =>
    new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).use(used(friday + dayMs)).use(used(friday + 2 * dayMs, { market: 'India' })).publish(correctedCard(7_000n, '2018-08-04'), friday + 3 * dayMs);

  it('adjusts each charge since its day by the difference, and names itself', () => {
    const one = books();
    one.settle(friday + 3 * dayMs);
    // Brazil 7,000 - 6,800; India the half: 3,500 - 3,400.
    expect(one.adjustments).toMatchObject([
      {
        adjustmentId: 'correction-3.acme.c1.m2', chargeId: 'acme.c1.m2', amount: 200n, market: 'Brazil', month: '2018-08', reason: 'the price was wrong', causedBy: 'rate card list version 2',
        correction: { kind: 'rate_card', id: 'list', version: 2, catalogOffset: 3 },
      },
      { chargeId: 'acme.c1.m3', amount: 100n, market: 'India' },
    ]);
  });

  it('prices what is delivered from then on, which is not adjusted', () => {
    const one = books().use(used(friday + 4 * dayMs));
    one.settle(friday + 5 * dayMs);
    expect(one.amounts).toEqual([6_800n, 7_000n, 3_500n, 7_000n]);
    expect(sums(one)).toEqual([200n, 100n]);
  });

  it('says the same again, and nothing more', () => {
    const one = books();
    for (let times = 0; times < 3; times += 1) one.settle(friday + 3 * dayMs);
    expect(sums(one)).toEqual([200n, 100n]);
  });

  it('begins at 00:00 of its day in the zone of the business', () => {
    const midnight = Date.parse('2018-08-04T00:00:00-03:00');
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(midnight - 1)).use(used(midnight)).publish(correctedCard(7_000n, '2018-08-04'), midnight + dayMs);
    one.settle(midnight + dayMs);
    expect(one.amounts).toEqual([6_800n, 7_000n]);
  });

  it('leaves alone what has another card from a later day on', () => {
    const next = aCard(9_000n, { version: 2, effectiveFrom: '2018-08-05' });
    const one = new Books(aPolicy(allCharged), aCard(6_800n), next).use(used(friday)).use(used(friday + 2 * dayMs)).publish(aCard(7_000n, { version: 3, effectiveFrom: '2018-08-02', correction: because(1) }), friday + 3 * dayMs);
    one.settle(friday + 3 * dayMs);
    expect(one.amounts).toEqual([7_000n, 9_000n]);
  });

  it('is one correction, although its record stands on the catalog twice', () => {
    const one = books().publish(correctedCard(7_000n, '2018-08-04'), friday + 3 * dayMs).publish(correctedCard(9_000n, '2018-08-05', 3), friday + 4 * dayMs);
    one.settle(friday + 4 * dayMs);
    // The second message is of the 4th, the third (India) of the 5th: 7,000, and the half of 9,000.
    expect(one.history().corrections).toHaveLength(2);
    expect(one.amounts).toEqual([6_800n, 7_000n, 4_500n]);
  });

  it('leaves alone businesses in another currency', () => {
    const euro = { ...aBusiness, businessId: 'bolt' as BusinessId, currency: 'EUR' };
    const one = new Books(euro, aPolicy(allCharged), aCard(6_800n), aCard(6_000n, { rateCardId: 'euro' as never, currency: 'EUR' }));
    one.use(used(friday, { businessId: 'bolt' as BusinessId, conversationId: 'bolt.c1' as ConversationId })).publish(correctedCard(7_000n, '2018-08-01'), friday + dayMs);
    one.settle(friday + dayMs);
    expect(one.adjustments).toEqual([]);
  });

  it('goes by the zone that the charge was priced in, although the business has another since', () => {
    const midnight = Date.parse('2018-08-04T00:00:00-03:00');
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(midnight - hourMs)).publish({ ...aBusiness, zone: 'Asia/Tokyo' }, midnight).publish(correctedCard(7_000n, '2018-08-04'), midnight + dayMs);
    one.settle(midnight + dayMs);
    expect(one.adjustments).toEqual([]);
  });
});

describe('corrections that follow one another', () => {
  const given = () => new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).publish(correctedCard(7_000n, '2018-08-01'), friday + dayMs).use(used(friday + dayMs));

  it('each adjust by what they change', () => {
    const one = given();
    one.settle(friday + dayMs);
    one.publish(correctedCard(6_500n, '2018-08-01', 3), friday + 2 * dayMs).settle(friday + 2 * dayMs);
    // +200 by the first for the first message; -500 by the second for both.
    expect(one.adjustments.map(({ amount, correction }) => [amount, correction?.version])).toEqual([[200n, 2], [-500n, 3], [-500n, 3]]);
    expect(one.amounts).toEqual([6_500n, 6_500n]);
  });

  it('come to the same where the first was not settled before the second was published', () => {
    const one = given().publish(correctedCard(6_500n, '2018-08-01', 3), friday + 2 * dayMs);
    one.settle(friday + 3 * dayMs);
    expect(one.amounts).toEqual([6_500n, 6_500n]);
    expect(one.audit().differences).toEqual([]);
  });
});

describe('a corrected policy', () => {
  it('changes what was free: inside the window nothing was charged, and all should have been', () => {
    const one = new Books(aPolicy(lateCharged), aCard(6_800n)).use(used(friday, { lastInboundAt: friday - hourMs })).use(used(friday + hourMs));
    one.publish(aPolicy(allCharged, { version: 2, effectiveFrom: '2018-08-03', correction: because(1, 'rules') }), friday + dayMs).settle(friday + dayMs);
    expect(one.adjustments).toMatchObject([{ amount: 6_800n, causedBy: 'policy rules version 2', correction: { kind: 'policy' } }]);
  });

  it('counts allowances and tiers as they should have been counted', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n));
    for (let nth = 0; nth < 3; nth += 1) one.use(used(friday + nth * hourMs));
    for (let nth = 0; nth < 4; nth += 1) one.use(used(friday + (4 + nth) * hourMs, template));
    one.publish(aPolicy(counted, { version: 2, effectiveFrom: '2018-08-01', correction: because(1, 'rules') }), friday + dayMs).settle(friday + dayMs);
    // Two replies of three are free; the third of four templates and all after it cost the half. The third reply is no utility template, and is no tier's.
    expect(one.amounts).toEqual([0n, 0n, 6_800n, 6_800n, 6_800n, 3_400n, 3_400n]);
  });

  it('opens the sessions that should have been open', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).use(used(friday + hourMs)).use(used(friday + 25 * hourMs));
    one.publish(aPolicy(sessions, { version: 2, effectiveFrom: '2018-08-01', correction: because(1, 'rules') }), friday + 26 * hourMs).settle(friday + 26 * hourMs);
    expect(one.amounts).toEqual([6_800n, 0n, 6_800n]);
  });

  it('adjusts what comes after it too, until counts agree again', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).use(used(friday + hourMs));
    one.publish(aPolicy(counted, { version: 2, effectiveFrom: '2018-08-01', correction: because(1, 'rules') }), friday + dayMs);
    // Billing has counted no free one yet, and gives two more; by the corrected rules they were used up.
    one.use(used(friday + 2 * dayMs)).use(used(friday + 3 * dayMs)).use(used(friday + 4 * dayMs));
    one.settle(friday + 5 * dayMs);
    expect(one.amounts).toEqual([0n, 0n, 6_800n, 6_800n, 6_800n]);
    expect(sums(one)).toEqual([-6_800n, -6_800n, 6_800n, 6_800n]);
  });

  it('is drifting for as long as a session is open that should not be, or should be', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday));
    one.publish(aPolicy(sessions, { version: 2, effectiveFrom: '2018-08-01', correction: because(1, 'rules') }), friday + hourMs);
    expect([driftsAt(one, friday + hourMs), driftsAt(one, friday + 5 * dayMs)]).toEqual([true, false]);
  });

  it('is drifting for as long as a count may still differ, and no longer', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday));
    one.publish(aPolicy(counted, { version: 2, effectiveFrom: '2018-08-01', correction: because(1, 'rules') }), friday + dayMs);
    expect([driftsAt(one, friday + dayMs), driftsAt(one, Date.parse('2018-09-07T23:59:59Z')), driftsAt(one, Date.parse('2018-09-08T00:00:00Z'))]).toEqual([true, true, false]);
    one.use(used(Date.parse('2018-09-09T00:00:00Z')));
    expect(driftsAt(one, Date.parse('2018-09-09T00:00:00Z'))).toBe(false);
  });
});

describe('a correction without a price for what was used', () => {
  it('leaves what was charged, and says why', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday));
    const noUtility = correctedCard(7_000n, '2018-08-01');
    one.publish({ ...noUtility, rows: noUtility.rows.map((row) => ({ ...row, utility: null })) }, friday + dayMs).settle(friday + dayMs);
    expect(one.adjustments).toEqual([]);
    expect([...one.audit().reasons.values()]).toEqual([1]);
    // The next correction has a price: it adjusts by the whole difference.
    one.publish(correctedCard(7_100n, '2018-08-01', 3), friday + 2 * dayMs).settle(friday + 2 * dayMs);
    expect(one.amounts).toEqual([7_100n]);
  });
});

describe('a month that was invoiced', () => {
  const invoiced = () => new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).use(used(friday + dayMs, { market: 'India' })).bill('2018-08', Date.parse('2018-09-03T12:00:00Z'));

  it('is on the next bill as lines that name the correction; the invoice is the same, byte for byte', () => {
    const one = invoiced();
    const before = one.invoices[0]!.rows;
    one.publish(correctedCard(7_000n, '2018-08-01'), Date.parse('2018-09-10T00:00:00Z')).settle(Date.parse('2018-09-10T00:01:00Z'));
    one.use(used(Date.parse('2018-09-11T12:00:00Z'))).bill('2018-08', Date.parse('2018-10-03T12:00:00Z')).bill('2018-09', Date.parse('2018-10-03T12:00:00Z'));
    expect(one.invoices.map(({ invoice }) => [invoice.number, invoice.month, invoice.total])).toEqual([
      [1, '2018-08', 10_000n], // 0.0068 + 0.0034 = 0.0102
      [2, '2018-09', 10_000n], // 0.0070 and 0.0002 + 0.0001 for August = 0.0073
    ]);
    const lines = (JSON.parse(one.invoices[1]!.rows) as { table: string; row: Record<string, unknown> }[]).filter(({ table }) => table === 'invoice_line').map(({ row }) => row);
    expect(lines.map(({ kind, month, market, cause, amount_micros }) => [kind, month, market, cause, amount_micros])).toEqual([
      ['usage', '2018-09', 'Brazil', '', '7000'],
      ['adjustment', '2018-08', 'Brazil', 'the price was wrong (rate card list version 2)', '200'],
      ['adjustment', '2018-08', 'India', 'the price was wrong (rate card list version 2)', '100'],
      ['rounding', null, null, 'rounded half up to the minor unit', '2700'],
    ]);
    expect(one.invoices[0]!.rows).toBe(before);
    expect(one.entrySum).toBe(0n);
  });

  it('has lines beside the usage where it is not invoiced yet, and is rounded once', () => {
    const one = new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).publish(correctedCard(7_000n, '2018-08-01'), friday + dayMs);
    one.settle(friday + dayMs);
    one.bill('2018-08', Date.parse('2018-09-03T12:00:00Z'));
    expect(one.invoices[0]!.invoice).toMatchObject({ number: 1, total: 10_000n, lines: 3, rounding: 3_000n });
  });
});

describe('the audit', () => {
  const given = () => new Books(aPolicy(allCharged), aCard(6_800n)).use(used(friday)).use(used(friday + hourMs)).publish(correctedCard(7_000n, '2018-08-01'), friday + dayMs);

  it('finds what is left to adjust, and names owner and charges', () => {
    const one = given();
    expect(one.audit().differences).toEqual([{ ownerId: 'acme-group', currency: 'USD', due: 400n, posted: 0n }]);
    one.settle(friday + dayMs, 1);
    expect(one.audit(['acme-group']).chargeDifferences).toMatchObject([{ due: 200n, posted: 0n }]);
    one.settle(friday + dayMs);
    expect(one.audit().differences).toEqual([]);
  });

  it('finds two errors that cancel out', () => {
    const one = given();
    one.settle(friday + dayMs);
    const [first, second] = one.ledger.flatMap((event, index) => (event.type === 'AdjustmentPosted' ? [index] : []));
    one.ledger[first!] = { ...one.ledger[first!]!, amount: 201n } as never;
    one.ledger[second!] = { ...one.ledger[second!]!, amount: 199n } as never;
    expect(one.audit().differences).toEqual([{ ownerId: 'acme-group', currency: 'USD', due: 400n, posted: 400n }]);
  });

  it('does not count what the operator posted by hand', () => {
    const one = given();
    one.settle(friday + dayMs);
    one.ledger.push({ ...one.adjustments[0]!, correction: null, amount: -5_000n });
    expect(one.audit().differences).toEqual([]);
  });

  it('finds a charge that does not follow from its own stamp', () => {
    const one = given();
    one.usage[0] = { ...one.usage[0]!, decision: { ...one.usage[0]!.decision, amount: 1n } as never };
    expect(one.audit().unexplained).toBe(1);
    one.settle(friday + dayMs);
    expect(sums(one)).toEqual([200n]);
  });
});
