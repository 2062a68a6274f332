import { microsFromText, zeroMicros, type Micros } from '@parley/money';
import { CountBook } from '../allowance/count-book.js';
import { countOf, type Counters } from '../allowance/counters.js';
import type { Allowance, CounterScope, PricingCategory, Tiers } from '../policy/document.js';
import { rowFor, type Prices, type RateCard, type RateColumn } from '../rate-card.js';
import { bandAt, bandPrice, shownPercent, type Band } from '../tiers/tiers.js';
import type { LocalMonth } from '../zone.js';
import { columnOf, type Line } from './lines.js';
import type { AllowanceUsed, Charge, TierReached, Unpriced } from './outcome.js';
import type { Terms, Usage } from './usage.js';

export interface Priced extends Pick<Charge, 'amount' | 'unitPrice' | 'price' | 'tier' | 'allowance' | 'illustrative'> {
  readonly kind: 'priced';
  /** By its line or by an allowance. */
  readonly isFree: boolean;
}

export interface PriceQuestion {
  readonly usage: Usage;
  readonly terms: Terms;
  readonly line: Line;
  readonly category: PricingCategory;
  readonly bands: readonly Band[] | null;
  readonly month: LocalMonth;
  readonly counters: Counters | CountBook;
}

const free: Priced = { kind: 'priced', isFree: true, amount: zeroMicros, unitPrice: zeroMicros, price: null, tier: null, allowance: null, illustrative: false };

/** The price of a message that joins no session: free, out of an allowance, or the card's, in its tier. */
export function priceOf(question: PriceQuestion): Priced | Unpriced {
  const { line, month, counters, usage } = question;
  if (line.terms.price === 'free') return free;
  const { allowance } = line.terms;
  if (allowance === null) return charged(question);
  const key = allowanceKey(allowance, usage);
  const used = countedBefore(counters, month, key);
  if (used === null) return forgotten(line, month);
  if (used >= allowance.count) return charged(question);
  const { name, count, scope } = allowance;
  return outOf({ key, scope, name, count, nth: used + 1 }, listed(question));
}

/** Free, with the price it would have had; a card that has none does no harm here. */
function outOf(allowance: AllowanceUsed, list: Listed | Unpriced): Priced {
  if (list.kind === 'unpriced') return { ...free, allowance };
  return { ...free, unitPrice: list.unitPrice, price: list.price, allowance, illustrative: list.illustrative };
}

function charged(question: PriceQuestion): Priced | Unpriced {
  const list = listed(question);
  if (list.kind === 'unpriced') return list;
  const { unitPrice, price, illustrative } = list;
  const { bands, terms, counters, month, line } = question;
  const { tiers } = terms.policy.document;
  if (bands === null || tiers === null) return { kind: 'priced', isFree: false, amount: unitPrice, unitPrice, price, tier: null, allowance: null, illustrative };
  const reached = tierOf(question, tiers, bands);
  if (reached === null) return forgotten(line, month);
  const { tier, amount } = reached;
  return { kind: 'priced', isFree: false, amount, unitPrice: amount, price, tier, allowance: null, illustrative: illustrative || tiers.illustrative };

  function tierOf({ usage, category }: PriceQuestion, { scope }: Tiers, of: readonly Band[]): { readonly tier: TierReached; readonly amount: Micros } | null {
    const key = volumeKey(scope, category, usage);
    const before = countedBefore(counters, month, key);
    if (before === null) return null;
    const band = bandAt(of, before + 1);
    const tier = { key, scope, nth: before + 1, bounds: band.bounds, percent: shownPercent(band, unitPrice) };
    return { tier, amount: bandPrice(band, unitPrice) };
  }
}

interface Listed {
  readonly kind: 'listed';
  readonly unitPrice: Micros;
  readonly price: NonNullable<Charge['price']>;
  readonly illustrative: boolean;
}

/** The card's price for the market, before tier and allowance. */
function listed({ usage, terms: { card, business }, line }: PriceQuestion): Listed | Unpriced {
  const { rule } = line;
  if (card === null) return { kind: 'unpriced', rule, reason: 'no_rate_card', detail: 'No rate card is in force for the business.' };
  if (card.currency !== business.currency) {
    return { kind: 'unpriced', rule, reason: 'no_rate_card', detail: `Rate card ${card.rateCardId} version ${card.version} is in ${card.currency}, the business pays in ${business.currency}.` };
  }
  const column = columnOf(line, usage.message.category);
  const row = rowFor(card, usage.market);
  const price = row && listedIn(card, row, column);
  return price ?? { kind: 'unpriced', rule, reason: 'no_rate', detail: `Rate card ${card.rateCardId} version ${card.version} has no ${column} price for ${usage.market}.` };
}

/** Prices of a card by its rows, made ready when they are first asked for: a card never changes. */
const listedOn = new WeakMap<RateCard, Map<Prices, { [Column in RateColumn]?: Listed | null }>>();

/** The price in a row of the card; null where it has none. */
function listedIn(card: RateCard, { market, prices }: { readonly market: string; readonly prices: Prices }, column: RateColumn): Listed | null {
  let rows = listedOn.get(card);
  if (rows === undefined) listedOn.set(card, (rows = new Map()));
  let row = rows.get(prices);
  if (row === undefined) rows.set(prices, (row = {}));
  const known = row[column];
  if (known !== undefined) return known;
  const { rateCardId, version, illustrative } = card;
  const text = prices[column];
  return (row[column] = text === null ? null : { kind: 'listed', unitPrice: microsFromText(text), price: { rateCardId, version, market, column }, illustrative });
}

function countedBefore(counters: Counters | CountBook, month: LocalMonth, key: string): number | null {
  return counters instanceof CountBook ? counters.of(month, key) : countOf(counters, month, key);
}

function forgotten({ rule }: Line, month: LocalMonth): Unpriced {
  return { kind: 'unpriced', rule, reason: 'month_forgotten', detail: `The counts of ${month} are no longer kept, so its allowances and tiers are not known.` };
}

/** Keys made lately: one that is made again has to be hashed again by whoever looks it up. */
const allowanceKeys = new WeakMap<object, Map<string, string>>();
const ownerVolumeKeys = new Map<PricingCategory, Map<string, string>>();
const keysKept = 10_000;

/** Where an allowance is counted within a month. */
export function allowanceKey(allowance: Pick<Allowance, 'name' | 'scope'>, usage: Pick<Usage, 'message'>): string {
  const { name, scope } = allowance;
  let keys = allowanceKeys.get(allowance);
  if (keys === undefined) allowanceKeys.set(allowance, (keys = new Map()));
  const within = scope === 'owner' ? '' : scope === 'business' ? usage.message.businessId : usage.message.numberId;
  return keys.get(within) ?? kept(keys, within, `allowance/${name}/${scopeKey(scope, usage)}`);
}

/** Where the charged messages of a category in a market are counted within a month. */
export function volumeKey(scope: CounterScope, category: PricingCategory, usage: Pick<Usage, 'message' | 'market'>): string {
  if (scope !== 'owner') return `volume/${category}/${scopeKey(scope, usage)}/${usage.market}`;
  let keys = ownerVolumeKeys.get(category);
  if (keys === undefined) ownerVolumeKeys.set(category, (keys = new Map()));
  return keys.get(usage.market) ?? kept(keys, usage.market, `volume/${category}/owner/${usage.market}`);
}

function kept(keys: Map<string, string>, of: string, key: string): string {
  if (keys.size >= keysKept) keys.clear();
  keys.set(of, key);
  return key;
}

function scopeKey(scope: CounterScope, { message }: Pick<Usage, 'message'>): string {
  switch (scope) {
    case 'owner':
      return scope;
    case 'business':
      return `${scope}/${message.businessId}`;
    case 'number':
      return `${scope}/${message.numberId}`;
    default:
      return scope satisfies never;
  }
}
