import { isCurrency, parseDecimal } from '@parley/money';
import { flag, id, integer, list, object, optional, shape, text } from '@parley/service';
import type { Shape } from '@parley/service';
import { effectiveDay } from './day-shape.js';

const version = integer({ min: 1, max: 2_147_483_647 });
const source = text({ min: 1, max: 512 });
const market = text({ max: 64 });

export const policyDocument: Shape<object> = shape({ type: 'object', description: 'A policy document, as in libs/rating/data.' }, (value, path, findings) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : findings.wrong(path, 'must be a policy document (an object)'),
);

/** A price as a decimal text such as "0.0618": never a binary float. Null says that the card has none. */
const price: Shape<bigint> = shape({ type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,6})?$', description: 'A price as text, never a binary float.' }, (value, path, findings) => {
  const hint = 'must be a price as text, with at most six decimals, such as "0.0618"; or null where the card has none';
  if (typeof value !== 'string' || !/^\d{1,9}(\.\d{1,6})?$/.test(value)) return findings.wrong(path, hint);
  return parseDecimal(value);
});

export const currencyCode: Shape<string> = shape({ type: 'string', pattern: '^[A-Z]{3}$', description: 'An ISO 4217 currency code.' }, (value, path, findings) =>
  typeof value === 'string' && isCurrency(value) ? value : findings.wrong(path, 'must be an ISO 4217 currency code such as USD'),
);

/** For whom it is; left out: for everybody. */
export const scopeShape = object({ owners: list(id('Owner'), { min: 0, max: 256 }), businesses: list(id('Business'), { min: 0, max: 256 }) });

const reason = text({ min: 1, max: 512, hint: 'for owners to read on their bills' });

export const policyShape = object({
  policyId: id('Policy'),
  version,
  effectiveFrom: effectiveDay,
  document: policyDocument,
  source,
  illustrative: flag(),
  scope: optional(scopeShape),
  correction: optional(object({ policyId: id('Policy'), version, reason })),
});

export const rateRows = list(
  object({
    market,
    marketing: optional(price),
    utility: optional(price),
    authentication: optional(price),
    authenticationInternational: optional(price),
    service: optional(price),
  }),
  { min: 1, max: 512 },
);

export const rateCardShape = object({
  rateCardId: id('RateCard'),
  version,
  effectiveFrom: effectiveDay,
  currency: currencyCode,
  rows: rateRows,
  source,
  illustrative: flag(),
  scope: optional(scopeShape),
  correction: optional(object({ rateCardId: id('RateCard'), version, reason })),
});

export const eligibilityShape = object({
  businessId: id('Business'),
  version,
  effectiveFrom: effectiveDay,
  homeMarket: market,
  markets: list(market, { min: 0, max: 512 }),
  source,
});

export const prefixesShape = object({
  prefixesId: id('Prefixes'),
  version,
  effectiveFrom: effectiveDay,
  rows: list(
    object({
      prefix: text({ max: 7, pattern: /^[1-9][0-9]{0,6}$/, hint: 'must be 1 to 7 digits, without +' }),
      country: text({ max: 128 }),
      market,
    }),
    { min: 1, max: 1_024 },
  ),
  source,
});
