import { amountSql } from '@parley/bus-postgres';
import type { ReportView } from '@parley/bus-postgres';
import { somethingHappened, within } from '../projections/spend.js';

/**
 * A local day (days since 1970-01-01) as the quarters of days in UTC that it is made of. Where clocks go back at midnight it begins with the first of the
 * two: PostgreSQL would take the second. Said to be dear, so that it is asked once a day and zone and never once a row.
 */
export const dayPartsSql = `
  create function "billing".day_parts(day integer, zone text) returns table (utc_day integer, first integer, behind integer)
  language plpgsql stable strict parallel safe cost 10000 rows 2 as $$
  declare
    local constant date := date '1970-01-01' + day;
    starts timestamptz := local::timestamp at time zone zone;
    ends timestamptz := (local + 1)::timestamp at time zone zone;
    quarter integer;
    until integer;
  begin
    if ((starts - interval '1 hour') at time zone zone)::date = local then starts := starts - interval '1 hour'; end if;
    if ((ends - interval '1 hour') at time zone zone)::date > local then ends := ends - interval '1 hour'; end if;
    quarter := ceil(extract(epoch from starts) / 900);
    until := ceil(extract(epoch from ends) / 900);
    while quarter < until loop
      utc_day := quarter / 96; first := quarter % 96; behind := least(96, first + until - quarter);
      return next;
      quarter := quarter + behind - first;
    end loop;
  end $$`;

const messages = within('s.messages');
const micros = within('s.micros');

export const spendByDayView: ReportView = {
  name: 'spend_by_day',
  about: 'What was spent, by local day of the first receipt in the zone of the business, and by what. Small and quick: ask this before charges. Up to date within two seconds.',
  columns: {
    business_id: ['s.business_id', 'Business that spent.'],
    day: [`date '1970-01-01' + d.local`, 'Day in the zone of the business.'],
    market: [`nullif(s.market, '')`, 'Rate-card region of the customer; null for an adjustment.'],
    category: [`nullif(s.category, '')`, 'marketing, utility, authentication or service; null for an adjustment.'],
    number_id: [`nullif(s.number_id, '')`, 'Number that sent; null for an adjustment.'],
    template: [`nullif(s.template, '')`, 'Name of the template; null for free text.'],
    lane: [`nullif(s.lane, '')`, 'api, or app (by hand); null for an adjustment.'],
    rule: ['s.rule', 'Rule that set the amount, such as S0/template; adjustment for a later correction.'],
    currency: ['s.currency', 'Currency of the amount, ISO 4217: sum only what has the same.'],
    illustrative: ['s.illustrative', 'Whether the prices are examples, of which no bill may be made.'],
    messages: [messages, 'Messages delivered or read.'],
    free_messages: [`case when s.free then ${messages} else 0 end`, 'Those of them that cost nothing.'],
    paid_messages: [`case when s.free then 0 else ${messages} end`, 'Those of them that cost something.'],
    amount: [amountSql(micros), 'What they cost, in the currency’s main unit; exact.'],
    amount_micros: [micros, 'The same in millionths.'],
    pricing_type: [`nullif(s.pricing_type, '')`, 'How it is billed: regular, free_customer_service or free_entry_point; null for an adjustment, and before that was told.'],
    tier: [`nullif(s.tier, '')`, 'Band of the volume tier; null where the price has none.'],
  },
  // The days are drawn first, so that a condition on `day` leaves only those whose rows are then looked up.
  from: `from generate_series((select min(utc_day) from "billing"."spend_day") - 1, (select max(utc_day) from "billing"."spend_day") + 1) d(local)
      cross join (select distinct zone from "billing"."business") z
      cross join lateral "billing".day_parts(d.local, z.zone) p
      join "billing"."business" b on b.zone = z.zone
      join "billing"."spend_day" s on s.business_id = b.business_id and s.utc_day = p.utc_day`,
  where: somethingHappened,
  business: 's.business_id',
};

export const lateRepliesView: ReportView = {
  name: 'late_replies',
  about: 'Replies that were sent after the window had closed and cost something, by quarter-hour of sending.',
  columns: {
    business_id: ['l.business_id', 'Business that replied.'],
    quarter_at: [`timestamptz 'epoch' + (l.utc_day * 96 + q.quarter) * interval '15 minutes'`, 'When the quarter-hour begins.'],
    day: [`((timestamptz 'epoch' + (l.utc_day * 96 + q.quarter) * interval '15 minutes') at time zone b.zone)::date`, 'Day in the zone of the business.'],
    weekday: [`extract(isodow from (timestamptz 'epoch' + (l.utc_day * 96 + q.quarter) * interval '15 minutes') at time zone b.zone)::int`, 'Weekday in the zone of the business: Monday is 1.'],
    hour: [`extract(hour from (timestamptz 'epoch' + (l.utc_day * 96 + q.quarter) * interval '15 minutes') at time zone b.zone)::int`, 'Hour in the zone of the business: 0 to 23.'],
    currency: ['l.currency', 'Currency of the amount, ISO 4217.'],
    illustrative: ['l.illustrative', 'Whether the prices are examples, of which no bill may be made.'],
    late: ['l.messages[q.n] - coalesce(l.messages[q.n - 1], 0)', 'Late replies.'],
    amount: [amountSql('l.micros[q.n] - coalesce(l.micros[q.n - 1], 0)'), 'What they cost, in the currency’s main unit; exact.'],
    amount_micros: ['l.micros[q.n] - coalesce(l.micros[q.n - 1], 0)', 'The same in millionths.'],
  },
  from: `from "billing"."late_reply_day" l join "billing"."business" b on b.business_id = l.business_id
      cross join lateral unnest(l.quarters) with ordinality as q(quarter, n)`,
  business: 'l.business_id',
};
