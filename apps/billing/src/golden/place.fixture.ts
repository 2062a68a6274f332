import { MemoryLog, MemoryStore, type Log, type RebuildStore } from '@parley/bus';
import { administer, EmbeddedLog, lowerPglite, openPglite, openPostgres, ownerRole, platformRole, PostgresLaneStore, type Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS, type TopicName } from '@parley/contracts';
import { LogTables1763900000000, serviceDataSource, type Rows } from '@parley/service';
import { billing } from '../billing.module.js';
import { openSchema } from '../projections/ledger.fixture.js';

/** A log and billing's lanes upon it, both empty. */
export interface Place {
  readonly log: Log;
  readonly store: RebuildStore;
  /** How often it may be looked at without being in the way. */
  readonly pollMs: number;
  close(): Promise<void>;
}

const partitionsOf = (topic: TopicName): number => TOPICS[topic].partitions.embedded;

/** @param appendsInCommit as the embedded log does; else commit and append are two steps, as with Kafka. */
export function memoryPlace(appendsInCommit = false): Place & { readonly log: MemoryLog } {
  const log = new MemoryLog(partitionsOf);
  return { log, store: new MemoryStore(appendsInCommit ? log : undefined), pollMs: 1, close: async () => undefined };
}

/** The database of a platform with billing's own schema in it. */
export interface Books {
  readonly rows: Rows;
  /** The same database, emptied. */
  emptied(appendsInCommit: boolean): Promise<Place>;
  close(): Promise<void>;
}

export async function booksOnPglite(): Promise<Books> {
  const database = await openPglite({ memory: true });
  for (const schema of ['log', 'billing']) await lowerPglite(database, schema);
  return booksIn(database);
}

/** @param url of an empty database, as its superuser. */
export async function booksOnServer(url: string): Promise<Books> {
  const administrator = await openPostgres(url);
  await administer(administrator, { services: ['billing'] });
  await administrator.close();
  const login = new URL(url);
  login.username = platformRole;
  return booksIn(await openPostgres(login.href));
}

async function booksIn(database: Database): Promise<Books> {
  const tables = await serviceDataSource({ database, schema: 'log', entities: [], migrations: [LogTables1763900000000] });
  await tables.destroy();
  const schema = await openSchema(database);
  return { rows: schema.rows, close: schema.close, emptied: (appendsInCommit) => emptied(database, appendsInCommit) };
}

async function emptied(database: Database, appendsInCommit: boolean): Promise<Place> {
  const owner = database.as({ role: ownerRole('billing') });
  const tables = billing.topologies.flatMap(({ tables: own }) => own.map(({ name }) => name));
  await owner.query(`truncate ${['lane', 'state', 'timer', 'waiting', 'redrive', 'balance', 'tally', ...tables].map((name) => `billing.${name}`).join()}`);
  await database.as({ role: ownerRole('log') }).query('truncate log.batch, log.head');
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: partitionsOf(name), retentionMs: null }));
  const log = await EmbeddedLog.open(database, { topics, clock: Date.now });
  const store = new PostgresLaneStore(owner, { schema: 'billing', topologies: billing.topologies, ...(appendsInCommit && { log }) });
  return { log, store, pollMs: 10, close: () => log.close() };
}
