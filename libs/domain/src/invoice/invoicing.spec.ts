import { describe, expect, it } from '@jest/globals';
import type { BusinessId, Instant, InvoiceIssued, Payload, PayloadOf, TimerDue } from '@parley/contracts';
import fc from 'fast-check';
import { aMessage, dayMs, friday, logged } from '../scenario/fixtures.js';
import { Scenario, type Outcome } from '../scenario/scenario.js';
import { aCharge, anAdjustment } from './events.fixture.js';
import { invoicedFrom, invoiceTerms } from './month-end.js';
import { invoicingTopology } from './topology.js';

const owner = () => new Scenario(invoicingTopology, expect);
const dueOf = (month: string): Instant => invoicedFrom(month, invoiceTerms);

function monthEnd(month: string, currency = 'USD', at = dueOf(month)): TimerDue {
  const due: PayloadOf<'TimerDue'> = { type: 'TimerDue', topology: 'invoicing', businessId: '*', key: 'acme-group', name: 'month-end', subject: `${currency}/${month}`, dueAt: at };
  return logged(due, at);
}

const rowsOf = ({ rows }: Outcome, table: string) => rows.filter((change) => change.table === table).map(({ row }) => row!);
const septemberCharge = (change: Partial<Parameters<typeof aCharge>[0]> = {}) => aCharge({ at: Date.parse('2018-09-10T10:00:00Z'), month: '2018-09', ...change });

describe('a charge', () => {
  it('has its two entries, with its place on the ledger, the usage and the catalog it was priced from', () => {
    const rows = owner().fold(aCharge());
    expect(rows.map(({ row }) => [row!.account, row!.amount_micros])).toEqual([['receivable_unbilled', '6800'], ['revenue', '-6800']]);
    expect(rows[0]!.row).toMatchObject({
      ledger_topic: 'parley.ledger.v1', ledger_partition: 0, ledger_offset: 0, entry: 0, usage_topic: 'parley.usage.v1', usage_partition: 1, usage_offset: 41, catalog_offset: 7,
      business_id: 'acme', reference: 'acme.c1.m1', bill_month: '2018-08', market: 'Brazil', category: 'service',
    });
  });

  it('of the first version belongs to its month in UTC and to its message’s category', () => {
    const one = owner().given(aCharge({ at: Date.parse('2018-08-31T23:59:59Z'), month: null, pricingCategory: null, pricingType: null }));
    expect(one.timers()).toEqual([{ name: 'month-end', subject: 'USD/2018-08', dueAt: dueOf('2018-08') }]);
  });
});

describe('a month that is over', () => {
  it('is billed: number, total, lines, and the rows of all three', () => {
    const one = owner().given(aCharge(), aCharge({ message: aMessage({ messageId: 'm2' }), amount: 0n, unitPrice: 0n }));
    const outcome = one.when(monthEnd('2018-08')).then({ type: 'InvoiceIssued', invoiceId: 'acme-group-000001', ownerId: 'acme-group', number: 1, month: '2018-08', currency: 'USD', total: 10_000n, rounding: 3_200n, lines: 2, charges: 2, illustrative: false });
    const whole = { number: 1, month: '2018-08', currency: 'USD', lines: 2, charges: 2, exact_micros: '6800', rounding_micros: '3200', total_micros: '10000', illustrative: false };
    expect(rowsOf(outcome, 'invoice')).toMatchObject([{ business_id: '*', ...whole }, { business_id: 'acme', ...whole }]);
    expect(rowsOf(outcome, 'invoice_line')).toMatchObject([
      { line: 1, kind: 'usage', market: 'Brazil', category: 'service', charges: 2, amount_micros: '6800', cause: '' },
      { line: 2, kind: 'rounding', charges: 0, amount_micros: '3200', business_id: 'acme' },
    ]);
    expect(rowsOf(outcome, 'ledger_entry').map(({ account, amount_micros }) => [account, amount_micros])).toEqual([
      ['receivable_billed', '6800'], ['receivable_unbilled', '-6800'], ['receivable_billed', '3200'], ['rounding', '-3200'],
    ]);
    expect(one.timers()).toEqual([]);
  });

  it('shows each business of the owner its own, and the whole to nobody but the owner', () => {
    const bolt = aMessage({ messageId: 'm2', businessId: 'bolt' as BusinessId });
    const outcome = owner().given(aCharge(), aCharge({ message: bolt, amount: 13_100n })).when(monthEnd('2018-08')).then({ total: 20_000n, lines: 3 });
    expect(rowsOf(outcome, 'invoice').map(({ business_id, lines, total_micros }) => [business_id, lines, total_micros])).toEqual([['*', 3, '20000'], ['acme', 1, '6800'], ['bolt', 1, '13100']]);
    expect(rowsOf(outcome, 'invoice_line').map(({ business_id, kind }) => [business_id, kind])).toEqual([['acme', 'usage'], ['bolt', 'usage'], ['*', 'rounding']]);
  });

  it('is billed although nothing was to be paid', () => {
    owner().given(aCharge({ amount: 0n })).when(monthEnd('2018-08')).then({ type: 'InvoiceIssued', total: 0n, lines: 1, charges: 1 });
  });

  it('is billed per currency, numbers counted over all of them', () => {
    const one = owner().given(aCharge(), aCharge({ currency: 'EUR', amount: 10_000n }));
    expect(one.timers()).toHaveLength(2);
    one.when(monthEnd('2018-08', 'EUR')).then({ number: 1, currency: 'EUR', total: 10_000n });
    one.when(monthEnd('2018-08', 'USD')).then({ number: 2, currency: 'USD' });
    one.when(monthEnd('2018-08', 'JPY')).thenSkipped('nothing is open in JPY/2018-08');
  });

  it('says so when any of its prices is an example', () => {
    const outcome = owner().given(aCharge(), septemberCharge(), aCharge({ illustrative: true, market: 'India' })).when(monthEnd('2018-08')).then({ illustrative: true });
    expect(rowsOf(outcome, 'invoice').map(({ illustrative }) => illustrative)).toEqual([true, true]);
    expect(rowsOf(outcome, 'invoice_line').filter(({ illustrative }) => illustrative)).toHaveLength(1);
  });

  it('is billed before the next one, whose timer is set only then', () => {
    const one = owner().given(septemberCharge(), aCharge());
    expect(one.timers()).toEqual([{ name: 'month-end', subject: 'USD/2018-08', dueAt: dueOf('2018-08') }]);
    one.when(monthEnd('2018-09')).thenSkipped('an earlier month than USD/2018-09');
    one.when(monthEnd('2018-08')).then({ number: 1 });
    expect(one.timers()).toEqual([{ name: 'month-end', subject: 'USD/2018-09', dueAt: dueOf('2018-09') }]);
    one.when(monthEnd('2018-09')).then({ number: 2 });
  });

  it('is no other topology’s, and no other timer’s', () => {
    expect(invoicingTopology.accepts?.({ ...monthEnd('2018-08'), topology: 'windows' })).toBe(false);
    owner().given(aCharge()).when({ ...monthEnd('2018-08'), name: 'window-closed' }).thenSkipped('invoicing has no timer window-closed');
  });
});

describe('a month that was billed', () => {
  const billed = () => {
    const one = owner().given(aCharge());
    one.when(monthEnd('2018-08'));
    return one;
  };

  it('takes nothing more: a late receipt is a line of the next bill that says why', () => {
    const one = billed();
    const late = aCharge({ at: Date.parse('2018-09-04T00:00:00Z'), month: '2018-08', amount: 13_200n });
    expect(one.fold(late).map(({ row }) => row!.bill_month)).toEqual(['2018-09', '2018-09']);
    one.given(septemberCharge());
    one.when(monthEnd('2018-08')).thenSkipped('it was billed before');
    const outcome = one.when(monthEnd('2018-09')).then({ number: 2, month: '2018-09', total: 20_000n, charges: 2, rounding: 0n });
    expect(rowsOf(outcome, 'invoice_line').map(({ kind, month, cause, amount_micros }) => [kind, month, cause, amount_micros])).toEqual([
      ['usage', '2018-09', '', '6800'],
      ['late', '2018-08', 'late receipt', '13200'],
    ]);
  });

  it('is corrected on the bill of the month in which the correction is posted', () => {
    const one = billed().given(anAdjustment({ at: Date.parse('2018-10-02T00:00:00Z'), amount: -800n }));
    expect(one.timers()).toEqual([{ name: 'month-end', subject: 'USD/2018-10', dueAt: dueOf('2018-10') }]);
    // -0.0008 USD is less than half a cent: nothing to pay, and the rounding gives it back.
    const outcome = one.when(monthEnd('2018-10')).then({ total: 0n, rounding: 800n, lines: 2 });
    expect(rowsOf(outcome, 'invoice_line')[0]).toMatchObject({ kind: 'adjustment', month: '2018-08', cause: 'corrected card (rate card usd-for-s0 version 2)', amount_micros: '-800', market: 'Brazil' });
  });

  it('is followed by the next month when the clock of who posts is behind', () => {
    const one = billed().given(aCharge({ at: Date.parse('2018-08-31T23:00:00Z'), month: '2018-08' }));
    expect(one.timers()).toEqual([{ name: 'month-end', subject: 'USD/2018-09', dueAt: dueOf('2018-09') }]);
  });

  it('leaves a correction of an open month on that month’s own bill', () => {
    const one = owner().given(aCharge(), anAdjustment());
    one.when(monthEnd('2018-08')).then({ charges: 2, lines: 3, total: 10_000n });
  });
});

describe('an invoice that its lines do not make', () => {
  const issued = (change: Partial<Payload<InvoiceIssued>>): InvoiceIssued => {
    const one = owner().given(aCharge());
    return { ...(one.when(monthEnd('2018-08')).event as InvoiceIssued), ...change } as InvoiceIssued;
  };

  it.each([
    ['another total', { total: 20_000n }, 'says 2 lines, 20000 micros'],
    ['another number of lines', { lines: 3 }, 'says 3 lines'],
    ['other lines', { linesChecksum: '0000000000000000' }, 'checksum 0000000000000000'],
    ['a number left out', { number: 2 }, 'has the number 2 after 0'],
    ['a month without charges', { month: '2018-07' }, 'of which nothing is open'],
  ])('is a fault: %s', (_, change, message) => {
    const one = owner().given(aCharge());
    expect(() => one.fold(issued(change))).toThrow(message);
  });

  it('of the first version has no checksum to be held against', () => {
    const one = owner().given(aCharge());
    expect(() => one.fold(issued({ linesChecksum: null }))).not.toThrow();
  });
});

describe('the invoices of an owner', () => {
  const months = ['2018-08', '2018-09', '2018-10'];
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('charge' as const), month: fc.constantFrom(...months), day: fc.integer({ min: 0, max: 100 }), amount: fc.bigInt({ min: 0n, max: 100_000n }) }),
      fc.record({ kind: fc.constant('adjust' as const), month: fc.constantFrom(...months), day: fc.integer({ min: 0, max: 100 }), amount: fc.bigInt({ min: -50_000n, max: 50_000n }) }),
      fc.record({ kind: fc.constant('timer' as const), month: fc.constantFrom(...months), day: fc.constant(0), amount: fc.constant(0n) }),
    ),
    { maxLength: 40 },
  );

  it('have numbers without holes, never bill a month twice, and bill every micro once, whatever is late or repeated', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const one = owner();
        const invoices: Payload<InvoiceIssued>[] = [];
        const settleMonth = (month: string): void => {
          const { decision } = one.when(monthEnd(month));
          if (decision.type === 'InvoiceIssued') invoices.push(decision);
        };
        let owed = 0n;
        for (const { kind, month, day, amount } of list) {
          const at = friday + day * dayMs;
          if (kind === 'timer') settleMonth(month);
          else one.given(kind === 'charge' ? aCharge({ at, month, amount }) : anAdjustment({ at, month, amount }));
          owed += amount;
        }
        for (let round = 0; round < 24; round += 1) {
          const [timer] = one.timers() as { subject: string }[];
          if (timer) settleMonth(timer.subject.split('/')[1]!);
        }
        expect(one.timers()).toEqual([]);
        expect(invoices.map(({ number }) => number)).toEqual(invoices.map((_, index) => index + 1));
        expect(new Set(invoices.map(({ month }) => month)).size).toBe(invoices.length);
        expect(invoices.map(({ month }) => month)).toEqual(invoices.map(({ month }) => month).toSorted());
        expect(invoices.reduce((sum, { total, rounding }) => sum + total - (rounding ?? 0n), 0n)).toBe(owed);
      }),
    );
  });
});
