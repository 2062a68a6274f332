// What a cluster's log and database are held against, once it has come to rest.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, createCodec, laneName } from '@parley/bus';
import { KafkaLog } from '@parley/bus-kafka';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { catalogFold } from '@parley/domain';
import { services } from '@parley/platform';
import { AcceptedLogs, checkDecisions } from '@parley/testing/servers';
import { root } from '../bootstrap.mjs';
import { surroundings } from '../cluster/process.mjs';

/** The layout of a cluster on one machine. */
const layout = 'embedded';

/** All topics, read to their ends. */
export async function readLog(kafka) {
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions[layout] }));
  const log = await KafkaLog.open(kafka, { topics, clock: Date.now });
  try {
    const kept = new Map();
    for (const { name, partitions } of topics) {
      for (let partition = 0; partition < partitions; partition += 1) kept.set(`${name}/${partition}`, await readPartition(log, name, partition));
    }
    return { records: (topic, partition) => kept.get(`${topic}/${partition}`), partitions: (topic) => TOPICS[topic].partitions[layout] };
  } finally {
    await log.close();
  }
}

async function readPartition(log, topic, partition) {
  const end = await log.end(topic, partition);
  const all = [];
  for (let offset = await log.start(topic, partition); offset < end; offset = all.at(-1).offset + 1) {
    const page = await log.read(topic, partition, offset, 5_000);
    if (page.length === 0) break;
    all.push(...page);
  }
  return all;
}

/** Every invariant that the log itself shows: links, numbers, decisions, prices. Returns what was found wrong, and the accepted records. */
export function checkLog(log) {
  const found = [];
  const violate = (invariant, detail) => found.push(`invariant ${invariant}: ${detail}`);
  const world = { log, codec: createCodec(), spec: { runner: { canonical }, catalog: catalogFold } };
  const linked = TOPIC_NAMES.filter((name) => TOPICS[name].linked);
  const logs = new AcceptedLogs(world, linked, violate);
  for (const { topologies } of services) {
    for (const topology of topologies) {
      for (let partition = 0; partition < log.partitions(topology.source); partition += 1) {
        checkDecisions(world, logs, { topology, partition, name: laneName(topology, partition) }, violate);
      }
    }
  }
  const repeats = linked.reduce((sum, name) => sum + stored(log, name), 0) - logs.all().length;
  return { found, events: logs.all().map(({ event }) => event), repeats };
}

function stored(log, topic) {
  let count = 0;
  for (let partition = 0; partition < log.partitions(topic); partition += 1) count += log.records(topic, partition).length;
  return count;
}

/** Messages and money: what was requested, used and charged, each once. Amounts in micros. */
export function checkMoney(events) {
  const found = [];
  const requested = times(events.filter(({ type }) => type === 'MessageRequested').map(({ message }) => message.messageId));
  const used = times(events.filter(({ type }) => type === 'UsageRecorded').map(({ message }) => message.messageId));
  const charges = events.filter(({ type }) => type === 'ChargePosted');
  const charged = times(charges.map(({ message }) => message.messageId));
  for (const [what, counts] of [['requested', requested], ['used', used], ['charged', charged]]) {
    for (const [id, count] of counts) if (count > 1) found.push(`message ${id} was ${what} ${count} times`);
  }
  for (const id of used.keys()) if (!charged.has(id)) found.push(`message ${id} was used and never charged`);
  for (const id of charged.keys()) if (!used.has(id)) found.push(`message ${id} was charged and never used`);
  return { found, requested: requested.size, charged: charged.size, micros: charges.reduce((sum, { amount }) => sum + amount, 0n) };
}

function times(ids) {
  const counts = new Map();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** `parley rebuild --check`: every lane folded again, and held against what it had. Resolves with its JSON. */
export function rebuildCheck({ folder, kafka }) {
  const logins = JSON.parse(readFileSync(join(folder, 'logins.json'), 'utf8'));
  const environment = {
    ...surroundings(), PARLEY_DATABASE_URL: logins.platform, PARLEY_KAFKA: kafka.brokers.join(','), PARLEY_LAYOUT: layout,
    ...(kafka.sasl && { PARLEY_KAFKA_USER: kafka.sasl.username, PARLEY_KAFKA_PASSWORD: kafka.sasl.password, PARLEY_KAFKA_MECHANISM: kafka.sasl.mechanism }),
  };
  const child = spawn(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'rebuild', '--check', '--json'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      try {
        resolve({ code, lanes: JSON.parse(output.trim().split('\n').at(-1)).lanes });
      } catch {
        reject(new Error(`parley rebuild --check failed (${code}): ${errors.slice(-2_000)}`));
      }
    });
  });
}
