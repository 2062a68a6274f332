// `npm run bench -- --views`: what each way of asking what was spent takes over many charges, over HTTP and in SQL.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { administer, openPostgres, platformRole, reportRole } from '@parley/bus-postgres';
import { cast, readPlatformSettings, services, startPlatform } from '@parley/platform';
import { startPostgres } from '@parley/testing/servers';
import { days, fillCharges, fillInvoices, fillWindows, refuseOtherSums } from './charges.mjs';
import { scaleOf } from './workload.mjs';

const folder = fileURLToPath(new URL('../../node_modules/.cache/parley/bench/', import.meta.url));

const help = `What was spent, asked over HTTP and in SQL, on a PostgreSQL started for it: median and p95 of each, plans kept.

  npm run bench -- --views                 10 M charges, nine in ten of one business, over 90 days
  npm run bench -- --views --scale 1M      a quick look (10k to 50M)
  npm run bench -- --views --times 20      how often each is asked (5 to 1000)
  npm run bench -- --views --json          the result as JSON on stdout

Needs PostgreSQL's programs, and some 1.2 GB of disk a million charges. Results with the plans are kept in node_modules/.cache/parley/bench/.`;

const dayMs = 86_400_000;
const business = cast.business.businessId;
const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);

function settings(args) {
  const { values } = parseArgs({
    args,
    options: { views: { type: 'boolean' }, scale: { type: 'string', default: '10M' }, times: { type: 'string', default: '20' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const times = Number(values.times);
  if (!(Number.isInteger(times) && times >= 5 && times <= 1_000)) throw new RangeError('--times: from 5 to 1000');
  return { ...values, times, charges: scaleOf(values.scale).events };
}

const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** What is asked over HTTP: name → path. */
function pathsAt(now) {
  const span = (back) => `from=${dayOf(now - back * dayMs)}&to=${dayOf(now)}`;
  return {
    'spend, 30 days by day': '/billing/v1/spend',
    'spend, 30 days by day and category': `/billing/v1/spend?${span(29)}&by=day,category`,
    'spend, 30 days by market, category, template, rule': `/billing/v1/spend?${span(29)}&by=market,category,template,rule`,
    'spend, 30 days by day, market, category, number': `/billing/v1/spend?${span(29)}&by=day,market,category,number`,
    'spend, 90 days by market': `/billing/v1/spend?${span(days - 1)}&by=market`,
    'spend, 90 days by day': `/billing/v1/spend?${span(days - 1)}&by=day`,
    'spend, 7 days by half-hour': `/billing/v1/spend?${span(6)}&by=half_hour`,
    'late-cost, 90 days': `/billing/v1/late-cost?${span(days - 1)}`,
    'charges, a page of 100': '/billing/v1/charges?limit=100',
    'charges, 1,000 of 30 days': `/billing/v1/charges?${span(29)}&limit=1000`,
    'charges, 1,000 of one day': `/billing/v1/charges?from=${dayOf(now - 40 * dayMs)}&to=${dayOf(now - 40 * dayMs)}&limit=1000`,
    'charges, 1,000 paid of one market, 30 days': `/billing/v1/charges?${span(29)}&market=Market%207&cost=paid&limit=1000`,
    'charges, 1,000 of template, number, category, lane, rule': `/billing/v1/charges?${span(29)}&template=template_8_1&number=number2&category=marketing&lane=api&rule=P5%2Ftemplate&limit=1000`,
    'charges, of a market that is rare, 90 days': `/billing/v1/charges?${span(days - 1)}&market=Iceland&limit=1000`,
    'charges, of a rule that is rare, 90 days': `/billing/v1/charges?${span(days - 1)}&rule=P5%2Fentry-point&limit=1000`,
    'charges, late in one hour of the week, 90 days': `/billing/v1/charges?${span(days - 1)}&lateHour=6-20&limit=1000`,
    'one charge': `/billing/v1/charges/${business}.c1.m7`,
    'open windows, 100 of 200,000': '/windows/v1/open',
  };
}

/** What a dashboard asks: name → query. */
const queries = {
  'spend_by_day, 30 days by day and category': `select day, category, sum(amount) from report_v1.spend_by_day where business_id = '${business}' and day > current_date - 30 group by 1, 2`,
  'spend_by_day, 90 days by market': `select market, sum(amount), sum(messages) from report_v1.spend_by_day where business_id = '${business}' group by 1`,
  'spend_by_day, all businesses, 90 days by day': 'select day, sum(amount) from report_v1.spend_by_day group by 1',
  'spend_by_day, all businesses, 30 days by day': 'select day, sum(amount) from report_v1.spend_by_day where day > current_date - 30 group by 1',
  'spend_by_day, markets of 30 days': `select distinct coalesce(market, '') from report_v1.spend_by_day where business_id = '${business}' and day > current_date - 30 order by 1`,
  'invoices, of one business': `select issued_at, number, month, total from report_v1.invoices where business_id = '${business}' order by issued_at desc limit 100`,
  'invoice_lines, 12 months by month and category': `select bill_month, kind, category, sum(amount) from report_v1.invoice_lines where business_id = '${business}' group by 1, 2, 3`,
  'late_replies, 90 days by hour of the week': `select weekday, hour, sum(late), sum(amount) from report_v1.late_replies where business_id = '${business}' group by 1, 2`,
  'charges, the latest 50': `select * from report_v1.charges where business_id = '${business}' and delivered_at > now() - interval '30 days' order by delivered_at desc limit 50`,
  'windows_open, by hours left': `select minutes_left / 60, count(*) from report_v1.windows_open where business_id = '${business}' group by 1`,
};

async function timed(times, ask) {
  const taken = [];
  for (let index = 0; index < times + 2; index += 1) {
    const startedAt = performance.now();
    await ask();
    if (index >= 2) taken.push(performance.now() - startedAt); // The first two fill caches, as whoever asked before has done.
  }
  taken.sort((a, b) => a - b);
  const at = (part) => Math.round(taken[Math.min(taken.length - 1, Math.ceil(taken.length * part) - 1)] * 10) / 10;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}

async function overHttp({ platform, administrator, log, now, times }) {
  const results = [];
  for (const [name, path] of Object.entries(pathsAt(now))) {
    say(`GET ${path}`);
    const ask = async () => {
      const answer = await fetch(platform.address + path, { headers: { Authorization: `Bearer ${platform.sandbox.apiKey}` } });
      const body = await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${body}`);
    };
    results.push({ over: 'HTTP', name, path, ...(await timed(times, ask)), plans: await plansBehind(administrator, log, ask) });
  }
  return results;
}

/** With PostgreSQL's own settings: a dashboard's connection is not one of ours. */
const asDashboard = (sql) => `set enable_seqscan = on; set jit = on; ${sql}`;

async function inSql(report, times) {
  const results = [];
  for (const [name, sql] of Object.entries(queries)) {
    say(name);
    const plan = (await report.query(asDashboard(`explain (analyze, buffers, format json) ${sql}`))).rows[0];
    results.push({ over: 'SQL', name, sql, ...(await timed(times, () => report.query(asDashboard(sql)))), plan: Object.values(plan)[0] });
  }
  return results;
}

/** The plans of the statements behind one request, as the server itself writes them into its log (auto_explain). */
async function plansBehind(administrator, log, ask) {
  const explain = async (ms) => {
    await administrator.query(`alter system set auto_explain.log_min_duration = ${ms}`);
    await administrator.query('select pg_reload_conf()');
    await new Promise((resolve) => setTimeout(resolve, 300)); // Every backend takes it up before its next statement, once it has heard of it.
  };
  await explain(0);
  const before = readFileSync(log, 'utf8').length;
  await ask();
  const written = readFileSync(log, 'utf8').slice(before);
  await explain(-1);
  const plans = written.split(/\n(?=\d{4}-\d\d-\d\d )/).filter((entry) => entry.includes('  plan:\n')).map((entry) => JSON.parse(entry.slice(entry.indexOf('plan:\n') + 6)));
  const asked = plans.filter((plan) => /"(spend_day|late_reply_day|charge|window)"/.test(plan['Query Text']));
  if (asked.length === 0) throw new Error(`the server wrote ${plans.length} plans down, and none of the question's`);
  return asked;
}

function table(results) {
  const heads = ['', 'asked', 'median ms', 'p95 ms'];
  const rows = results.map(({ over, name, medianMs, p95Ms }) => [over, name, medianMs.toFixed(1), p95Ms.toFixed(1)]);
  const widths = heads.map((head, column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  return [heads, ...rows].map((row) => row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}

const machine = () => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

/** Less than the tables at 10 M charges: not everything is in memory. */
const config = {
  shared_buffers: '512MB', work_mem: '32MB', max_wal_size: '4GB', shared_preload_libraries: 'auto_explain',
  'auto_explain.log_analyze': 'on', 'auto_explain.log_buffers': 'on', 'auto_explain.log_format': 'json',
};

async function measure({ scale, charges, times }) {
  const place = mkdtempSync(join(tmpdir(), 'parley-views-'));
  chmodSync(place, 0o755); // The server runs as another user where we are root.
  const server = await startPostgres({ folder: join(place, 'postgres'), config });
  if ('unavailable' in server) throw new Error(`there is no PostgreSQL: ${server.unavailable}`);
  const address = (role) => Object.assign(new URL(server.url), { username: role }).href;
  const administrator = await openPostgres(server.url, { poolSize: 1 });
  let platform;
  try {
    await administer(administrator, { services: services.map(({ name }) => name) });
    const environment = { PARLEY_DATA: join(place, 'data'), PARLEY_PORT: '0', PARLEY_DATABASE_URL: address(platformRole), PARLEY_LOG_LEVEL: 'error' };
    platform = await startPlatform({ settings: readPlatformSettings(environment) });
    const now = Date.now();
    const filledAt = performance.now();
    await fillCharges(administrator, { business, charges, now, progress: say });
    await refuseOtherSums(administrator);
    await fillInvoices(administrator, { business, now });
    await fillWindows(administrator, { business, count: 200_000, now });
    const fillSeconds = Math.round((performance.now() - filledAt) / 1_000);
    const report = await openPostgres(address(reportRole), { poolSize: 1 });
    const results = [...(await overHttp({ platform, administrator, log: join(place, 'postgres', 'postgres.log'), now, times })), ...(await inSql(report, times))];
    await report.close();
    const { rows: sizes } = await administrator.query(`select relname as table, reltuples::bigint as rows, pg_total_relation_size(oid) as bytes from pg_class where relnamespace = 'billing'::regnamespace and relname in ('charge', 'spend_day', 'late_reply_day') order by 1`);
    return { at: new Date().toISOString(), machine: machine(), scale, charges, days, times, fillSeconds, sizes, results };
  } finally {
    await platform?.stop(5_000);
    await administrator.close();
    await server.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

function print({ scale, sizes, results, times }) {
  console.log(`What was spent, asked of ${scale} charges over ${days} days, nine in ten of one business; ${times} times each; ${machine()}`);
  console.log(table(results));
  for (const { table: name, rows, bytes } of sizes) console.log(`${name}: ${Number(rows).toLocaleString('en')} rows, ${Math.round(Number(bytes) / 2 ** 20).toLocaleString('en')} MB`);
}

/** @param args the command line behind the program's name. */
export async function measureViews(args) {
  const given = settings(args);
  if (given.help) return console.log(help);
  mkdirSync(folder, { recursive: true });
  const result = await measure(given);
  writeFileSync(join(folder, `views-${given.scale}.json`), JSON.stringify(result, null, 2));
  say('');
  if (given.json) console.log(JSON.stringify(result));
  else print(result);
}
