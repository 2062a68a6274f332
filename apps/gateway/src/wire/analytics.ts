import { WireFault } from './fault.js';

export const granularities = ['HALF_HOUR', 'DAILY', 'MONTHLY'] as const;
export const analyticsDimensions = ['COUNTRY', 'PHONE', 'PRICING_CATEGORY', 'PRICING_TYPE', 'TIER'] as const;

export type Granularity = (typeof granularities)[number];
export type AnalyticsDimension = (typeof analyticsDimensions)[number];

/** `fields=pricing_analytics.start(…).end(…).granularity(…)…`, read. Instants are epoch milliseconds; an empty list asks for everything. */
export interface AnalyticsQuery {
  readonly start: number;
  readonly end: number;
  readonly granularity: Granularity;
  readonly dimensions: readonly AnalyticsDimension[];
  readonly phoneNumbers: readonly string[];
  readonly countries: readonly string[];
  readonly categories: readonly string[];
  readonly types: readonly string[];
}

const words = ['start', 'end', 'granularity', 'dimensions', 'phone_numbers', 'country_codes', 'pricing_categories', 'pricing_types', 'metric_types'];

/** The query in the parameter `fields`; null where it asks for no analytics. Throws WireFault. */
export function analyticsOf(fields: string | undefined): AnalyticsQuery | null {
  const [whole, chain] = /(?:^|,)\s*pricing_analytics((?:\.\w+\([^()]*\))*)\s*(?:,|$)/.exec(fields ?? '') ?? [];
  if (whole === undefined || chain === undefined) {
    if (/(?:^|,)\s*pricing_analytics/.test(fields ?? '')) throw new WireFault('invalid-parameter', 'fields must be like pricing_analytics.start(1767225600).end(1769904000).granularity(DAILY).dimensions([COUNTRY]).', 'fields');
    return null;
  }
  const asked = new Map([...chain.matchAll(/\.(\w+)\(([^()]*)\)/g)].map(([, word, value]) => [word!, value!.trim()]));
  for (const word of asked.keys()) if (!words.includes(word)) throw wrong(word, `is not known here; known are ${words.join(', ')}`);
  const [start, end] = [instantOf(asked, 'start'), instantOf(asked, 'end')];
  if (end <= start) throw wrong('end', 'must be after start');
  return {
    start,
    end,
    granularity: oneOf(granularities, 'granularity', asked.get('granularity') ?? ''),
    dimensions: listOf(asked, 'dimensions').map((value) => oneOf(analyticsDimensions, 'dimensions', value)),
    phoneNumbers: listOf(asked, 'phone_numbers').map((phone) => phone.replaceAll(/\D/g, '')),
    countries: listOf(asked, 'country_codes'),
    categories: listOf(asked, 'pricing_categories'),
    types: listOf(asked, 'pricing_types'),
  };
}

function instantOf(asked: ReadonlyMap<string, string>, word: string): number {
  const text = asked.get(word);
  if (text === undefined || !/^\d{9,11}$/.test(text)) throw wrong(word, 'must be an instant in seconds since 1970, such as 1767225600');
  return Number(text) * 1_000;
}

/** `[A,"B"]`, or nothing. */
function listOf(asked: ReadonlyMap<string, string>, word: string): readonly string[] {
  const text = asked.get(word) ?? '[]';
  if (!text.startsWith('[') || !text.endsWith(']')) throw wrong(word, 'must be a list in brackets');
  const items = text.slice(1, -1).split(',').map((item) => item.trim().replaceAll(/^["']|["']$/g, ''));
  return items.filter((item) => item !== '');
}

function oneOf<const Value extends string>(values: readonly Value[], word: string, value: string): Value {
  const known = values.find((one) => one === value.toUpperCase());
  if (known === undefined) throw wrong(word, `must be one of ${values.join(', ')}`);
  return known;
}

function wrong(word: string, hint: string): WireFault {
  return new WireFault('invalid-parameter', `fields: ${word} of pricing_analytics ${hint}.`, 'fields');
}
