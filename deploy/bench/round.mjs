// One round: a broker and a database of its own, the input loaded, one program run to its end, its outcome read back.
import { KafkaAdmin, KafkaLog, topicConfig } from '@parley/bus-kafka';
import { laneTablesSql, openPostgres, projectionTableSql } from '@parley/bus-postgres';
import { startKafka, startPostgres } from '@parley/testing/servers';
import { loadInput } from './input.mjs';
import { services } from './line.mjs';
import { outcomeOn } from './outcome.mjs';
import { Watch } from './processes.mjs';
import { catalog, conversations, ledger, partitions, usage } from './workload.mjs';

export const topics = [catalog, conversations, usage, ledger].map((name) => ({ name, partitions: name === catalog ? 1 : partitions, retentionMs: null }));

function available(server, what) {
  if ('unavailable' in server) throw new Error(`${what}: ${server.unavailable}`);
  return server;
}

async function withBroker(use) {
  const kafka = available(await startKafka({ own: true, optimized: true, heapMb: 1_024 }), 'Kafka');
  try {
    const admin = await KafkaAdmin.open(kafka.connection());
    await admin.apply({ create: topics.map((topic) => ({ ...topic, config: topicConfig(topic, 1) })), alter: [] }, 1);
    await admin.close();
    const log = await KafkaLog.open(kafka.connection(), { topics, clock: Date.now });
    try {
      return await use(kafka, log);
    } finally {
      await log.close();
    }
  } finally {
    await kafka.stop();
  }
}

async function withDatabase(use) {
  const postgres = available(await startPostgres({ own: true }), 'PostgreSQL');
  try {
    const database = await openPostgres(postgres.url);
    for (const { schema, topology } of services) {
      for (const sql of [laneTablesSql(schema), ...topology.tables.map((table) => projectionTableSql(schema, table))].flat()) await database.query(sql);
    }
    await database.close();
    return await use(postgres);
  } finally {
    await postgres.stop();
  }
}

/** @param start the children of this round, given where broker and database are and how many records there are to process. */
export async function runRound({ input, timeoutMs, needsDatabase, start, progress }) {
  const run = (postgres) => withBroker(async (kafka, log) => {
    progress('loading the input');
    const loaded = await loadInput(input, log);
    const inputs = loaded[conversations] + loaded[usage];
    const children = start({ brokers: kafka.brokers, databaseUrl: postgres?.url, inputs });
    await Promise.all(children.map((child) => child.ready()));
    progress('running');
    const watch = new Watch({ ...Object.fromEntries(children.map(({ pid }, index) => [`program ${index}`, pid])), broker: kafka.pid, ...(postgres && { postgres: postgres.pid }) });
    const begunAt = performance.now();
    for (const child of children) child.go();
    const results = await Promise.all(children.map((child) => child.result(timeoutMs)));
    const wallMs = performance.now() - begunAt;
    const taken = watch.end();
    progress('reading the outcome');
    return { inputs, ms: Math.max(...results.map(({ ms }) => ms)), wallMs, results, ...taken, outcome: await outcomeOn(log) };
  });
  return needsDatabase ? withDatabase(run) : run(undefined);
}
