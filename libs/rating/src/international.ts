import type { BusinessId, PayloadOf } from '@parley/contracts';
import type { BusinessFacts } from './rate/usage.js';
import { fallbackMarket } from './rate-card.js';
import type { LocalDate } from './zone.js';

/** To which markets a business pays the international price of authentication from a day on, plain enough for JSON. */
export interface InternationalEligibility {
  readonly businessId: BusinessId;
  readonly version: number;
  readonly effectiveFrom: LocalDate;
  readonly homeMarket: string;
  /** None: it no longer is eligible. */
  readonly markets: readonly string[];
}

/** The eligibility of a catalog event. Throws a RangeError where it names its home, the fallback, which is no market, or one twice. */
export function eligibilityOf({ businessId, version, effectiveFrom, homeMarket, markets }: PayloadOf<'InternationalEligibilityPublished'>): InternationalEligibility {
  const where = `the eligibility of ${businessId} version ${version}`;
  if (markets.includes(homeMarket)) throw new RangeError(`${where} names ${homeMarket}, which is its home market`);
  const twice = markets.find((market, index) => markets.indexOf(market) !== index);
  if (twice !== undefined) throw new RangeError(`${where} names the market ${twice} twice`);
  if (markets.includes(fallbackMarket)) throw new RangeError(`${where} names ${fallbackMarket}: name each market`);
  return { businessId, version, effectiveFrom, homeMarket, markets };
}

/** What rating has to know of the version in force; null for none. */
export function internationalFacts(eligibility: InternationalEligibility | null): BusinessFacts['international'] {
  if (eligibility === null || eligibility.markets.length === 0) return null;
  return { homeMarket: eligibility.homeMarket, markets: eligibility.markets };
}
