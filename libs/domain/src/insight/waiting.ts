import type { Instant } from '@parley/contracts';
import type { Micros } from '@parley/money';
import { isInsideWindow, windowClosesAt } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { policyInForce } from '../catalog/lookups.js';
import type { Asked } from '../quote/price.js';
import { quote, type Quote } from '../quote/quote.js';
import { Costs, type Cost } from './amounts.js';

/** A conversation whose contact waits for an answer. */
export interface Waiting {
  readonly market: string;
  readonly lastInboundAt: Instant;
  readonly entryPointAt: Instant | null;
}

export interface MarketCost {
  readonly market: string;
  readonly count: number;
  readonly currency: string;
  /** Price of one late reply, micros, and its rule. */
  readonly unitPrice: Micros;
  readonly rule: string;
  readonly illustrative: boolean;
  readonly assumes: readonly string[];
  readonly cost: Cost;
}

/** What silence costs: the windows that are open and unanswered now, and what of them is closed at `until`. */
export interface WaitingCost {
  /** Unanswered with an open window now. */
  readonly open: number;
  /** Of those, how many close by `until`, and when the first does. */
  readonly closing: number;
  readonly firstClosesAt: Instant | null;
  readonly total: readonly Cost[];
  readonly markets: readonly MarketCost[];
  /** Of the closing, those that could not be answered at all but by a template. */
  readonly refused: number;
  /** Of the closing, those without a price in the catalog. */
  readonly unpriced: number;
}

/**
 * What the late replies would cost if nobody answered until `until`, each sent at that instant by software, under policy and card in force then.
 * Null when no policy is in force.
 */
export function waitingCost(waiting: Iterable<Waiting>, business: Business, catalog: Catalog, now: Instant, until: Instant): WaitingCost | null {
  const [policy, then] = [policyInForce(catalog, business, now), policyInForce(catalog, business, until)];
  if (policy === null || then === null) return null;
  const found = { open: 0, closing: 0, refused: 0, unpriced: 0 };
  let firstClosesAt: Instant | null = null;
  const total = new Costs();
  const quoteOf = quotesAt(business, catalog, until);
  const markets = new Map<string, { readonly shown: Omit<MarketCost, 'count' | 'cost'>; readonly costs: Costs }>();
  for (const one of waiting) {
    if (!isInsideWindow(now, one.lastInboundAt, policy.document)) continue;
    found.open += 1;
    if (isInsideWindow(until, one.lastInboundAt, then.document)) continue;
    found.closing += 1;
    firstClosesAt = Math.min(firstClosesAt ?? Infinity, windowClosesAt(one.lastInboundAt, policy.document));
    const quoted = quoteOf(one);
    if (quoted.verdict !== 'priced') {
      found[quoted.verdict] += 1;
      continue;
    }
    const { currency, amount: unitPrice, rule, illustrative, assumes } = quoted;
    const key = `${one.market} ${rule} ${unitPrice}`;
    const ofMarket = markets.get(key) ?? { shown: { market: one.market, currency, unitPrice, rule, illustrative, assumes }, costs: new Costs() };
    markets.set(key, ofMarket);
    for (const costs of [total, ofMarket.costs]) costs.add(currency, unitPrice);
  }
  return { ...found, firstClosesAt, total: total.list(), markets: [...markets.values()].map(shownMarket).sort(dearestFirst) };
}

/** One quote per market and way in: the windows are all closed by then, so that is all a price can follow from. */
function quotesAt(business: Business, catalog: Catalog, until: Instant): (waiting: Waiting) => Quote {
  const quotes = new Map<string, Quote>();
  return (waiting) => {
    const key = `${waiting.market} ${waiting.entryPointAt}`;
    const asked: Asked = { ...waiting, lane: 'api', kind: 'free_form', category: 'service' };
    const quoted = quotes.get(key) ?? quote(asked, business, catalog, until);
    quotes.set(key, quoted);
    return quoted;
  };
}

function shownMarket({ shown, costs }: { readonly shown: Omit<MarketCost, 'count' | 'cost'>; readonly costs: Costs }): MarketCost {
  const cost = costs.list()[0]!; // One market, one currency, at least one conversation.
  return { ...shown, count: cost.count, cost };
}

function dearestFirst(one: MarketCost, other: MarketCost): number {
  if (one.cost.amount !== other.cost.amount) return one.cost.amount > other.cost.amount ? -1 : 1;
  return one.market < other.market ? -1 : 1;
}
