import { afterAll, beforeAll } from '@jest/globals';
import { administer, openPostgres, platformRole, type Database } from '@parley/bus-postgres';
import { DataSource } from 'typeorm';
import { startPostgres } from '../postgres/start.js';
import { databaseBehaviour } from './database.js';
import { embeddedBehaviour } from './embedded.js';
import { laneStoreBehaviour } from './lane-store.js';
import { logBehaviour } from './log.js';
import { PostgresSubjects } from './postgres.js';
import { slotStoreBehaviour } from './slot-store.js';
import { tenancyBehaviour, type OpenTenancy } from './tenancy.js';
import { driverBehaviour } from './typeorm.js';

// Before the cases are declared: where no server can be started they are counted as skipped, with the reason.
const server = await startPostgres();
const skip = 'unavailable' in server ? server.unavailable : undefined;

let databases: readonly Database[] = [];
let subjects: PostgresSubjects;
let walled: PostgresSubjects;
beforeAll(async () => {
  if ('unavailable' in server) return;
  const [one, two] = [await openPostgres(server.url, { idleInTransactionMs: 500 }), await openPostgres(server.url)];
  databases = [one, two];
  subjects = new PostgresSubjects([one, two]);
  walled = new PostgresSubjects([one, two], true);
});
afterAll(async () => {
  for (const database of databases) await database.close();
  if ('stop' in server) await server.stop();
});

const open = (): Promise<Database> => openPostgres('url' in server ? server.url : '');
const reason = skip === undefined ? {} : { skip };
logBehaviour({ ...reason, name: 'the embedded log on a PostgreSQL server', has: { other: true, forget: true }, open: () => subjects.log() });
for (const [name, embedded] of [['a PostgreSQL server', false], ['a PostgreSQL server with the embedded log', true]] as const) {
  laneStoreBehaviour({ ...reason, name, typed: true, open: () => subjects.laneStore(embedded) });
  slotStoreBehaviour({ ...reason, name, open: () => subjects.slotStore(embedded) });
  laneStoreBehaviour({ ...reason, name: `${name}, behind row-level security`, typed: true, open: () => walled.laneStore(embedded) });
  slotStoreBehaviour({ ...reason, name: `${name}, behind row-level security`, open: () => walled.slotStore(embedded) });
}
embeddedBehaviour({ ...reason, name: 'a PostgreSQL server', server: true, open: () => [databases[0]!, databases[1]!, subjects] });
databaseBehaviour({ ...reason, name: 'a PostgreSQL server', open });
driverBehaviour({ ...reason, name: 'a PostgreSQL server', dataSource: DataSource, open });

async function openTenancy(services: readonly string[]): Promise<OpenTenancy> {
  const url = new URL('url' in server ? server.url : '');
  const administrator = await openPostgres(url.href);
  await administer(administrator, { services });
  url.username = platformRole;
  const login = await openPostgres(url.href);
  const close = async (): Promise<void> => void (await Promise.all([login.close(), administrator.close()]));
  return { login, administrate: async (sql) => void (await administrator.query(sql)), close };
}
tenancyBehaviour({ ...reason, name: 'a PostgreSQL server', open: openTenancy });
