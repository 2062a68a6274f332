// Charges for the measurement of views, drawn by PostgreSQL itself from a counter: the same scale is the same rows everywhere.

export const days = 90;
const dayMs = 86_400_000;
/** One in ten is of another business: the rest is one business's, so that no figure is better than the largest customer's. */
const otherBusinesses = 1_000;

/** The charges of one of the days as a query, `first` to `last` of all. Some are free, some late, some templates; 30 markets and a rare one, a rule that is rare, 3 numbers. */
function drawn({ business, day, first, last }) {
  return `
    select i, case when i % 10 = 0 then 'other' || (i / 10 % ${otherBusinesses}) else '${business}' end as business_id,
      ${day * dayMs}::bigint + (i - ${first}) * ${dayMs} / ${last - first + 1} as at,
      case when h % 9973 = 0 then 'Iceland' else 'Market ' || (h % 30 + 1) end as market, 'number' || (h / 30 % 3) as number_id, kind,
      case when kind < 5 then 'service' when kind < 8 then 'utility' else 'marketing' end as category,
      case when kind < 5 then null else 'template_' || kind || '_' || (h / 90 % 2) end as template,
      'P5/' || case when kind < 4 and h % 4999 = 0 then 'entry-point' when kind < 4 then 'inside-window' when kind = 4 then 'late-free-form' else 'template' end as rule,
      case when kind < 4 then 0 else 800 + 100 * (h % 30 + 1) end::bigint as micros
    from (select i, h, (h / 900 % 10)::int as kind from (select i, hashint8(i)::bigint & 2147483647 as h from generate_series(${first}::bigint, ${last}::bigint) i) hashed) kinds`;
}

const chargeSql = (part) => `
  insert into billing.charge (charge_id, business_id, owner_id, conversation_id, contact_id, number_id, message_id, lane, kind, category, template_name, template_language, template_version, market,
    requested_at, sent_at, delivered_at, currency, amount_micros, unit_price_micros, rule, policy_id, policy_version, rate_card_id, rate_card_version, illustrative,
    usage_topic, usage_partition, usage_offset, receipt_topic, receipt_partition, receipt_offset, catalog_offset, event_id, posted_at, source_partition)
  select business_id || '.c' || i / 5 || '.m' || i, business_id, 'owner', business_id || '.c' || i / 5, 'c' || i / 5, number_id, 'm' || i, 'api', case when template is null then 'free_form' else 'template' end,
    category, template, case when template is null then null else 'en_US' end, case when template is null then null else 1 end, market,
    at, at, at, 'USD', micros, micros, rule, 'P5', 1, case when micros = 0 then null else 'usd' end, case when micros = 0 then null else 1 end, false,
    'parley.usage.v1', 0, i, 'parley.conversations.v1', 0, i, 9, gen_random_uuid()::text, at, 0
  from (${drawn(part)}) d`;

/** Running sums by quarter-hour, as the fold makes them. */
function sumsSql(table, keys, part, where = 'true') {
  const columns = Object.keys(keys);
  return `
    insert into billing.${table} (${columns.join(', ')}, quarters, messages, micros, source_partition)
    select ${columns.join(', ')}, array_agg(quarter order by quarter), array_agg(messages::int order by quarter), case when bool_and(micros = 0) then '{}' else array_agg(micros::bigint order by quarter) end, 0
    from (
      select ${columns.join(', ')}, quarter, sum(sum(n)) over w as messages, sum(sum(micros)) over w as micros
      from (select ${Object.entries(keys).map(([column, value]) => `${value} as ${column}`).join(', ')}, ((at / 900000) % 96)::int as quarter, 1 as n, micros from (${drawn(part)}) d where ${where}) facets
      group by ${columns.join(', ')}, quarter window w as (partition by ${columns.join(', ')} order by quarter)
    ) sums group by ${columns.join(', ')}`;
}

const spendKeys = {
  business_id: 'business_id', utc_day: `(at / ${dayMs})::int`, market: 'market', category: 'category', number_id: 'number_id', template: `coalesce(template, '')`, lane: `'api'::text`, rule: 'rule',
  currency: `'USD'::text`, illustrative: 'false', free: 'd.micros = 0',
};
const lateKeys = { business_id: 'business_id', utc_day: `(at / ${dayMs})::int`, currency: `'USD'::text`, illustrative: 'false' };

/** Fills the tables: `charges` in all, over the days before `now`. The rows have no lane, so none is written again. */
export async function fillCharges(billing, { business, charges, now, progress }) {
  const [perDay, firstDay] = [Math.floor(charges / days), Math.floor(now / dayMs) - days + 1];
  for (let index = 0; index < days; index += 1) {
    const part = { business, day: firstDay + index, first: index * perDay + 1, last: (index + 1) * perDay };
    for (const sql of [chargeSql(part), sumsSql('spend_day', spendKeys, part), sumsSql('late_reply_day', lateKeys, part, 'kind = 4')]) await billing.query(sql);
    progress(`${((index + 1) * perDay).toLocaleString('en')} of ${charges.toLocaleString('en')} charges`);
  }
  await billing.query(`insert into billing.business select 'other' || i, 'owner', 'Other ' || i, 'Asia/Kolkata', 'USD', 0 from generate_series(0, ${otherBusinesses - 1}) i`);
  for (const table of ['charge', 'spend_day', 'late_reply_day', 'business']) await billing.query(`analyze billing.${table}`);
}

/** Twelve invoices of each business, of 40 lines each. */
export async function fillInvoices(billing, { business, now }) {
  const whose = `(select '${business}' as business_id union all select 'other' || i from generate_series(0, ${otherBusinesses - 1}) i) w, generate_series(1, 12) n`;
  await billing.query(`
    insert into billing.invoice select w.business_id || '-' || n, part, w.business_id, n, to_char(to_timestamp(${now} / 1000) - (13 - n) * interval '1 month', 'YYYY-MM'), 'USD', ${now} - (12 - n) * ${30 * dayMs}::bigint,
      false, 40, 400, 4000000, 0, 4000000, 'sum', gen_random_uuid()::text, 0, n, 9, 0
    from ${whose}, lateral (values (w.business_id), ('*')) parts(part)`);
  await billing.query(`
    insert into billing.invoice_line select w.business_id || '-' || n, line, w.business_id, 'usage', to_char(to_timestamp(${now} / 1000) - (13 - n) * interval '1 month', 'YYYY-MM'), 'Market ' || line % 20,
      case when line % 2 = 0 then 'utility' else 'marketing' end, null, '', 10, 100000, 'USD', false, 0
    from ${whose}, generate_series(1, 40) line`);
  for (const table of ['invoice', 'invoice_line']) await billing.query(`analyze billing.${table}`);
}

/** Open windows of the business, one a contact, over the 24 h before `now`, each with three stretches. */
export async function fillWindows(windows, { business, count, now }) {
  await windows.query(`
    insert into windows."window" (conversation_id, business_id, contact_id, last_inbound_at, closes_at, consent, source_partition)
    select '${business}.w' || i, '${business}', 'w' || i, ${now} - i * ${dayMs}::bigint / ${count}, ${now + dayMs} - i * ${dayMs}::bigint / ${count}, '{}', 0 from generate_series(1, ${count}) i`);
  await windows.query(`
    insert into windows.reply (conversation_id, number, business_id, contact_id, market, first_unanswered_at, last_inbound_at, source_partition)
    select w.conversation_id, n, w.business_id, w.contact_id, 'Market ' || hashtext(w.contact_id) % 30, w.last_inbound_at - 3600000 * (3 - n), w.last_inbound_at - 3600000 * (3 - n), 0 from windows."window" w, generate_series(1, 3) n`);
  for (const table of ['"window"', 'reply']) await windows.query(`analyze windows.${table}`);
}

/** That the rollups are the charges' sums: a figure of other rows would say nothing. */
export async function refuseOtherSums(billing) {
  const { rows } = await billing.query(`
    select (select count(*)::text || ' ' || sum(amount_micros)::text from billing.charge) as charges,
      (select sum(messages[cardinality(messages)])::text || ' ' || sum(coalesce(micros[cardinality(micros)], 0))::text from billing.spend_day) as spend`);
  if (rows[0].charges !== rows[0].spend) throw new Error(`the rollups are not the charges: ${JSON.stringify(rows[0])}`);
}
