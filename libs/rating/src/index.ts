export { CountBook } from './allowance/count-book.js';
export { countOf, monthsKept, noCounters, type Counters } from './allowance/counters.js';
export { emptyRecord, entries, read, write, type PersistentRecord } from './allowance/persistent-record.js';
export { bundledMarketPrefixes, bundledPolicies, bundledPriceLists, bundledRateCards, type PriceLists } from './bundled.js';
export { CsvError } from './csv.js';
export { inForce, inForceFor, reignsFor, reignsOf, rivalsOf, versionsFor, type Effective, type Payer, type Reign, type Scope, type Scoped } from './effective.js';
export { eligibilityOf, internationalFacts, type InternationalEligibility } from './international.js';
export { marketOf, marketPrefixesOf, parseMarketPrefixes, type MarketPrefixes } from './market.js';
export {
  counterScopes,
  pricingCategories,
  situations,
  windowPlaces,
  type Allowance,
  type ChargeTerms,
  type CounterScope,
  type LateReply,
  type PolicyDocument,
  type Pricing,
  type PricingCategory,
  type Situation,
  type Tiers,
  type TierPrices,
  type TierTable,
  type WindowPlace,
} from './policy/document.js';
export { PolicyDocumentError } from './policy/fields.js';
export { parsePolicyDocument } from './policy/parse.js';
export { admitsLateReply, isInsideWindow, needsCounters, needsSessions, policyOf, windowClosesAt, type Policy } from './policy/policy.js';
export { fallbackMarket, parseRateRows, rateCardOf, rateColumns, type Prices, type RateCard, type RateColumn } from './rate-card.js';
export type { AllowanceUsed, Charge, Counted, TierReached, Unpriced } from './rate/outcome.js';
export { allowanceKey, volumeKey } from './rate/price.js';
export { dearest, type Planned } from './rate/dearest.js';
export { chargeFor, rate, type Rating } from './rate/rate.js';
export { countedBy, trackedBy, type CountedCharge } from './rate/tally.js';
export { decidingInstants, type BusinessFacts, type DecidingInstants, type Tally, type TallyRead, type Terms, type Usage } from './rate/usage.js';
export { differenceOf, type CardDifference, type PriceChange, type PriceDifference } from './rate-sheet/difference.js';
export { faultLine, RateSheetError, type SheetFault } from './rate-sheet/fault.js';
export { priceText } from './rate-sheet/number-cell.js';
export { readRateSheet, type RateSheet, type SheetOptions, type TierSheet, type Understanding } from './rate-sheet/rate-sheet.js';
export { tierDifferenceOf, withTierSheet, type PaidBand, type TierComparison, type TierDifference } from './rate-sheet/tier-policy.js';
export { tieredCategories, type MarketTiers, type TierBand, type TieredCategory } from './rate-sheet/tiers.js';
export { endedSessionsKeptHours, noSessions, pricingTypes, type PricingType, type Session, type Sessions } from './sessions/sessions.js';
export { isZone, latestDate, localDate, localMonth, type LocalDate, type LocalMonth } from './zone.js';
