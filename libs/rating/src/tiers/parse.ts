import { isCurrency } from '@parley/money';
import { counterScopes, pricingCategories, type TierPrices, type Tiers, type TierTable } from '../policy/document.js';
import { isRecord, PolicyDocumentError, readBoolean, readFields, readList, readOneOf, readOptional, readText, readWhole } from '../policy/fields.js';
import { bandOf } from './tiers.js';

/** The tiers of a policy document. Throws a PolicyDocumentError naming the field, also when bands leave a gap or overlap. */
export function readTiers(path: string, value: unknown): Tiers {
  const fields = readFields(path, value, ['source', 'illustrative', 'scope', 'tables']);
  return {
    source: readText(`${path}.source`, fields.source),
    illustrative: readBoolean(`${path}.illustrative`, fields.illustrative),
    scope: readOneOf(`${path}.scope`, fields.scope, counterScopes),
    tables: readList(`${path}.tables`, fields.tables, readTable),
  };
}

function readTable(path: string, value: unknown): TierTable {
  const fields = readFields(path, value, ['categories', 'markets', 'bands', 'prices'], ['markets', 'bands', 'prices']);
  const [bands, prices] = [readOptional(`${path}.bands`, fields.bands, readPercentages), readOptional(`${path}.prices`, fields.prices, readPrices)];
  if ((bands === null) === (prices === null)) throw new PolicyDocumentError(`${path} has to have either bands, in percent of the card's price, or prices`);
  return {
    categories: readList(`${path}.categories`, fields.categories, (at, given) => readOneOf(at, given, pricingCategories)),
    markets: readOptional(`${path}.markets`, fields.markets, (at, given) => readList(at, given, readText)),
    bands,
    prices,
  };
}

function readPercentages(path: string, value: unknown): TierTable['bands'] {
  return readBands(path, value, '{ "1:750000": 100, "750001:MAX": 90 }', (at, percent) => readWhole(at, percent, 0, 100));
}

function readPrices(path: string, value: unknown): TierPrices {
  const fields = readFields(path, value, ['currency', 'bands']);
  const code = readText(`${path}.currency`, fields.currency);
  if (!isCurrency(code)) throw new PolicyDocumentError(`${path}.currency has to be an ISO 4217 code such as USD, got ${JSON.stringify(code)}`);
  return { currency: code, bands: readBands(`${path}.bands`, fields.bands, '{ "1:750000": "0.0014", "750001:MAX": "0.0011" }', readPrice) };
}

function readPrice(path: string, value: unknown): string {
  if (typeof value !== 'string' || !/^\d{1,9}(\.\d{1,6})?$/.test(value)) throw new PolicyDocumentError(`${path} has to be a price as text, with at most six decimals, such as "0.0011", got ${JSON.stringify(value)}`);
  return value;
}

function readBands<Value>(path: string, value: unknown, example: string, read: (path: string, value: unknown) => Value): { readonly [bounds: string]: Value } {
  if (!isRecord(value)) throw new PolicyDocumentError(`${path} has to be an object of bounds, such as ${example}`);
  const bands: Record<string, Value> = {};
  let next: number | null = 1;
  for (const [bounds, given] of Object.entries(value)) {
    const price = read(`${path}["${bounds}"]`, given);
    const band = bandOf(bounds);
    if (band === null) throw new PolicyDocumentError(`${path} has the bounds ${JSON.stringify(bounds)}: write "25000001:50000000", the last as "750001:MAX"`);
    if (band.from !== next) throw new PolicyDocumentError(`${path}["${bounds}"] has to begin at ${next ?? 'nothing: MAX is the last'}`);
    bands[bounds] = price;
    next = band.to === null ? null : band.to + 1;
  }
  if (next !== null) throw new PolicyDocumentError(`${path} has to end with "${next}:MAX"`);
  return bands;
}
