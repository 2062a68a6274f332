import { describe, expect, it } from '@jest/globals';
import type { BusinessId, InvoiceId, LedgerEvent, OwnerId } from '@parley/contracts';
import { micros } from '@parley/money';
import fc from 'fast-check';
import { booked, emptyBill, settle, type LineOf } from '../invoice/bill.js';
import { anAdjustment, aCharge } from '../invoice/events.fixture.js';
import { friday, logged } from '../scenario/fixtures.js';
import { accounts, balanced, entriesOf, type Entry } from './entries.js';
import { LedgerFault } from './fault.js';

const sidesOf = (entries: readonly Entry[]) => entries.map(({ account, businessId, amount }) => [account, businessId, amount]);

const usage = (businessId: string): LineOf => ({ businessId: businessId as BusinessId, market: 'Brazil', category: 'utility', tier: null, kind: 'usage', month: '2018-08', cause: '' });

function invoiceOf(amounts: readonly (readonly [business: string, amount: bigint])[]) {
  const open = amounts.reduce((bill, [business, amount]) => booked(bill, usage(business), { amount, illustrative: false }), emptyBill);
  const bill = settle('USD', open);
  const event = logged(
    { type: 'InvoiceIssued', invoiceId: 'acme-group-000001' as InvoiceId, ownerId: 'acme-group' as OwnerId, number: 1, month: '2018-08', currency: 'USD', total: bill.total, lines: bill.lines.length, charges: bill.charges, rounding: bill.rounding, linesChecksum: bill.checksum, illustrative: false },
    friday,
  );
  return { event, bill };
}

describe('the entries of the ledger', () => {
  it('owe what a charge costs to what was earned, by market and category', () => {
    const entries = entriesOf(aCharge({ amount: 6_800n, market: 'Brazil', pricingCategory: 'utility', tier: { bounds: '1:1000', percent: 100, key: 'volume', nth: 1 } }), null);
    expect(sidesOf(entries)).toEqual([
      ['receivable_unbilled', 'acme', 6_800n],
      ['revenue', 'acme', -6_800n],
    ]);
    expect(entries[1]).toMatchObject({ market: 'Brazil', category: 'utility', tier: '1:1000', currency: 'USD' });
  });

  it('are none where nothing moves', () => {
    expect(entriesOf(aCharge({ amount: 0n }), null)).toEqual([]);
    expect(entriesOf(anAdjustment({ amount: 0n }), null)).toEqual([]);
  });

  it('take back what a correction in the owner’s favour is worth', () => {
    expect(sidesOf(entriesOf(anAdjustment({ amount: -800n }), null))).toEqual([
      ['receivable_unbilled', 'acme', -800n],
      ['adjustments', 'acme', 800n],
    ]);
  });

  it('move each business’s share to what is billed, and round for the owner', () => {
    // 0.0068 + 0.0131 = 0.0199, rounded half up to 0.02: 100 micros more.
    const { event, bill } = invoiceOf([['acme', 6_800n], ['bolt', 13_100n]]);
    expect(event.total).toBe(20_000n);
    expect(sidesOf(entriesOf(event, bill))).toEqual([
      ['receivable_billed', 'acme', 6_800n],
      ['receivable_unbilled', 'acme', -6_800n],
      ['receivable_billed', 'bolt', 13_100n],
      ['receivable_unbilled', 'bolt', -13_100n],
      ['receivable_billed', '*', 100n],
      ['rounding', '*', -100n],
    ]);
  });

  it('of one business alone are all its own', () => {
    const { event, bill } = invoiceOf([['acme', 6_800n]]);
    expect(sidesOf(entriesOf(event, bill))).toEqual([
      ['receivable_billed', 'acme', 6_800n],
      ['receivable_unbilled', 'acme', -6_800n],
      ['receivable_billed', 'acme', 3_200n],
      ['rounding', 'acme', -3_200n],
    ]);
  });

  it('are refused when they do not sum to zero, or a bill is missing', () => {
    const [debit, credit] = entriesOf(aCharge({ amount: 6_800n }), null) as [Entry, Entry];
    expect(() => balanced([debit, { ...credit, amount: micros(-6_799n) }])).toThrow(new LedgerFault('the entries of one transaction sum to 1 micros of USD instead of 0'));
    expect(() => balanced([debit, { ...credit, currency: 'EUR' }])).toThrow(LedgerFault);
    expect(() => entriesOf(invoiceOf([['acme', 1n]]).event, null)).toThrow('comes without the lines that it bills');
  });
});

describe('every transaction', () => {
  const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const events: fc.Arbitrary<readonly [LedgerEvent, ReturnType<typeof settle> | null]> = fc.oneof(
    amount.map((value) => [aCharge({ amount: value < 0n ? -value : value }), null] as const),
    amount.map((value) => [anAdjustment({ amount: value }), null] as const),
    fc.array(fc.tuple(fc.constantFrom('acme', 'bolt', 'coral'), amount), { minLength: 1, maxLength: 20 }).map((list) => {
      const { event, bill } = invoiceOf(list);
      return [event, bill] as const;
    }),
  );

  it('sums to zero per currency', () => {
    fc.assert(
      fc.property(events, ([event, bill]) => {
        const entries = entriesOf(event, bill);
        expect(entries.reduce((sum, { amount: side }) => sum + side, 0n)).toBe(0n);
        expect(new Set(entries.map(({ currency }) => currency)).size).toBeLessThanOrEqual(1);
        for (const { account, amount: side } of entries) expect([accounts.includes(account), side === 0n]).toEqual([true, false]);
      }),
    );
  });

  it('that bills moves exactly what the invoice asks for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('acme', 'bolt'), amount), { minLength: 1 }), (list) => {
        const { event, bill } = invoiceOf(list);
        const billed = entriesOf(event, bill).filter(({ account }) => account === 'receivable_billed');
        expect(billed.reduce((sum, { amount: side }) => sum + side, 0n)).toBe(event.total);
      }),
    );
  });
});
