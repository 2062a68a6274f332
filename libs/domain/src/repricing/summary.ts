import { ratioHalfUpToBasisPoints } from '@parley/money';
import type { RepricedBusiness, Repricing } from './repricing.js';

/** A business's change. */
export interface Change extends Readonly<RepricedBusiness> {
  /** wouldBe − was, micros; negative: it wins. */
  readonly change: bigint;
  /** Relative change, hundredths of a per cent; null where it paid nothing before. */
  readonly basisPoints: bigint | null;
}

/** All businesses that are charged in one currency. */
export interface CurrencySummary {
  readonly currency: string;
  readonly messages: number;
  readonly unpriced: number;
  readonly illustrative: number;
  readonly was: bigint;
  readonly wouldBe: bigint;
  readonly change: bigint;
  readonly basisPoints: bigint | null;
  /** Of the businesses' relative changes, those that paid before; basis points, nearest rank. */
  readonly p50: bigint | null;
  readonly p95: bigint | null;
  /** Businesses that would pay less, more, the same. */
  readonly winners: number;
  readonly losers: number;
  readonly unchanged: number;
  /** By the size of their change, the dearest first. */
  readonly businesses: readonly Change[];
}

export interface RepricingSummary {
  readonly messages: number;
  readonly pending: number;
  readonly reasons: readonly { readonly reason: string; readonly messages: number }[];
  readonly currencies: readonly CurrencySummary[];
}

/** What came of it, business by business and in total. Several repricings of disjoint owners (partitions, processes) are summed. */
export function summaryOf(parts: readonly Repricing[]): RepricingSummary {
  const businesses = merged(parts);
  const reasons = new Map<string, number>();
  for (const part of parts) for (const [reason, count] of part.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  const currencies = [...new Set(businesses.map(({ currency }) => currency))].sort();
  return {
    messages: parts.reduce((sum, part) => sum + part.messages, 0),
    pending: parts.reduce((sum, part) => sum + part.pending, 0),
    reasons: [...reasons].map(([reason, messages]) => ({ reason, messages })).sort((one, other) => other.messages - one.messages),
    currencies: currencies.map((currency) => currencySummary(currency, businesses.filter((business) => business.currency === currency))),
  };
}

function merged(parts: readonly Repricing[]): RepricedBusiness[] {
  const all = new Map<string, RepricedBusiness>();
  for (const part of parts) {
    for (const [businessId, one] of part.businesses) {
      const known = all.get(businessId);
      if (!known) all.set(businessId, { ...one });
      else {
        known.messages += one.messages;
        known.was += one.was;
        known.wouldBe += one.wouldBe;
        known.paidWas += one.paidWas;
        known.paidWouldBe += one.paidWouldBe;
        known.illustrative += one.illustrative;
        known.unpriced += one.unpriced;
      }
    }
  }
  return [...all.values()];
}

function currencySummary(currency: string, businesses: readonly RepricedBusiness[]): CurrencySummary {
  const changes = businesses.map(changeOf).sort((one, other) => bigintOrder(other.change, one.change) || (one.businessId < other.businessId ? -1 : 1));
  const sum = (pick: (change: Change) => number): number => changes.reduce((total, change) => total + pick(change), 0);
  const was = changes.reduce((total, change) => total + change.was, 0n);
  const wouldBe = changes.reduce((total, change) => total + change.wouldBe, 0n);
  const relative = changes.flatMap(({ basisPoints }) => (basisPoints === null ? [] : [basisPoints])).sort(bigintOrder);
  return {
    currency,
    messages: sum(({ messages }) => messages),
    unpriced: sum(({ unpriced }) => unpriced),
    illustrative: sum(({ illustrative }) => illustrative),
    was,
    wouldBe,
    change: wouldBe - was,
    basisPoints: ratio(wouldBe - was, was),
    p50: rank(relative, 50),
    p95: rank(relative, 95),
    winners: changes.filter(({ change }) => change < 0n).length,
    losers: changes.filter(({ change }) => change > 0n).length,
    unchanged: changes.filter(({ change }) => change === 0n).length,
    businesses: changes,
  };
}

function changeOf(business: RepricedBusiness): Change {
  const change = business.wouldBe - business.was;
  return { ...business, change, basisPoints: ratio(change, business.was) };
}

function ratio(change: bigint, was: bigint): bigint | null {
  return was === 0n ? null : ratioHalfUpToBasisPoints(change, was);
}

/** Nearest rank: the smallest value that at least so many per cent do not exceed. */
function rank(sorted: readonly bigint[], percent: number): bigint | null {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
}

function bigintOrder(one: bigint, other: bigint): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
