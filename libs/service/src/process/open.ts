import { EmbeddedLog, PostgresLaneStore, PostgresSlotStore } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { TOPICS, TOPIC_NAMES } from '@parley/contracts';
import type { CatalogFold, Instant } from '@parley/contracts';
import type { Random } from '@parley/crypto';
import { serviceDataSource } from '../database/data-source.js';
import { LogTables1763900000000 } from '../database/lane-tables.js';
import { sleep } from '../lanes/supervised.js';
import { Runtime } from './runtime.js';
import type { ServiceDefinition } from './service.js';

export interface EmbeddedOptions<Catalog> {
  readonly database: Database;
  readonly services: readonly ServiceDefinition[];
  readonly fold: CatalogFold<Catalog>;
  readonly serviceKey: Uint8Array;
  readonly holder: string;
  readonly slots: number;
  clock(): Instant;
  newId(): string;
  readonly random: Random;
}

const trimEveryMs = 3_600_000;

/** A runtime whose log is in the database: makes the log's tables, opens it, reads the catalog. */
export async function openEmbedded<Catalog>({ database, services, ...options }: EmbeddedOptions<Catalog>): Promise<Runtime<Catalog>> {
  const tables = await serviceDataSource({ database, schema: 'log', entities: [], migrations: [LogTables1763900000000] });
  await tables.destroy();
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock: options.clock });
  const runtime = new Runtime({
    ...options,
    database,
    log,
    sleep,
    laneStore: (schema) => {
      const topologies = services.find(({ name }) => name === schema)?.topologies ?? [];
      return new PostgresLaneStore(database, { schema, topologies, log });
    },
    slotStore: (schema) => new PostgresSlotStore(database, { schema, log }),
    closeLog: () => log.close(),
  });
  runtime.repeat('removing what topics need not keep', trimEveryMs, () => log.trim());
  await runtime.open();
  return runtime;
}
