import type { AdjustmentPosted, BusinessId, ChargePosted, InvoiceIssued, LedgerEvent } from '@parley/contracts';
import { micros, zeroMicros, type Micros } from '@parley/money';
import type { SettledBill } from '../invoice/bill.js';
import { LedgerFault } from './fault.js';

/**
 * The accounts, per owner and business. What was charged and is on no bill yet; what is billed and to be paid; what was earned, by market and
 * category; what was corrected; what rounding a bill's total gave or took.
 */
export const accounts = ['receivable_unbilled', 'receivable_billed', 'revenue', 'adjustments', 'rounding'] as const;
export type Account = (typeof accounts)[number];

/** One side of a transaction. A debit is positive, a credit negative. */
export interface Entry {
  readonly account: Account;
  /** `*` for what belongs to an owner with several businesses: the rounding of a bill they share. */
  readonly businessId: BusinessId | '*';
  readonly currency: string;
  /** Micros of the currency. */
  readonly amount: Micros;
  readonly market: string | null;
  /** As the price list calls it. */
  readonly category: string | null;
  readonly tier: string | null;
}

/**
 * The entries of a ledger event: one transaction, which sums to zero in its currency. An amount of zero moves nothing and has none.
 *
 * @param bill what an invoice bills; the fold knows it. Null for every other event.
 * Throws a LedgerFault where they do not sum to zero, or where an invoice comes without its bill.
 */
export function entriesOf(event: LedgerEvent, bill: SettledBill | null): readonly Entry[] {
  switch (event.type) {
    case 'ChargePosted':
      return balanced(chargeEntries(event));
    case 'AdjustmentPosted':
      return balanced(adjustmentEntries(event));
    case 'InvoiceIssued':
      return balanced(invoiceEntries(event, bill));
    case 'BudgetThresholdReached':
    case 'TimerDue':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

/** The entries as they are. Throws a LedgerFault unless they sum to zero in every currency. */
export function balanced(entries: readonly Entry[]): readonly Entry[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of entries) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  for (const [currency, sum] of sums) {
    if (sum !== 0n) throw new LedgerFault(`the entries of one transaction sum to ${sum} micros of ${currency} instead of 0`);
  }
  return entries;
}

function chargeEntries({ message, currency, amount, market, pricingCategory, tier }: ChargePosted): readonly Entry[] {
  const of = { businessId: message.businessId, currency, market, category: pricingCategory ?? message.category, tier: tier?.bounds ?? null };
  return transfer(of, 'receivable_unbilled', 'revenue', micros(amount));
}

function adjustmentEntries({ businessId, currency, amount, market, pricingCategory, tier }: AdjustmentPosted): readonly Entry[] {
  return transfer({ businessId, currency, market, category: pricingCategory, tier }, 'receivable_unbilled', 'adjustments', micros(amount));
}

/** What each business had unbilled is billed; the rounding is the difference to what is asked for. */
function invoiceEntries({ invoiceId, currency }: InvoiceIssued, bill: SettledBill | null): readonly Entry[] {
  if (bill === null) throw new LedgerFault(`the invoice ${invoiceId} comes without the lines that it bills`);
  const whole = { currency, market: null, category: null, tier: null };
  return bill.shares.flatMap(({ businessId, exact, rounding }) => [
    ...transfer({ ...whole, businessId }, 'receivable_billed', 'receivable_unbilled', exact),
    ...transfer({ ...whole, businessId }, 'receivable_billed', 'rounding', rounding),
  ]);
}

function transfer(of: Omit<Entry, 'account' | 'amount'>, debit: Account, credit: Account, amount: Micros): readonly Entry[] {
  if (amount === zeroMicros) return [];
  return [
    { ...of, account: debit, amount },
    { ...of, account: credit, amount: micros(-amount) },
  ];
}
