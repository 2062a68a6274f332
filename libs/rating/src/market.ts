import type { MarketPrefix, PayloadOf, PrefixesId } from '@parley/contracts';
import { CsvError, parseTable } from './csv.js';
import { fallbackMarket } from './rate-card.js';
import type { LocalDate } from './zone.js';

/** Which calling prefix belongs to which market, plain enough for JSON. */
export interface MarketPrefixes {
  readonly prefixesId: PrefixesId;
  readonly version: number;
  readonly effectiveFrom: LocalDate;
  readonly markets: { readonly [prefix: string]: string };
}

/**
 * The list of a catalog event. A prefix may stand there for several countries (+1 does) as long as they share a market. Throws a RangeError
 * when they do not.
 */
export function marketPrefixesOf(event: PayloadOf<'MarketPrefixesPublished'>): MarketPrefixes {
  const markets: Record<string, string> = {};
  for (const { prefix, market } of event.rows) {
    const known = markets[prefix];
    if (known !== undefined && known !== market) {
      throw new RangeError(`prefixes ${event.prefixesId} version ${event.version}: ${prefix} belongs to ${known} and to ${market}`);
    }
    markets[prefix] = market;
  }
  return { prefixesId: event.prefixesId, version: event.version, effectiveFrom: event.effectiveFrom, markets };
}

const longestPrefix = 7;

/**
 * The market of a phone number (digits with country code, no plus sign): that of the longest prefix on the list, or the rate cards' fallback
 * market when none fits.
 */
export function marketOf(phone: string, prefixes: MarketPrefixes): string {
  for (let length = Math.min(longestPrefix, phone.length); length > 0; length -= 1) {
    const market = prefixes.markets[phone.slice(0, length)];
    if (market !== undefined) return market;
  }
  return fallbackMarket;
}

/** Prefixes from CSV text under the header prefix,country,market. Throws a CsvError that names line and column. */
export function parseMarketPrefixes(text: string): readonly MarketPrefix[] {
  return parseTable(text, ['prefix', 'country', 'market']).map(({ prefix, country, market }) => {
    if (!/^[1-9][0-9]{0,6}$/.test(prefix.text)) throw new CsvError(prefix, `"${prefix.text}" is not a calling prefix of one to seven digits`);
    if (market.text === '') throw new CsvError(market, 'the market is missing');
    return { prefix: prefix.text, country: country.text, market: market.text };
  });
}
