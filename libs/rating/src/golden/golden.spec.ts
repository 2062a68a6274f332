import { describe, expect, it } from '@jest/globals';
import { formatDecimal, micros } from '@parley/money';
import { bundledPriceLists } from '../bundled.js';
import type { Charge } from '../rate/outcome.js';
import { goldenPolicies, readGolden } from './folder.fixture.js';
import type { GoldenLine, UseLine } from './ledger.js';
import { playGolden, type Played } from './play.fixture.js';

const decimal = (amounts: readonly bigint[]): string => formatDecimal(micros(amounts.reduce((sum, amount) => sum + amount, 0n)));

const types: { readonly [T in Charge['type']]: string } = { regular: 'regular', free_customer_service: 'window', free_entry_point: 'ad' };

/** A charge in the words of the ledger. */
function said({ rule, category, type, tier, allowance, session, amount }: Charge): object {
  return {
    rule: rule.split('/')[1],
    shown: category,
    type: types[type],
    tier: tier?.bounds ?? '-',
    session: session === null ? '-' : `${session.opened ? '+' : '='}${session.session.category}`,
    allowed: allowance !== null,
    amount: formatDecimal(amount),
  };
}

function asked({ rule, shown, type, tier, session, allowance }: UseLine, amount: bigint): object {
  return { rule, shown, type, tier, session, allowed: allowance !== '-', amount: formatDecimal(micros(amount)) };
}

describe('the golden ledgers', () => {
  it('are as many as the price lists', () => {
    expect(goldenPolicies()).toEqual(bundledPriceLists().policies.map(({ policyId }) => policyId as string).sort());
  });

  describe.each(goldenPolicies())('%s', (name) => {
    const ledger = readGolden(name);
    const played = playGolden(ledger);
    const of = (line: GoldenLine): readonly Played[] => played.filter((one) => one.line === line);

    it('has every message as it was worked by hand', () => {
      for (const { line, charge, expected } of played) {
        if (line.kind === 'use') expect({ at: line.at, ...said(charge) }).toEqual({ at: line.at, ...asked(line, expected) });
      }
    });

    it('has every line’s total, and the number of its last message in the allowance', () => {
      for (const line of ledger.lines) {
        if (line.kind !== 'use') continue;
        const charges = of(line).map(({ charge }) => charge);
        expect([line.at, decimal(charges.map(({ amount }) => amount))]).toEqual([line.at, formatDecimal(line.total)]);
        expect([line.at, `${charges.at(-1)?.allowance?.nth ?? '-'}`]).toEqual([line.at, line.allowance]);
      }
    });

    it('has every month’s total, and no month without one', () => {
      const months = new Map<string, bigint[]>();
      for (const { charge } of played) months.set(charge.month, [...(months.get(charge.month) ?? []), charge.amount]);
      const totals = ledger.lines.flatMap((line) => (line.kind === 'month' ? [[line.month, formatDecimal(line.total)]] : []));
      expect([...months].map(([month, amounts]) => [month, decimal(amounts)]).sort()).toEqual(totals.sort());
    });
  });
});
