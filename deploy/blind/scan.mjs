// Everything that the platform leaves behind, looked through: each sink by its kind.
import { join } from 'node:path';
import { KafkaLog } from '@parley/bus-kafka';
import { openPostgres } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { bytesOf, filesIn, heapSnapshot, memoryOf, memoryUnavailable, Scanner, tablesOf, topicsOf } from '@parley/testing/secrecy';
import { database as databaseSettings, services } from '../cluster/settings.mjs';

export const snapshotsFolder = (folder) => join(folder, 'snapshots');
export const temporaryFolder = (folder, name) => join(folder, 'temporary', name);

const platform = new Set(services.map(({ name }) => name));
const platformProcesses = ({ processes }) => processes.filter(({ options }) => platform.has(options.service));
const mb = (bytes) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

/** Kinds of sinks, in the order in which they are looked through: memory first, before a scan of the rest has the processes do anything more. */
const kinds = {
  async *memory({ cluster }) {
    if (memoryUnavailable() !== undefined) return;
    for (const { name, pid } of platformProcesses(cluster)) yield { name, chunks: memoryOf(pid), scanning: { unopened: 'passed over' } };
  },
  async *heap({ cluster, folder }) {
    for (const { name, pid } of platformProcesses(cluster)) yield { name, chunks: bytesOf(await heapSnapshot(pid, snapshotsFolder(folder))) };
  },
  async *metric({ cluster }) {
    for (const { name, address } of platformProcesses(cluster)) {
      const answer = await fetch(`${address}/metrics`);
      if (!answer.ok) throw new Error(`${name} has no metrics: ${answer.status}`);
      yield { name, chunks: [Buffer.from(await answer.text())] };
    }
  },
  async *topic({ cluster }) {
    const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions[cluster.place.layout] }));
    const log = await KafkaLog.open(cluster.broker.connection(), { topics, clock: Date.now });
    try {
      yield* topicsOf(log, TOPIC_NAMES);
    } finally {
      await log.close();
    }
  },
  async *table({ cluster }) {
    const url = new URL(cluster.database.url);
    url.pathname = `/${databaseSettings.database}`;
    const database = await openPostgres(url.href, { poolSize: 1 });
    try {
      yield* tablesOf(database);
    } finally {
      await database.close();
    }
  },
  async *file({ folder }) {
    for (const part of ['kafka', 'postgres', 'temporary']) for (const { name, chunks } of filesIn(join(folder, part))) yield { name: join(part, name), chunks };
  },
  async *log({ folder }) {
    yield* filesIn(join(folder, 'logs'));
  },
  async *traffic({ wires }) {
    for (const [name, { said, saidOfNumbers, answered }] of Object.entries(wires)) {
      yield { name, chunks: [...said, ...answered] };
      yield { name: `${name}, to the directory of numbers`, chunks: saidOfNumbers };
    }
  },
};

export const sinkKinds = Object.keys(kinds);

/** The least that a scan has to have looked at: a kind of which it sees nothing would never hold anything. */
export const least = {
  memory: { sinks: services.length, bytes: services.length * 30_000_000 },
  heap: { sinks: services.length, bytes: services.length * 5_000_000 },
  metric: { sinks: services.length, bytes: services.length * 1_000 },
  topic: { sinks: TOPIC_NAMES.length, bytes: 10_000 },
  table: { sinks: 50, bytes: 50_000 },
  file: { sinks: 500, bytes: 20_000_000 },
  log: { sinks: services.length + 1, bytes: 5_000 },
  traffic: { sinks: 4, bytes: 20_000 },
};

/**
 * Looks through every sink of every kind; resolves to what was found, each with its `kind`, and to what was looked at by kind.
 *
 * @param place { cluster, folder, wires: name → Wire }
 */
export async function scanAll(place, needles, tell) {
  const findings = [];
  const looked = {};
  for (const [kind, sinks] of Object.entries(kinds)) {
    const scanner = new Scanner(needles);
    const names = [];
    const startedAt = Date.now();
    for await (const { name, chunks, scanning } of sinks(place)) {
      names.push(name);
      await scanner.scan(name, chunks, scanning);
    }
    looked[kind] = { names, bytes: scanner.scannedBytes };
    findings.push(...scanner.findings.map((finding) => ({ ...finding, kind })));
    tell(`${kind}: ${names.length} sinks, ${mb(scanner.scannedBytes)} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s, ${scanner.findings.length} found`);
  }
  return { findings, looked };
}
