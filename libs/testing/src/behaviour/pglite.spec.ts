import { afterAll, beforeAll } from '@jest/globals';
import { openPglite, type Database } from '@parley/bus-postgres';
import { DataSource } from 'typeorm';
import { databaseBehaviour } from './database.js';
import { embeddedBehaviour } from './embedded.js';
import { laneStoreBehaviour } from './lane-store.js';
import { logBehaviour } from './log.js';
import { PostgresSubjects } from './postgres.js';
import { slotStoreBehaviour } from './slot-store.js';
import { driverBehaviour } from './typeorm.js';

let database: Database;
let subjects: PostgresSubjects;
beforeAll(async () => {
  database = await openPglite({ memory: true });
  subjects = new PostgresSubjects([database, database]);
});
afterAll(() => database?.close());

logBehaviour({ name: 'the embedded log on PGlite', has: { other: true, forget: true }, open: () => subjects.log() });
for (const [name, embedded] of [['PGlite', false], ['PGlite with the embedded log', true]] as const) {
  laneStoreBehaviour({ name, typed: true, open: () => subjects.laneStore(embedded) });
  slotStoreBehaviour({ name, open: () => subjects.slotStore(embedded) });
}
embeddedBehaviour({ name: 'PGlite', server: false, open: () => [database, database, subjects] });
databaseBehaviour({ name: 'PGlite', open: () => openPglite({ memory: true }) });
driverBehaviour({ name: 'PGlite', dataSource: DataSource, open: () => openPglite({ memory: true }) });
