import { counterScopes, pricingCategories, type Tiers, type TierTable } from '../policy/document.js';
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
  const fields = readFields(path, value, ['categories', 'markets', 'bands'], ['markets']);
  return {
    categories: readList(`${path}.categories`, fields.categories, (at, given) => readOneOf(at, given, pricingCategories)),
    markets: readOptional(`${path}.markets`, fields.markets, (at, given) => readList(at, given, readText)),
    bands: readBands(`${path}.bands`, fields.bands),
  };
}

function readBands(path: string, value: unknown): TierTable['bands'] {
  if (!isRecord(value)) throw new PolicyDocumentError(`${path} has to be an object of bounds, such as { "1:750000": 100, "750001:MAX": 90 }`);
  const bands: Record<string, number> = {};
  let next: number | null = 1;
  for (const [bounds, percent] of Object.entries(value)) {
    const band = bandOf(bounds, readWhole(`${path}["${bounds}"]`, percent, 0, 100));
    if (band === null) throw new PolicyDocumentError(`${path} has the bounds ${JSON.stringify(bounds)}: write "25000001:50000000", the last as "750001:MAX"`);
    if (band.from !== next) throw new PolicyDocumentError(`${path}["${bounds}"] has to begin at ${next ?? 'nothing: MAX is the last'}`);
    bands[bounds] = band.percent;
    next = band.to === null ? null : band.to + 1;
  }
  if (next !== null) throw new PolicyDocumentError(`${path} has to end with "${next}:MAX"`);
  return bands;
}
