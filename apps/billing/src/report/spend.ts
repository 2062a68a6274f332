import type { ReportView } from '@parley/bus-postgres';
import { entriesOf, sumOf } from '../projections/spend.js';
import { amountSql } from './instant.js';

/**
 * A day in UTC as the local days that it belongs to, each with its quarters; the day that begins within it is left out where none does. Where
 * clocks go back at midnight the day begins with the first of the two: PostgreSQL would take the second. A function that is dear, and not a part of
 * the view: in place, its steps would be written out, and worked out, once for every place that they are used in.
 */
export const localPartsSql = `
  create function "billing".local_parts(utc_day integer, zone text) returns table (day date, first integer, behind integer)
  language plpgsql stable strict parallel safe cost 10000 rows 2 as $$
  declare
    starts constant timestamptz := (date '1970-01-01' + utc_day)::timestamp at time zone 'UTC';
    earlier constant date := (starts at time zone zone)::date;
    midnight timestamptz := (earlier + 1)::timestamp at time zone zone;
    cut integer;
  begin
    if ((midnight - interval '1 hour') at time zone zone)::date > earlier then midnight := midnight - interval '1 hour'; end if;
    cut := least(96, ceil(extract(epoch from midnight - starts) / 900));
    day := earlier; first := 0; behind := cut;
    return next;
    if cut < 96 then
      day := earlier + 1; first := cut; behind := 96;
      return next;
    end if;
  end $$`;

const messages = sumOf('s.messages');
const micros = sumOf('s.micros');

export const spendByDayView: ReportView = {
  name: 'spend_by_day',
  about: 'What was spent, by local day of the first receipt in the zone of the business, and by what. Small and quick: ask this before charges. Up to date within two seconds.',
  columns: {
    business_id: ['s.business_id', 'Business that spent.'],
    day: ['p.day', 'Day in the zone of the business.'],
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
  },
  from: `from "billing"."spend_day" s join "billing"."business" b on b.business_id = s.business_id
      cross join lateral "billing".local_parts(s.utc_day, b.zone) p
      cross join lateral ${entriesOf('p.first', 'p.behind')} e
      where e.until > e.before`,
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
