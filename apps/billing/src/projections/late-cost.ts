import type { DayPart } from '@parley/domain';
import type { EntityManager } from 'typeorm';

/** Late replies sent within one quarter-hour. `quarter` counts from 1970-01-01T00:00Z; amounts as decimal text of micros. */
export interface LateQuarter {
  readonly quarter: number;
  readonly late: number;
  readonly micros: string;
}

/** Late replies of the business that cost something, by the quarter-hour they were sent in. At most 96 entries a day, whatever was sent. */
export async function lateQuarters(manager: EntityManager, businessId: string, currency: string, parts: readonly DayPart[]): Promise<readonly LateQuarter[]> {
  const sql = `
    select (l.utc_day * 96 + q.quarter) as quarter,
      sum(l.messages[q.n] - coalesce(l.messages[q.n - 1], 0))::int as late,
      sum(l.micros[q.n] - coalesce(l.micros[q.n - 1], 0))::text as micros
    from unnest($3::int[], $4::int[], $5::int[]) as p(utc_day, first, behind)
      join "billing"."late_reply_day" l on l.business_id = $1 and l.utc_day = p.utc_day and l.currency = $2
      cross join lateral unnest(l.quarters) with ordinality as q(quarter, n)
    where q.quarter >= p.first and q.quarter < p.behind
    group by 1 order by 1`;
  const rows: unknown = await manager.query(sql, [businessId, currency, parts.map(({ utcDay }) => utcDay), parts.map(({ first }) => first), parts.map(({ behind }) => behind)]);
  return rows as readonly LateQuarter[];
}
