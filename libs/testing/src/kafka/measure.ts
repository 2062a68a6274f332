// What the log on Kafka costs this process: node libs/testing/dist/kafka/measure.js [records in thousands]
import { KafkaAdmin, KafkaLog, planTopics } from '@parley/bus-kafka';
import { cpus } from 'node:os';
import { startKafka } from './start.js';

const thousands = Number(process.argv[2] ?? 600);
const rounds = 3;
const topic = 'parley.usage.v1';
const partitions = 6;
const perAppend = 1_000;

const kafka = await startKafka({ own: true, optimized: true });
if ('unavailable' in kafka) {
  console.error(`Kafka cannot be started here: ${kafka.unavailable}`);
  process.exit(1);
}
const admin = await KafkaAdmin.open(kafka.connection());
const layout = [{ name: topic, partitions, retentionMs: null }] as const;
await admin.apply(planTopics(layout, await admin.topics(layout), 1), 1);
await admin.close();
const log = await KafkaLog.open(kafka.connection(), { topics: layout, clock: Date.now });
const records = Array.from({ length: perAppend }, (_, index) => ({ key: `business-1.contact-${index}`, value: new Uint8Array(270).fill(index % 251) }));
const all = Array.from({ length: partitions }, (_, partition) => partition);

/** Microseconds of CPU and of time per record. */
async function measured(count: number, work: () => Promise<void>): Promise<{ cpu: number; time: number }> {
  const [cpu, at] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / count, time: ((performance.now() - at) * 1_000) / count };
}

const appended: { cpu: number; time: number }[] = [];
const read: { cpu: number; time: number }[] = [];
for (let round = 0; round < rounds; round += 1) {
  const each = Math.ceil((thousands * 1_000) / perAppend / partitions);
  const starts = await Promise.all(all.map((partition) => log.end(topic, partition)));
  const count = each * perAppend * partitions;
  appended.push(await measured(count, async () => void (await Promise.all(all.map(async (partition) => {
    for (let index = 0; index < each; index += 1) await log.append({ topic, partition, records });
  })))));
  read.push(await measured(count, async () => void (await Promise.all(all.map(async (partition) => {
    for (let offset = starts[partition]!; ; ) {
      const found = await log.read(topic, partition, offset, 2_000);
      if (found.length === 0) return;
      offset = found.at(-1)!.offset + 1;
    }
  })))));
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
console.log(`${cpus().length} × ${cpus()[0]!.model}, Node ${process.version}; ${thousands} k records of 270 bytes, ${partitions} partitions, acks=all; medians of ${rounds}`);
for (const [name, found] of [['append', appended], ['read', read]] as const) {
  console.log(`${name.padEnd(7)} ${median(found.map(({ cpu }) => cpu)).toFixed(2)} µs of CPU a record, ${Math.round(1_000 / median(found.map(({ time }) => time)))} k a second`);
}
await log.close();
await kafka.stop();
