import type { Spend, SpendRow } from '../platform/spend.js';
import type { AnalyticsDimension, AnalyticsQuery } from './analytics.js';
import { periodOf, timeOf, type Period } from './periods.js';

/** One cell as the wire has it. Instants in seconds; what was not asked for as a dimension is left out. */
export interface DataPoint {
  readonly start: number;
  readonly end: number;
  readonly phone_number?: string;
  readonly country?: string;
  readonly tier?: string;
  readonly pricing_type?: string;
  readonly pricing_category?: string;
  readonly volume: number;
  readonly cost: number;
}

interface Cell extends Omit<DataPoint, 'cost' | 'volume'> {
  volume: number;
  micros: bigint;
}

/** By what the platform is asked: by rule in any case, since corrections are no messages. */
export function spendDimensions({ granularity, dimensions, countries, phoneNumbers, categories, types }: AnalyticsQuery): readonly string[] {
  const wanted = (dimension: AnalyticsDimension, filter: readonly string[] = []): boolean => dimensions.includes(dimension) || filter.length > 0;
  return [
    timeOf(granularity),
    ...(wanted('COUNTRY', countries) ? ['market'] : []),
    ...(wanted('PHONE', phoneNumbers) ? ['number'] : []),
    ...(wanted('PRICING_CATEGORY', categories) ? ['category'] : []),
    ...(wanted('PRICING_TYPE', types) ? ['type'] : []),
    ...(wanted('TIER') ? ['tier'] : []),
    'rule',
  ];
}

/** What the platform says, in periods that meet the span, told by the dimensions asked for. `phoneOf`: a number's digits, by the platform's id of it. */
export function dataPointsOf({ zone, rows }: Spend, query: AnalyticsQuery, phoneOf: (numberId: string) => string): readonly DataPoint[] {
  const cells = new Map<string, Cell>();
  const periods = new Map<string, Period>();
  for (const row of rows) {
    const time = row.keys[timeOf(query.granularity)]!;
    const period = periods.get(time) ?? periodOf(time, query.granularity, zone);
    periods.set(time, period);
    if (period.end <= query.start || period.start >= query.end || row.keys['rule'] === 'adjustment') continue;
    for (const part of partsOf(row)) if (part.volume > 0) count(cells, part, period, query, phoneOf);
  }
  return [...cells.values()].sort((one, other) => one.start - other.start).map(({ micros, ...cell }) => ({ ...cell, cost: costOf(micros) }));
}

interface Part {
  readonly keys: SpendRow['keys'];
  /** As the wire writes it; empty where it was not asked for. */
  readonly type: string;
  readonly volume: number;
  readonly micros: bigint;
}

/** A row's messages by how they are billed. Of charges from before that was told only whether they cost anything is known. */
function partsOf({ keys, free, paid, micros }: SpendRow): readonly Part[] {
  const type = keys['type'];
  if (type === null) return [{ keys, type: 'REGULAR', volume: paid, micros }, { keys, type: 'FREE_CUSTOMER_SERVICE', volume: free, micros: 0n }];
  return [{ keys, type: (type ?? '').toUpperCase(), volume: free + paid, micros }];
}

function count(cells: Map<string, Cell>, { keys, type, volume, micros }: Part, { start, end }: Period, query: AnalyticsQuery, phoneOf: (numberId: string) => string): void {
  const country = keys['market'] ?? '';
  const phone = typeof keys['number'] === 'string' ? phoneOf(keys['number']) : '';
  const category = (keys['category'] ?? '').toUpperCase();
  const passes = (filter: readonly string[], value: string): boolean => filter.length === 0 || filter.includes(value);
  if (!passes(query.countries, country) || !passes(query.phoneNumbers, phone) || !passes(query.categories, category) || !passes(query.types, type)) return;
  const told = (dimension: AnalyticsDimension): boolean => query.dimensions.includes(dimension);
  const cell = {
    start: start / 1_000,
    end: end / 1_000,
    ...(told('PHONE') && { phone_number: phone }),
    ...(told('COUNTRY') && { country }),
    ...(told('TIER') && { tier: keys['tier'] ?? '' }),
    ...(told('PRICING_TYPE') && { pricing_type: type }),
    ...(told('PRICING_CATEGORY') && { pricing_category: category }),
  };
  const known = cells.get(JSON.stringify(cell));
  if (known === undefined) return void cells.set(JSON.stringify(cell), { ...cell, volume, micros });
  known.volume += volume;
  known.micros += micros;
}

/** The wire has amounts as JSON numbers. They are summed as integers, and become one only here, when they are shown. */
function costOf(micros: bigint): number {
  return Number(`${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, '0')}`);
}
