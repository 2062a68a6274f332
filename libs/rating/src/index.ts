export { bundledMarketPrefixes, bundledPolicies, bundledRateCards } from './bundled.js';
export { CsvError } from './csv.js';
export { inForce, type Effective } from './effective.js';
export { marketOf, marketPrefixesOf, parseMarketPrefixes, type MarketPrefixes } from './market.js';
export { PolicyDocumentError, parsePolicyDocument, type LaneTerms, type LateReply, type PolicyDocument, type Pricing } from './policy-document.js';
export { admitsLateReply, isInsideWindow, policyOf, windowClosesAt, type Policy } from './policy.js';
export { fallbackMarket, parseRateRows, rateCardOf, rateColumns, type Prices, type RateCard, type RateColumn } from './rate-card.js';
export { rate, ruleNames, type Charge, type RuleName, type Unpriced, type Usage } from './rate.js';
export { isZone, localDate, localMonth, type LocalDate, type LocalMonth } from './zone.js';
