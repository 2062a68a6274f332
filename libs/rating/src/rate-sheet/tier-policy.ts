import { formatDecimal, microsFromText, type Micros } from '@parley/money';
import type { PolicyDocument, PricingCategory, TierTable } from '../policy/document.js';
import { rowFor, type RateCard } from '../rate-card.js';
import { bandPrice, bandsIn } from '../tiers/tiers.js';
import type { TierSheet } from './rate-sheet.js';
import type { MarketTiers, TieredCategory } from './tiers.js';

/**
 * The policy with the sheet's prices for its tiers. A sheet says all tiers of its categories in its currency: tables in percent lose those
 * categories, and so do prices in the same currency; what is in other categories or currencies stays.
 */
export function withTierSheet(document: PolicyDocument, sheet: TierSheet, { source, illustrative }: { readonly source: string; readonly illustrative: boolean }): PolicyDocument {
  const { tiers } = document;
  const kept = (tiers?.tables ?? []).flatMap((table) => keptOf(table, sheet));
  return {
    ...document,
    tiers: {
      source: kept.length > 0 && tiers ? `${source} Other categories and currencies: ${tiers.source}` : source,
      illustrative: illustrative || (kept.length > 0 && tiers !== null && tiers.illustrative),
      scope: tiers?.scope ?? 'owner',
      tables: [...tablesOf(sheet), ...kept],
    },
  };
}

function keptOf(table: TierTable, sheet: TierSheet): readonly TierTable[] {
  if (table.prices !== null && table.prices.currency !== sheet.currency) return [table];
  const said: ReadonlySet<string> = new Set(sheet.tiers.map(({ category }) => category));
  const categories = table.categories.filter((category) => !said.has(category));
  return categories.length === 0 ? [] : [{ ...table, categories }];
}

/** As few tables as say it: markets with the same prices in one, and the categories that then are the same. */
function tablesOf({ currency, tiers }: TierSheet): readonly TierTable[] {
  const byPrices = new Map<string, { readonly category: TieredCategory; readonly prices: NonNullable<TierTable['prices']>; readonly markets: string[] }>();
  for (const { market, category, bands } of tiers) {
    const prices = { currency, bands: Object.fromEntries(bands.map(({ from, to, price }) => [`${from}:${to ?? 'MAX'}`, formatDecimal(price)])) };
    const key = JSON.stringify([category, prices]);
    const group = byPrices.get(key) ?? { category, prices, markets: [] };
    group.markets.push(market);
    byPrices.set(key, group);
  }
  const tables = new Map<string, TierTable>();
  for (const { category, prices, markets } of byPrices.values()) {
    const key = JSON.stringify([markets, prices]);
    tables.set(key, { categories: [...(tables.get(key)?.categories ?? []), category], markets, bands: null, prices });
  }
  return [...tables.values()];
}

/** A band as it is paid. Null: the card has no price that the percentage could be of. */
export interface PaidBand {
  readonly bounds: string;
  readonly price: Micros | null;
}

/** What becomes of the tiers of a market and category; null where it has none. */
export interface TierDifference {
  readonly market: string;
  readonly category: TieredCategory;
  readonly before: readonly PaidBand[] | null;
  readonly after: readonly PaidBand[] | null;
  readonly change: 'same' | 'changed' | 'new' | 'gone';
}

export interface TierComparison {
  /** Markets of the sheet in its order, then those that had tiers by name. */
  readonly differences: readonly TierDifference[];
  /** Categories that had tiers in all markets that no table names, and have none there from now on. */
  readonly restGone: readonly TieredCategory[];
  /** The sheet's first band is not what the card says: the price of a market's first message changes. */
  readonly unlikeCard: readonly MarketTiers[];
}

/** The tiers of a policy before and after, as they are paid by the card of the sheet's currency. */
export function tierDifferenceOf(before: PolicyDocument, after: PolicyDocument, { currency, tiers }: TierSheet, card: RateCard | null): TierComparison {
  const categories = [...new Set(tiers.map(({ category }) => category))];
  const [paidBefore, paidAfter] = [paidBy(before, currency, card), paidBy(after, currency, card)];
  const differences = categories.flatMap((category) => {
    const named = (before.tiers?.tables ?? []).filter((table) => table.categories.includes(category)).flatMap(({ markets }) => markets ?? []);
    const markets = new Set([...tiers.filter((one) => one.category === category).map(({ market }) => market), ...named]);
    return [...markets].map((market) => differenceIn(market, category, paidBefore(category, market), paidAfter(category, market)));
  });
  const [restBefore, restAfter] = [restIn(before, currency), restIn(after, currency)];
  return {
    differences: differences.filter(({ before: old, after: next }) => old !== null || next !== null),
    restGone: categories.filter((category) => restBefore(category) && !restAfter(category)),
    unlikeCard: tiers.filter(({ market, category, bands }) => card !== null && bands[0]?.price !== listPrice(card, market, category)),
  };
}

function differenceIn(market: string, category: TieredCategory, before: readonly PaidBand[] | null, after: readonly PaidBand[] | null): TierDifference {
  const said = (bands: readonly PaidBand[] | null): string => JSON.stringify(bands?.map(({ bounds, price }) => [bounds, price === null ? null : `${price}`]));
  const change = before === null ? 'new' : after === null ? 'gone' : said(before) === said(after) ? 'same' : 'changed';
  return { market, category, before, after, change };
}

function paidBy(document: PolicyDocument, currency: string, card: RateCard | null): (category: TieredCategory, market: string) => readonly PaidBand[] | null {
  const bandsOf = bandsIn(document);
  return (category, market) => {
    const list = card && listPrice(card, market, category);
    const bands = bandsOf(category, market, currency);
    return bands && bands.map((band) => ({ bounds: band.bounds, price: band.price ?? (list === null ? null : bandPrice(band, list)) }));
  };
}

function listPrice(card: RateCard, market: string, category: TieredCategory): Micros | null {
  const text = rowFor(card, market)?.prices[category] ?? null;
  return text === null ? null : microsFromText(text);
}

function restIn({ tiers }: PolicyDocument, currency: string): (category: PricingCategory) => boolean {
  const rest = (tiers?.tables ?? []).filter(({ markets, prices }) => markets === null && (prices === null || prices.currency === currency));
  return (category) => rest.some(({ categories }) => categories.includes(category));
}
