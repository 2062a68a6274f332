import { EmbeddedLog, laneTablesSql, logTablesSql, lowerPglite, openPglite, ownerRole, pgliteSuperuser, projectionTableSql, type Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { perform } from '../story/performance.js';
import type { VirtualLog } from '../story/virtual-log.js';
import { services } from './services.js';

/** A database in memory with the tables of a platform, and nothing in them. */
export async function emptyDatabase(): Promise<Database> {
  const database = await openPglite({ memory: true });
  await makeTables(database);
  return database;
}

/** The same with everything on its log that happens in the story. Its lanes never ran. */
export async function filledDatabase(): Promise<Database> {
  const database = await emptyDatabase();
  const { platform } = await perform();
  await copyLog(platform.log, database);
  return database;
}

export async function makeTables(database: Database): Promise<void> {
  for (const { name } of services) await lowerPglite(database, name);
  await database.as({ role: ownerRole('log') }).query(logTablesSql());
  for (const { name, topologies } of services) {
    const owner = database.as({ role: ownerRole(name) });
    await owner.query(laneTablesSql(name));
    for (const table of topologies.flatMap(({ tables }) => tables)) await owner.query(projectionTableSql(name, table));
  }
  await database.query(`set session authorization ${pgliteSuperuser}`); // As a folder is opened.
}

async function copyLog(from: VirtualLog, database: Database): Promise<void> {
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock: Date.now });
  for (const { name, partitions } of topics) {
    for (let partition = 0; partition < partitions; partition += 1) {
      await log.append({ topic: name, partition, records: from.records(name, partition) });
    }
  }
  await log.close();
}
