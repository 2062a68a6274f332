import { describe, expect, it } from '@jest/globals';
import type { Spend } from '../platform/spend.js';
import { analyticsOf } from './analytics.js';
import { WireFault } from './fault.js';
import { daysAround } from './periods.js';
import { dataPointsOf, spendDimensions } from './pricing.js';

const seconds = (text: string): number => Date.parse(text) / 1_000;
const asked = (more = '', start = '2026-03-01T00:00:00-03:00', end = '2026-03-03T00:00:00-03:00') => analyticsOf(`pricing_analytics.start(${seconds(start)}).end(${seconds(end)})${more}`)!;
const row = (day: string, rule: string, paid: number, free: number, micros: bigint, more: object = {}) => ({ keys: { day, rule, ...more }, paid, free, micros });
const spend = (...rows: Spend['rows']): Spend => ({ zone: 'America/Sao_Paulo', rows });
const phoneOf = (numberId: string): string => (numberId === 'n1' ? '551140001000' : numberId);

describe('what is asked for', () => {
  it('is read as the wire writes it', () => {
    expect(asked('.granularity(DAILY).phone_numbers(["+55 11 4000-1000"]).dimensions([COUNTRY,"PHONE", PRICING_TYPE])')).toEqual({
      start: Date.parse('2026-03-01T03:00:00Z'), end: Date.parse('2026-03-03T03:00:00Z'), granularity: 'DAILY', dimensions: ['COUNTRY', 'PHONE', 'PRICING_TYPE'],
      phoneNumbers: ['551140001000'], countries: [], categories: [], types: [],
    });
    expect(analyticsOf(`id,pricing_analytics.start(1700000000).end(1700000001).granularity(DAILY),name`)).not.toBeNull();
    for (const fields of [undefined, '', 'id,name', 'analytics.start(1)']) expect(analyticsOf(fields)).toBeNull();
  });

  it.each([
    ['', 'granularity of pricing_analytics must be one of HALF_HOUR, DAILY, MONTHLY'],
    ['.granularity(WEEKLY)', 'must be one of HALF_HOUR, DAILY, MONTHLY'],
    ['.granularity(DAILY).dimensions(COUNTRY)', 'must be a list in brackets'],
    ['.granularity(DAILY).dimensions([COLOUR])', 'must be one of COUNTRY, PHONE'],
    ['.granularity(DAILY).colour(RED)', 'colour of pricing_analytics is not known here'],
    ['.start(soon)', 'must be an instant in seconds'],
    ['.end(1)', 'must be an instant in seconds'],
    ['.granularity(DAILY', 'fields must be like pricing_analytics.start'],
  ])('is refused: %s', (more, message) => {
    const refused = (() => { try { return asked(more) } catch (error) { return error } })();
    expect(refused).toBeInstanceOf(WireFault);
    expect((refused as WireFault).details).toContain(message);
  }); // prettier-ignore

  it('is asked of the platform in days that hold every period whole', () => {
    const query = asked('.granularity(MONTHLY).dimensions([PRICING_CATEGORY]).country_codes([Brazil])');
    expect([daysAround(query, 'MONTHLY'), spendDimensions(query)]).toEqual([{ from: '2026-02-01', to: '2026-03-31' }, ['day', 'market', 'category', 'rule']]);
    expect(daysAround(query, 'DAILY')).toEqual({ from: '2026-02-28', to: '2026-03-04' });
    expect(spendDimensions(asked('.granularity(HALF_HOUR)'))).toEqual(['half_hour', 'rule']);
    expect(spendDimensions(asked('.granularity(DAILY).dimensions([COUNTRY,PHONE,PRICING_CATEGORY,PRICING_TYPE,TIER])'))).toEqual(['day', 'market', 'number', 'category', 'type', 'tier', 'rule']);
    expect(spendDimensions(asked('.granularity(DAILY).pricing_types([REGULAR])'))).toEqual(['day', 'type', 'rule']);
  });
});

describe('data points', () => {
  it('are days of the zone of the business, without corrections and without what lies outside', () => {
    const query = asked('.granularity(DAILY)');
    const said = spend(row('2026-02-28', 'S0/template', 9, 0, 9n), row('2026-03-01', 'S0/template', 2, 0, 110_000n), row('2026-03-01', 'S0/inside-window', 0, 3, 0n), row('2026-03-01', 'adjustment', 0, 0, -5n), row('2026-03-02', 'S0/template', 1, 0, 55_000n), row('2026-03-03', 'S0/template', 9, 0, 9n));
    expect(dataPointsOf(said, query, phoneOf)).toEqual([
      { start: seconds('2026-03-01T03:00:00Z'), end: seconds('2026-03-02T03:00:00Z'), volume: 5, cost: 0.11 },
      { start: seconds('2026-03-02T03:00:00Z'), end: seconds('2026-03-03T03:00:00Z'), volume: 1, cost: 0.055 },
    ]);
  });

  it('tell apart what is asked for, as the platform says it', () => {
    const query = asked('.granularity(DAILY).dimensions([COUNTRY,PHONE,PRICING_CATEGORY,PRICING_TYPE,TIER])');
    const more = { market: 'Brazil', number: 'n1', category: 'utility' };
    const said = spend(
      row('2026-03-01', 'P6/template', 2, 0, 13_600n, { ...more, type: 'regular', tier: '1:250000' }),
      row('2026-03-01', 'P6/template', 3, 0, 18_000n, { ...more, type: 'regular', tier: '250001:MAX' }),
      row('2026-03-01', 'P6/service', 0, 1_000, 0n, { ...more, type: 'free_customer_service', tier: null }),
      row('2026-03-01', 'P6/whatever', 0, 4, 0n, { ...more, type: 'free_entry_point', tier: null }),
    );
    const shared = { country: 'Brazil', phone_number: '551140001000', pricing_category: 'UTILITY' };
    expect(dataPointsOf(said, query, phoneOf)).toMatchObject([
      { ...shared, pricing_type: 'REGULAR', tier: '1:250000', volume: 2, cost: 0.0136 },
      { ...shared, pricing_type: 'REGULAR', tier: '250001:MAX', volume: 3, cost: 0.018 },
      { ...shared, pricing_type: 'FREE_CUSTOMER_SERVICE', tier: '', volume: 1_000, cost: 0 },
      { ...shared, pricing_type: 'FREE_ENTRY_POINT', tier: '', volume: 4, cost: 0 },
    ]);
  });

  it('of charges from before types were told are regular where they cost something', () => {
    const query = asked('.granularity(DAILY).dimensions([PRICING_TYPE])');
    expect(dataPointsOf(spend(row('2026-03-01', 'S0/template', 2, 3, 7n, { type: null })), query, phoneOf)).toMatchObject([{ pricing_type: 'REGULAR', volume: 2, cost: 0.000007 }, { pricing_type: 'FREE_CUSTOMER_SERVICE', volume: 3, cost: 0 }]);
  });

  it('are those that pass the filters', () => {
    const said = spend(row('2026-03-01', 'S0/template', 1, 0, 7n, { market: 'Brazil', type: 'regular' }), row('2026-03-01', 'S0/inside-window', 0, 2, 0n, { market: 'Brazil', type: 'free_customer_service' }), row('2026-03-01', 'S0/template', 8, 0, 7n, { market: 'India', type: 'regular' }));
    expect(dataPointsOf(said, asked('.granularity(DAILY).country_codes([Brazil]).pricing_types([REGULAR])'), phoneOf)).toMatchObject([{ volume: 1, cost: 0.000007 }]);
  });

  it('are months, and half-hours', () => {
    const months = dataPointsOf(spend(row('2026-02-28', 'S0/template', 1, 0, 1n), row('2026-03-01', 'S0/template', 2, 0, 2n), row('2026-03-31', 'S0/template', 3, 0, 3n)), asked('.granularity(MONTHLY)'), phoneOf);
    expect(months).toEqual([{ start: seconds('2026-03-01T03:00:00Z'), end: seconds('2026-04-01T03:00:00Z'), volume: 5, cost: 0.000005 }]);
    const half = { keys: { half_hour: '2026-03-01T03:30:00.000Z', rule: 'S0/template' }, paid: 1, free: 0, micros: 1n };
    expect(dataPointsOf(spend(half), asked('.granularity(HALF_HOUR)'), phoneOf)).toMatchObject([{ start: seconds('2026-03-01T03:30:00Z'), end: seconds('2026-03-01T04:00:00Z') }]);
  });
});
