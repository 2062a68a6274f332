import type { DayPart } from '@parley/domain';
import type { EntityManager } from 'typeorm';

/** By what spend can be asked for, and the expression of each. `day` is the local one; `half_hour` the instant, in UTC, with which it begins. */
export const dimensions = {
  day: 'p.day',
  half_hour: 'p.half_hour',
  market: 's.market',
  category: 's.category',
  number: 's.number_id',
  template: 's.template',
  lane: 's.lane',
  rule: 's.rule',
  type: 's.pricing_type',
  tier: 's.tier',
} as const;

export type Dimension = keyof typeof dimensions;

/** Sums of one group. Counts and micros as PostgreSQL's decimal text. `keys`: one per dimension asked for, empty where it does not apply. */
export interface Spent {
  readonly keys: readonly string[];
  readonly messages: string;
  readonly free: string;
  readonly micros: string;
}

export interface SpendPage {
  readonly rows: readonly Spent[];
  readonly total: Omit<Spent, 'keys'>;
  readonly illustrative: boolean;
}

export interface SpendQuestion {
  readonly businessId: string;
  readonly currency: string;
  /** The days asked for, cut into days in UTC. */
  readonly parts: readonly DayPart[];
  readonly by: readonly Dimension[];
  /** The keys of the last group that was given out; null at the beginning. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** Running sums (see `spendTable`) of a row's day before a quarter. Looked up again wherever they are asked for: as a subquery of each row they would be dearer. */
function before(sums: string, quarter: string): string {
  return `coalesce(${sums}[width_bucket(${quarter} - 1, s.quarters)], 0)`;
}

/** What happened within the part `p` of the day of the row `s`. A list without amounts has no entry. */
export function within(sums: string): string {
  return `(${before(sums, 'p.behind')} - case when p.first = 0 then 0 else ${before(sums, 'p.first')} end)`;
}

/** Whether anything did. Most parts begin or end with the day in UTC, and one look at the list tells. */
export const somethingHappened = `case
        when p.first = 0 then s.quarters[1] < p.behind
        when p.behind = 96 then s.quarters[cardinality(s.quarters)] >= p.first
        else width_bucket(p.behind - 1, s.quarters) > width_bucket(p.first - 1, s.quarters)
      end`;

/**
 * Groups in the order of their keys, and the totals over all of them. A row is read once for each local day it is part of, whatever was
 * counted in it: the work is days × groups, not messages.
 */
export async function spentBy(manager: EntityManager, { businessId, currency, parts: days, by, after, limit }: SpendQuestion): Promise<SpendPage> {
  const parts = by.includes('half_hour') ? days.flatMap(halfHoursOf) : days;
  const parameters = [businessId, currency, pluck(parts, 'utcDay'), pluck(parts, 'first'), pluck(parts, 'behind'), pluck(parts, 'day'), parts.map(halfHourOf), limit];
  const rows = (await manager.query(spendSql(by, after !== null), after === null ? parameters : [...parameters, ...after])) as readonly (Totals & { readonly found: boolean } & { readonly [key: string]: string })[];
  const [first] = rows;
  const { all_messages: messages = '0', all_free: free = '0', all_micros: micros = '0', illustrative = false } = first ?? {};
  return {
    rows: rows.filter(({ found }) => found).map((row) => ({ keys: by.map((_, index) => row[`k${index}`]!), messages: row.messages!, free: row.free!, micros: row.micros! })),
    total: { messages, free, micros },
    illustrative,
  };
}

interface Totals {
  readonly all_messages: string;
  readonly all_free: string;
  readonly all_micros: string;
  readonly illustrative: boolean;
}

function spendSql(by: readonly Dimension[], goesOn: boolean): string {
  const keys = by.map((_, index) => `k${index}`);
  const comma = by.map((dimension, index) => `${dimensions[dimension]} collate "C" as k${index}, `).join('');
  const behind = goesOn && keys.length > 0 ? `where (${keys.join(', ')}) > (${keys.map((_, index) => `$${index + 9}::text`).join(', ')})` : '';
  return `
    with part as (
      select * from unnest($3::int[], $4::int[], $5::int[], $6::text[], $7::text[]) as p(utc_day, first, behind, day, half_hour)
    ), grouped as (
      select ${comma}sum(${within('s.messages')}) as messages,
        coalesce(sum(${within('s.messages')}) filter (where s.free), 0) as free,
        coalesce(sum(${within('s.micros')}) filter (where not s.free), 0) as micros,
        bool_or(s.illustrative) as illustrative
      from part p join "billing"."spend_day" s on s.business_id = $1 and s.utc_day = p.utc_day and s.currency = $2
          and s.utc_day between ($3::int[])[1] and ($3::int[])[cardinality($3::int[])]
      where ${somethingHappened}
      ${keys.length > 0 ? `group by ${keys.join(', ')}` : 'having count(*) > 0'}
    ), total as (
      select coalesce(sum(messages), 0)::text as all_messages, coalesce(sum(free), 0)::text as all_free, coalesce(sum(micros), 0)::text as all_micros,
        coalesce(bool_or(illustrative), false) as illustrative
      from grouped
    ), page as (
      select * from grouped ${behind} ${keys.length > 0 ? `order by ${keys.join(', ')}` : ''} limit $8
    )
    select ${keys.map((key) => `g.${key}, `).join('')}g.messages::text, g.free::text, g.micros::text, g.messages is not null as found, total.*
    from total left join page g on true
    ${keys.length > 0 ? `order by ${keys.map((key) => `g.${key}`).join(', ')}` : ''}`;
}

function pluck<Key extends keyof DayPart>(parts: readonly DayPart[], key: Key): DayPart[Key][] {
  return parts.map((part) => part[key]);
}

/** A part cut at every half-hour in UTC. */
function halfHoursOf(part: DayPart): readonly DayPart[] {
  const parts: DayPart[] = [];
  for (let first = part.first; first < part.behind; first += 2 - (first % 2)) parts.push({ ...part, first, behind: Math.min(part.behind, first + 2 - (first % 2)) });
  return parts;
}

function halfHourOf({ utcDay, first }: DayPart): string {
  return new Date((utcDay * 96 + first - (first % 2)) * 900_000).toISOString();
}
