// A process to be killed: one HTTP slot and the lanes of windows, with commit and append as two steps.
// node line-process.js PLACE run KILL_BEFORE_APPEND | PLACE report
// PLACE: a folder (PGlite, with its log), or {"brokers", "url"} as JSON (Kafka and PostgreSQL).
import { CatalogView, createCodec, HttpSlot, runLane, type Append, type Log, type RunnerPorts } from '@parley/bus';
import { KafkaAdmin, KafkaLog, planTopics } from '@parley/bus-kafka';
import { EmbeddedLog, laneTablesSql, logTablesSql, openPglite, openPostgres, PostgresLaneStore, PostgresSlotStore, projectionTableSql, type Database } from '@parley/bus-postgres';
import { conversationIdOf, TOPIC_NAMES, TOPICS, type BusinessId, type ContactId, type Message, type MessageId, type NumberId, type Output, type OwnerId } from '@parley/contracts';
import { catalogFold, windowsTopology } from '@parley/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogOutputs } from '../simulation/catalog-workload.js';

const schema = 'line';
const conversations = 'parley.conversations.v1';
const requestCount = 40;

interface Place {
  readonly database: Database;
  readonly log: Log & { close(): Promise<void> };
}

const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: null }));

async function open(place: string): Promise<Place> {
  if (place.startsWith('{')) return openServers(JSON.parse(place) as { brokers: string; url: string });
  const database = await openPglite({ folder: place });
  await makeTables(database, logTablesSql());
  return { database, log: await EmbeddedLog.open(database, { topics, clock: Date.now }) };
}

async function openServers({ brokers, url }: { brokers: string; url: string }): Promise<Place> {
  const kafka = { brokers: brokers.split(','), clientId: 'line', tls: null, sasl: null };
  const admin = await KafkaAdmin.open(kafka);
  await admin.apply(planTopics(topics, await admin.topics(topics), 1), 1);
  await admin.close();
  const database = await openPostgres(url);
  await makeTables(database, '');
  return { database, log: await KafkaLog.open(kafka, { topics, clock: Date.now }) };
}

async function makeTables(database: Database, logTables: string): Promise<void> {
  const { rows } = await database.query<{ made: string | null }>(`select to_regclass('${schema}.lane')::text as made`);
  if (rows[0]!.made !== null) return;
  const tables = windowsTopology.tables.map((table) => projectionTableSql(schema, table));
  for (const sql of [logTables, laneTablesSql(schema), ...tables].flat()) if (sql !== '') await database.query(sql);
}

/** The log, but the process is killed instead of making its n-th append: after the commit, before what it committed has arrived. */
function deadly(log: Log, killBefore: number): Log {
  let appends = 0;
  const append = async (request: Append): Promise<number> => {
    appends += 1;
    if (appends === killBefore) process.kill(process.pid, 'SIGKILL');
    return log.append(request);
  };
  return new Proxy(log, { get: (target, name) => (name === 'append' ? append : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value = (target as Record<string | symbol, unknown>)[name];
  return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
}

function request(index: number): { key: string; output: Output } {
  const facts = { businessId: 'b0' as BusinessId, ownerId: 'o0' as OwnerId, numberId: 'n0' as NumberId, contactId: `c${index % 5}` as ContactId };
  const message: Message = {
    ...facts, messageId: `m${index}` as MessageId, conversationId: conversationIdOf(facts.businessId, facts.contactId), lane: 'api', kind: 'free_form',
    category: 'service', template: null, requestedAt: Date.UTC(2026, 0, 1), envelopeHash: '0'.repeat(64), envelopeBytes: 1,
  };
  return { key: `m${index}`, output: { topic: conversations, key: message.conversationId, event: { type: 'MessageRequested', message } } };
}

async function run(place: string, killBefore: number): Promise<void> {
  const { database, log } = await open(place);
  const abort = new AbortController();
  const ports: RunnerPorts = {
    log: deadly(log, killBefore), codec: createCodec(), clock: Date.now, newId: () => crypto.randomUUID(),
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).then(() => undefined, () => undefined),
    report: (report) => {
      if (report.kind === 'halted') console.log(`halted ${report.error}`);
    },
  };
  const catalog = new CatalogView(ports, catalogFold as ConstructorParameters<typeof CatalogView<unknown>>[1]);
  void catalog.follow(abort.signal);
  const store = new PostgresLaneStore(database, { schema, topologies: [windowsTopology] });
  const slot = new HttpSlot({ ...ports, service: 'ingest', slots: 1, holder: 'one', store: new PostgresSlotStore(database, { schema }), catalog, topics: [conversations, 'parley.catalog.v1'], limits: { groupRequests: 5, leaseMs: 1_000 } });
  const lanes = Array.from({ length: log.partitions(conversations) }, (_, partition) => runLane({ ...ports, topology: windowsTopology, partition, store, catalog, limits: { batchRecords: 3 } }, abort.signal));
  const submit = (key: string, output: Output): Promise<unknown> =>
    slot.submit({ businessId: 'b0', idempotencyKey: key, bodyHash: key, outputs: [output], answer: { status: 202, body: key } }).then(() => console.log(`answered ${key}`));
  for (const [index, { output }] of catalogOutputs().entries()) await submit(`catalog-${index}`, output);
  const requests = Array.from({ length: requestCount }, (_, index) => request(index));
  for (let index = 0; index < requests.length; index += 8) await Promise.all(requests.slice(index, index + 8).map(({ key, output }) => submit(key, output)));
  await slot.close();
  await settled(store, log);
  abort.abort();
  await Promise.all(lanes);
  await log.close();
  await database.close();
  console.log('done');
}

async function settled(store: PostgresLaneStore, log: Log): Promise<void> {
  for (;;) {
    const behind = await Promise.all(
      Array.from({ length: log.partitions(conversations) }, async (_, partition) => ((await store.load(`windows/${partition}`))?.offset ?? 0) < (await log.end(conversations, partition))),
    );
    if (!behind.includes(true)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Every record of the log, as a line: place, link, number, type, message, cause. */
async function report(place: string): Promise<void> {
  const { database, log } = await open(place);
  const codec = createCodec();
  for (const topic of [conversations, 'parley.catalog.v1'] as const) {
    for (let partition = 0; partition < log.partitions(topic); partition += 1) {
      const end = await log.end(topic, partition);
      for (let offset = 0; offset < end; ) {
        const records = await log.read(topic, partition, offset, 1000);
        for (const record of records) {
          const { meta, ...payload } = codec.decode(record.value);
          console.log(JSON.stringify({ topic, partition, offset: record.offset, link: meta.link, number: meta.number, cause: meta.cause?.offset ?? null, payload }, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)));
        }
        offset = records.at(-1)!.offset + 1;
      }
    }
  }
  await log.close();
  await database.close();
}

const [place, mode, killBefore] = process.argv.slice(2);
if (mode === 'report') await report(place!);
else await run(place!, Number(killBefore ?? 0));
