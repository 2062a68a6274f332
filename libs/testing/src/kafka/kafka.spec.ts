import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KafkaAdmin, KafkaLog, grantsFor, planTopics, type KafkaSettings } from '@parley/bus-kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from '../behaviour/jest.js';
import type { Kafka } from './kafka.js';
import { startKafka } from './start.js';

const topic = 'parley.envelopes.v1';
const layout = [{ name: topic, partitions: 2, retentionMs: null }] as const;
const ana = { username: 'ana', password: 'ana-secret' };

// Before the cases are declared: where no broker can be started they are counted as skipped, with the reason.
const plain = await startKafka({ own: true });
const secured = await startKafka({ tls: true, acl: true, sasl: [ana] });
const skip = 'unavailable' in plain ? plain.unavailable : 'unavailable' in secured ? secured.unavailable : undefined;
const broker = plain as Kafka;
const guarded = secured as Kafka;
afterAll(async () => {
  for (const started of [plain, secured]) if ('stop' in started) await started.stop();
});

async function makeTopic(settings: KafkaSettings): Promise<void> {
  const admin = await KafkaAdmin.open(settings);
  await admin.apply(planTopics(layout, await admin.topics(layout), 1), 1);
  await admin.close();
}

async function withLog<Result>(settings: KafkaSettings, use: (log: KafkaLog) => Promise<Result>): Promise<Result> {
  const log = await KafkaLog.open(settings, { topics: layout, clock: Date.now });
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

const append = (text: string) => (log: KafkaLog) => log.append({ topic, partition: 1, records: [{ key: 'k', value: Buffer.from(text) }] });
const readAll = (log: KafkaLog): Promise<string[]> => log.read(topic, 1, 0, 10).then((records) => records.map(({ value }) => Buffer.from(value).toString()));

suite('a broker of the tests', skip, () => {
  beforeAll(() => makeTopic(broker.connection()), 30_000);

  it('keeps its records and its address over a kill and over a restart', async () => {
    const { pid, brokers } = broker;
    await withLog(broker.connection(), append('before the kill'));
    await broker.kill();
    await broker.restart();
    await withLog(broker.connection(), append('after the kill'));
    await broker.restart();
    expect(broker.brokers).toBe(brokers);
    expect(broker.pid).not.toBe(pid);
    expect(await withLog(broker.connection(), readAll)).toEqual(['before the kill', 'after the kill']);
  }, 60_000);

  it('answers nobody while it is paused, and then everybody', async () => {
    await withLog(broker.connection(), async (log) => {
      await broker.pause();
      const end = log.end(topic, 0);
      expect(await Promise.race([end, sleep(300, 'silence')])).toBe('silence');
      await broker.resume();
      expect(await end).toBe(0);
    });
  }, 30_000);
});

suite('a secured broker of the tests', skip, () => {
  beforeAll(() => makeTopic(guarded.connection()), 30_000);

  it('lets nobody in who speaks in clear, or without the password', async () => {
    await expect(KafkaLog.open({ ...guarded.connection(), tls: null }, { topics: layout, clock: Date.now })).rejects.toThrow();
    await expect(KafkaLog.open({ ...guarded.connection(), sasl: null }, { topics: layout, clock: Date.now })).rejects.toThrow();
    await expect(KafkaLog.open(guarded.connection({ ...ana, password: 'a-guess' }), { topics: layout, clock: Date.now })).rejects.toThrow();
  }, 60_000);

  it('lets a user do what was granted, by each mechanism, and nothing before', async () => {
    await expect(withLog(guarded.connection(ana), append('too early'))).rejects.toThrow('right');
    const admin = await KafkaAdmin.open(guarded.connection());
    await admin.grant(grantsFor([{ principal: `User:${ana.username}`, reads: [], writes: [topic] }], new Set()));
    await admin.close();
    for (const mechanism of ['scram-sha-512', 'scram-sha-256', 'plain'] as const) await withLog(guarded.connection(ana, mechanism), append(mechanism));
    expect(await withLog(guarded.connection(), readAll)).toEqual(['scram-sha-512', 'scram-sha-256', 'plain']);
  }, 60_000);
});
