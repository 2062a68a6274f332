import { KafkaAdmin, KafkaLog, mismatches, planTopics, TopicsError } from '@parley/bus-kafka';
import type { KafkaSettings } from '@parley/bus-kafka';
import { EmbeddedLog, LaneLeases, meetTopics, ownerRole, PostgresLaneStore, PostgresSlotStore } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { messageOf } from '@parley/bus';
import type { Log } from '@parley/bus';
import { TOPICS, TOPIC_NAMES } from '@parley/contracts';
import type { CatalogFold, Instant } from '@parley/contracts';
import type { Random } from '@parley/crypto';
import { serviceDataSource } from '../database/data-source.js';
import { LogTables1763900000000 } from '../database/lane-tables.js';
import { admitLogin } from '../database/login.js';
import { everyLane, LeasedLanes } from '../lanes/assignment.js';
import { sleep } from '../lanes/supervised.js';
import { StartError } from './explain.js';
import { Runtime } from './runtime.js';
import type { ServiceDefinition } from './service.js';
import { topicsOf } from './topics.js';

export interface OpenOptions<Catalog> {
  readonly database: Database;
  readonly services: readonly ServiceDefinition[];
  readonly fold: CatalogFold<Catalog>;
  readonly serviceKey: Uint8Array;
  /** Who we are among the processes of a service. */
  readonly holder: string;
  /** Whether other processes run the same services: lanes are shared with them. Otherwise every lane is ours. */
  readonly shared?: boolean;
  readonly slots: number;
  clock(): Instant;
  newId(): string;
  readonly random: Random;
}

export type Layout = 'embedded' | 'cluster';

export interface KafkaOptions<Catalog> extends OpenOptions<Catalog> {
  readonly kafka: KafkaSettings;
  /** Which of the numbers of partitions the topics were made with. */
  readonly layout: Layout;
  log(line: string): void;
}

const trimEveryMs = 3_600_000;

/** A runtime whose log is in the database: makes the log's tables, opens it, reads the catalog. */
export async function openEmbedded<Catalog>(options: OpenOptions<Catalog>): Promise<Runtime<Catalog>> {
  const { database, clock } = options;
  await admit(options);
  const tables = await serviceDataSource({ database, schema: 'log', entities: [], migrations: [LogTables1763900000000] });
  await tables.destroy();
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock });
  const runtime = runtimeOn(options, { log, embedded: { log }, meet: async () => undefined, closeLog: () => log.close() });
  runtime.repeat('removing what topics need not keep', trimEveryMs, () => log.trim());
  await runtime.open();
  return runtime;
}

/** Before anything else is tried: a login that is refused is refused in one line. */
async function admit({ database, services }: Pick<OpenOptions<unknown>, 'database' | 'services'>): Promise<void> {
  for (const { name } of services) await admitLogin(database, name);
}

/** A runtime whose log is on Kafka: checks the topics it uses, connects, reads the catalog. Throws StartError with the fix where it cannot. */
export async function openOnKafka<Catalog>(options: KafkaOptions<Catalog>): Promise<Runtime<Catalog>> {
  const { database, services, kafka, layout, clock, log: say } = options;
  await admit(options);
  const topics = topicsOf(services).map((name) => ({ name, partitions: TOPICS[name].partitions[layout], retentionMs: TOPICS[name].retentionMs }));
  const log = await connected(kafka, async () => {
    const admin = await KafkaAdmin.open(kafka);
    try {
      const lines = mismatches(planTopics(topics, await admin.topics(topics), 1));
      if (lines.length > 0) throw new TopicsError(lines);
    } finally {
      await admin.close();
    }
    return KafkaLog.open(kafka, { topics, clock, report: say });
  });
  const meet = async (schema: string): Promise<void> => {
    const others = await meetTopics(database.as({ role: ownerRole(schema) }), schema, topics.map(({ name }) => ({ topic: name, id: log.topicId(name) })));
    if (others.length === 0) return;
    throw new StartError(
      `${others.map(({ topic }) => topic).join(', ')} on this cluster is another topic than the one this database goes with: it was deleted and made anew, or PARLEY_KAFKA or PARLEY_DATABASE_URL is of another installation. Correct the setting, restore the topic, or begin with an empty database.`,
    );
  };
  const runtime = runtimeOn(options, { log, embedded: {}, meet, closeLog: () => log.close() });
  try {
    await runtime.open();
    return runtime;
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

interface OnLog {
  readonly log: Log;
  readonly embedded: { readonly log?: EmbeddedLog };
  meet(schema: string): Promise<void>;
  closeLog(): Promise<void>;
}

function runtimeOn<Catalog>({ shared = false, ...options }: OpenOptions<Catalog>, { embedded, ...onLog }: OnLog): Runtime<Catalog> {
  const { database, services, holder } = options;
  const runner = (schema: string): Database => database.as({ role: ownerRole(schema) });
  const runtime: Runtime<Catalog> = new Runtime({
    ...options,
    ...onLog,
    sleep,
    laneStore: (schema) => {
      const topologies = services.find(({ name }) => name === schema)?.topologies ?? [];
      return new PostgresLaneStore(runner(schema), { schema, topologies, ...embedded });
    },
    slotStore: (schema) => new PostgresSlotStore(runner(schema), { schema, ...embedded }),
    assignment: (schema) => (shared ? new LeasedLanes({ leases: new LaneLeases(runner(schema), schema), holder, sleep, log: (line) => runtime.warn(line) }) : everyLane),
  });
  return runtime;
}

async function connected<T>({ brokers, sasl }: KafkaSettings, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (error instanceof TopicsError) throw new StartError(`The topics on Kafka are not as they have to be:\n${error.lines.map((line) => `  - ${line}`).join('\n')}`);
    if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) throw error;
    const login = error.name.includes('SASL') || /authenticat/i.test(error.message);
    if (login) throw new StartError(`Kafka at ${brokers.join(', ')} refuses the login${sasl ? ` ${sasl.username}` : ''}. Correct PARLEY_KAFKA_USER, PARLEY_KAFKA_PASSWORD and PARLEY_KAFKA_MECHANISM.`);
    throw new StartError(`Kafka does not answer at ${brokers.join(', ')} (${messageOf(error)}). Check that it runs, PARLEY_KAFKA, and whether it wants TLS (PARLEY_KAFKA_CA).`);
  }
}
