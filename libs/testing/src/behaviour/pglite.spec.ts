import { afterAll, beforeAll } from '@jest/globals';
import { lowerPglite, openPglite, pgliteSuperuser, platformRole, type Database } from '@parley/bus-postgres';
import { DataSource } from 'typeorm';
import { databaseBehaviour } from './database.js';
import { embeddedBehaviour } from './embedded.js';
import { laneStoreBehaviour } from './lane-store.js';
import { logBehaviour } from './log.js';
import { PostgresSubjects } from './postgres.js';
import { slotStoreBehaviour } from './slot-store.js';
import { tenancyBehaviour, type OpenTenancy } from './tenancy.js';
import { driverBehaviour } from './typeorm.js';

let database: Database;
let subjects: PostgresSubjects;
let walled: PostgresSubjects;
beforeAll(async () => {
  database = await openPglite({ memory: true });
  subjects = new PostgresSubjects([database, database]);
  walled = new PostgresSubjects([database, database], true);
});
afterAll(() => database?.close());

logBehaviour({ name: 'the embedded log on PGlite', has: { other: true, forget: true }, open: () => subjects.log() });
for (const [name, embedded] of [['PGlite', false], ['PGlite with the embedded log', true]] as const) {
  laneStoreBehaviour({ name, typed: true, open: () => subjects.laneStore(embedded) });
  slotStoreBehaviour({ name, open: () => subjects.slotStore(embedded) });
  laneStoreBehaviour({ name: `${name}, behind row-level security`, typed: true, open: () => walled.laneStore(embedded) });
  slotStoreBehaviour({ name: `${name}, behind row-level security`, open: () => walled.slotStore(embedded) });
}
embeddedBehaviour({ name: 'PGlite', server: false, open: () => [database, database, subjects] });
databaseBehaviour({ name: 'PGlite', open: () => openPglite({ memory: true }) });
driverBehaviour({ name: 'PGlite', dataSource: DataSource, open: () => openPglite({ memory: true }) });

let login: Promise<Database> | undefined;
/** Each time the same one, made ready again: PGlite has nothing besides its one session. */
async function openTenancy(services: readonly string[]): Promise<OpenTenancy> {
  const first = login === undefined;
  const opened = await (login ??= openPglite({ memory: true }));
  const administrate = async (sql: string): Promise<void> => void (await opened.query(`set session authorization ${pgliteSuperuser}; ${sql}; set session authorization ${platformRole}`));
  if (!first) await opened.query(`set session authorization ${pgliteSuperuser}`);
  for (const service of services) await lowerPglite(opened, service);
  return { login: opened, administrate, close: async () => (first ? opened.close() : undefined) };
}
tenancyBehaviour({ name: 'PGlite', open: openTenancy });
