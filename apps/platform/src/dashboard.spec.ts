import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { administer, openPglite, openPostgres, platformRole, reportRole, ownerRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { laneMigrations, serviceDataSource } from '@parley/service';
import { caseUnless, startPostgres } from '@parley/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { conservationByPartitionSql, conservationSql, residualSql } from './conservation/conservation.js';
import { services } from './services.js';

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly datasource: object; readonly targets: readonly { readonly rawSql: string; readonly format: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string; readonly multi: boolean }[] };
}

const folder = new URL('../../../deploy/grafana/dashboards/', import.meta.url);
const dashboards = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Dashboard);
const dayMs = 86_400_000;
const now = Date.now();
const range = { from: `'${new Date(now - 30 * dayMs).toISOString()}'`, to: `'${new Date(now + dayMs).toISOString()}'` };
const quoted = (values: readonly string[]): string => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',');

/** What Grafana makes of a query before it sends it. Throws where something is left that the database would not know. */
function filled(sql: string, variables: ReadonlyMap<string, readonly string[]>): string {
  const result = sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, (_, column: string) => `${column} BETWEEN ${range.from} AND ${range.to}`)
    .replaceAll('$__timeFrom()', range.from)
    .replaceAll('$__timeTo()', range.to)
    .replaceAll(/\$\{(\w+):sqlstring\}/g, (whole, name: string) => (variables.has(name) ? quoted(variables.get(name)!) : whole));
  if (result.includes('$')) throw new Error(`not filled in: ${/\$.{0,30}/.exec(result)![0]}`);
  return result;
}

async function fill(database: Database): Promise<void> {
  const day = Math.floor(now / dayMs) - 2;
  await database.as({ role: ownerRole('billing') }).query(`
    insert into billing.business values ('acme', 'group', 'Acme''s', 'Europe/Berlin', 'USD', 0), ('rival', 'others', 'Rival', 'UTC', 'EUR', 0);
    insert into billing.spend_day values ('acme', ${day}, 'Brazil', 'service', 'main', '', 'api', 'S0/late-free-form', 'USD', false, false, '{40}', '{2}', '{110000}', 0),
      ('acme', ${day}, '', '', '', '', '', 'adjustment', 'USD', false, false, '{40}', '{0}', '{-10000}', 0), ('acme', ${day}, 'India', 'service', 'main', '', 'api', 'S0/inside-window', 'USD', false, true, '{40}', '{6}', '{}', 0);
    insert into billing.late_reply_day values ('acme', ${day}, 'USD', false, '{40}', '{2}', '{110000}', 0);
    insert into billing.invoice values ('g-1', 'acme', 'group', 1, '2026-01', 'USD', ${now - dayMs}, false, 1, 2, 110000, 0, 110000, 'sum', 'e', 0, 9, 3, 0), ('g-1', '*', 'group', 1, '2026-01', 'USD', ${now - dayMs}, false, 1, 2, 110000, 0, 110000, 'sum', 'e', 0, 9, 3, 0);
    insert into billing.invoice_line values ('g-1', 1, 'acme', 'usage', '2026-01', 'Brazil', 'service', null, '', 2, 110000, 'USD', false, 0);`);
  await database.as({ role: ownerRole('billing') }).query(`insert into billing.tally values ('billing/0', 'acme', 'charged', 2)`);
  await database.as({ role: ownerRole('delivery') }).query(`insert into delivery.tally values ('feed/0', 'acme', 'accepted', 3), ('delivery/0', 'acme', 'sent', 3), ('delivery/0', 'acme', 'arrived', 2)`);
  await database.as({ role: ownerRole('windows') }).query(`insert into windows.tally values ('windows/0', 'acme', 'admitted', 3)`);
  await database.as({ role: ownerRole('windows') }).query(`insert into windows."window" (conversation_id, business_id, contact_id, last_inbound_at, closes_at, consent, source_partition)
    values ('acme.c1', 'acme', 'c1', ${now}, ${now + dayMs / 2}, '{}', 0)`);
}

const server = await startPostgres();
const missing = 'unavailable' in server ? server.unavailable : undefined;
const loginAs = (role: string): Promise<Database> => openPostgres(Object.assign(new URL('url' in server ? server.url : ''), { username: role }).href);

async function openOnServer(): Promise<Database> {
  const administrator = await openPostgres('url' in server ? server.url : '');
  await administer(administrator, { services: services.map(({ name }) => name) });
  await administrator.close();
  return loginAs(platformRole);
}

afterAll(async () => {
  if ('stop' in server) await server.stop();
});

const databases = [
  { name: 'PGlite', skip: undefined, open: () => openPglite({ memory: true }), dashboard: async (platform: Database) => (await platform.query('set session authorization postgres'), platform.as({ role: reportRole })) },
  { name: 'a PostgreSQL server', skip: missing, open: openOnServer, dashboard: () => loginAs(reportRole) },
];

describe.each(databases)('the dashboards on $name', ({ skip, open, dashboard }) => {
  let platform: Database;
  let database: Database;
  const variables = new Map<string, readonly string[]>();

  beforeAll(async () => {
    if (skip !== undefined) return;
    platform = await open();
    for (const { name, entities, migrations } of services) await (await serviceDataSource({ database: platform, schema: name, entities, migrations: [...laneMigrations(name), ...migrations] })).destroy();
    await fill(platform);
    database = await dashboard(platform);
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    if (database !== platform) await platform?.close();
  });

  const rowsOf = async (sql: string): Promise<readonly { readonly [column: string]: unknown }[]> => (await database.query(filled(sql, variables))).rows;

  caseUnless(skip, 'have choices to make, in the order in which they follow from one another', async () => {
    for (const { templating } of dashboards) {
      for (const { name, query, multi } of templating.list) {
        const values = (await rowsOf(query)).map((row) => String(row['__value'] ?? Object.values(row)[0]));
        variables.set(name, multi ? values : ['USD']);
      }
    }
    expect([...variables]).toEqual([['business', ['acme', 'rival']], ['currency', ['USD']], ['market', ['', 'Brazil', 'India']]]);
  });

  caseUnless(skip, 'have queries that all answer, from the views of the contract', async () => {
    const answers = new Map<string, unknown>();
    for (const { panels } of dashboards) {
      for (const { title, targets, datasource } of panels) {
        expect([title, datasource]).toEqual([title, { type: 'grafana-postgresql-datasource', uid: 'parley' }]);
        for (const { rawSql, format } of targets) {
          const rows = await rowsOf(rawSql);
          answers.set(title, rows[0]);
          if (format === 'time_series') expect([title, rows[0]!['time'] instanceof Date]).toEqual([title, true]);
          // All have something to show here, but the charges themselves, of which there is no row.
          expect([title, rows.length > 0]).toEqual([title, title !== 'Latest charges']);
        }
      }
    }
    expect(Number((answers.get('Spent') as { spent: string }).spent)).toBe(0.1);
    expect(Number((answers.get('Free of them') as { free: string }).free)).toBe(0.75);
    // Of three that were sent one has neither arrived nor a row that shows it.
    expect(answers.get('Unaccounted for')).toEqual({ residual: 1 });
    expect(answers.get('By business')).toMatchObject({ businessId: 'acme', accepted: '3', charged: '2', residual: '1' });
    expect(answers.get('Invoices')).toMatchObject({ number: expect.anything(), business_id: 'acme', month: '2026-01', charges: expect.anything() });
    expect(answers.get('By template')).toMatchObject({ template: 'free text', rule: 'S0/late-free-form' });
  });

  caseUnless(skip, 'have an alert that asks what the dashboard shows', async () => {
    const alert = readFileSync(new URL('../provisioning/alerting/conservation.yaml', folder), 'utf8');
    expect(alert).toContain(residualSql.replaceAll(/\s+/g, ' ').trim());
    const shown = dashboards.flatMap(({ panels }) => panels).find(({ title }) => title === 'Unaccounted for')!;
    expect(alert).toContain(shown.targets[0]!.rawSql);
  });

  caseUnless(skip, 'ask for the books of messages as the platform does', async () => {
    const shown = new Map(dashboards.flatMap(({ panels }) => panels.map(({ title, targets }) => [title, targets[0]!.rawSql])));
    const asked = [['Unaccounted for', residualSql], ['By business', conservationSql], ['By partition of the conversations', conservationByPartitionSql]] as const;
    for (const [title, sql] of asked) expect([title, shown.get(title)]).toEqual([title, sql.replaceAll(/\s+/g, ' ').trim()]);
  });
});
