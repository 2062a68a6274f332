import { afterAll, expect, it } from '@jest/globals';
import { KafkaAdmin, KafkaLog, planTopics, type KafkaSettings } from '@parley/bus-kafka';
import { startKafka } from '../kafka/start.js';
import { suite } from './jest.js';
import { behaviourPartitions, behaviourTopic, everything, logBehaviour, record, series, type OpenLog } from './log.js';

// Before the cases are declared: where no broker can be started they are counted as skipped, with the reason. It is killed and held up below, so nobody shares it.
const kafka = await startKafka({ own: true });
const skip = 'unavailable' in kafka ? kafka.unavailable : undefined;
afterAll(async () => {
  if ('stop' in kafka) await kafka.stop();
});

const layout = { name: behaviourTopic, partitions: behaviourPartitions, retentionMs: null } as const;

function settings(): KafkaSettings {
  return { brokers: ('brokers' in kafka ? kafka.brokers : '').split(','), clientId: 'spec', tls: null, sasl: null };
}

async function withAdmin<T>(work: (admin: KafkaAdmin) => Promise<T>): Promise<T> {
  const admin = await KafkaAdmin.open(settings());
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

const prepare = (): Promise<void> => withAdmin(async (admin) => admin.apply(planTopics([layout], await admin.topics([layout]), 1), 1));
const openLog = (options: Partial<Parameters<typeof KafkaLog.open>[1]> = {}): Promise<KafkaLog> => KafkaLog.open(settings(), { topics: [layout], clock: Date.now, ...options });

async function open(): Promise<OpenLog> {
  await prepare();
  const [log, other] = [await openLog(), await openLog()];
  const forget = (partition: number): Promise<void> => withAdmin((admin) => admin.forget(behaviourTopic, partition));
  return { log, other, forget, close: async () => void (await Promise.all([log.close(), other.close()])) };
}

logBehaviour({ ...(skip !== undefined && { skip }), name: 'Apache Kafka', has: { other: true, forget: true }, open });

suite('Apache Kafka, beyond what every log does', skip, () => {
  const never = new AbortController().signal;
  const server = kafka as Exclude<typeof kafka, { unavailable: string }>;

  it('does not open on topics that are missing or have other partitions, and names them', async () => {
    await prepare();
    const topics = [{ name: behaviourTopic, partitions: 3 }, { name: 'parley.ledger.v1', partitions: 2 }] as const;
    const refused = await openLog({ topics }).catch((error: Error) => error.message.split('\n'));
    expect(refused).toEqual([expect.stringMatching(/^parley\.envelopes\.v1 has 16 partitions and this installation has 3\./), 'parley.ledger.v1 does not exist. Make it with `parley topics`.']);
  });

  it('sets a topic right that somebody changed, and leaves its other settings', async () => {
    const wanted = [{ ...layout, retentionMs: 3_600_000 }];
    await withAdmin(async (admin) => {
      await admin.apply({ create: [], alter: [{ name: behaviourTopic, config: { 'segment.bytes': '2000000', 'compression.type': 'gzip' }, was: {} }] }, 1);
      const plan = planTopics(wanted, await admin.topics(wanted), 1);
      expect(plan.alter).toEqual([{ name: behaviourTopic, config: { 'retention.ms': '3600000', 'compression.type': 'uncompressed' }, was: { 'retention.ms': '-1', 'compression.type': 'gzip' } }]);
      await admin.apply(plan, 1);
      expect(planTopics(wanted, await admin.topics(wanted), 1)).toEqual({ create: [], alter: [], refused: [] });
      await admin.apply(planTopics([layout], await admin.topics([layout]), 1), 1);
    });
  });

  it('keeps no more ahead of a reader than it may', async () => {
    const log = await openLog({ fetcher: { partitionBytes: 65_536, cursorBytes: 131_072, answerBytes: 262_144, keptBytes: 524_288 } });
    const places = [0, 1, 2, 3, 4, 5, 6, 7];
    const large = Array.from({ length: 40 }, (_, index) => ({ key: `large ${index}`, value: new Uint8Array(50_000).fill(index) }));
    const ends = await Promise.all(places.map((place) => log.append({ topic: behaviourTopic, partition: place, records: large })));
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, log.keptBytes)), 1);
    await Promise.all(places.map((place, index) => log.wait(behaviourTopic, place, ends[index]!, 5_000, never)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const [index, place] of places.entries()) {
      const found = [];
      while (found.length < large.length) found.push(...(await log.read(behaviourTopic, place, ends[index]! + found.length, 3)));
      expect(found.map(({ value }) => value[49_999])).toEqual(large.map(({ value }) => value[0]));
    }
    clearInterval(watching);
    expect(most).toBeGreaterThan(100_000);
    // What is kept, one poll's answer, and a single fetch that began before it was full; an answer holds at least one batch, which is up to 960 KiB.
    expect(most).toBeLessThan(524_288 + 9 * 1_048_576);
    await log.close();
  });

  it('has each append once and in order, whether the broker stands still or is killed and started again', async () => {
    const log = await openLog({ appender: { deliveryMs: 60_000 } });
    const places = [8, 9, 10];
    const starts = await Promise.all(places.map((place) => log.end(behaviourTopic, place)));
    let going = true;
    const appended = places.map(async (place, index) => {
      let count = 0;
      for (; going; count += 5) {
        const base = await log.append({ topic: behaviourTopic, partition: place, records: series(`n${count}`, 5) });
        expect(base).toBe(starts[index]! + count);
      }
      return count;
    });
    const read = places.map(async (place, index) => {
      let next = starts[index]!;
      while (going) {
        const found = await log.read(behaviourTopic, place, next, 100).catch(() => []);
        for (const { offset } of found) expect(offset).toBe(next++);
        if (found.length === 0) await log.wait(behaviourTopic, place, next, 200, never);
      }
      return next;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.pause();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await server.resume();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.kill();
    await server.restart();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    going = false;
    const counts = await Promise.all(appended);
    const reached = await Promise.all(read);
    expect(Math.min(...counts)).toBeGreaterThan(100);
    for (const [index, place] of places.entries()) {
      const found = (await everything(log, place, 1_000)).slice(starts[index]!);
      expect(found).toHaveLength(counts[index]!);
      expect(found.map(({ key }) => key)).toEqual(Array.from({ length: counts[index]! / 5 }, (_, batch) => series(`n${batch * 5}`, 5).map(({ key }) => key)).flat());
      expect(reached[index]!).toBeGreaterThan(starts[index]! + 100);
    }
    await log.close();
  }, 90_000);

  it('refuses what nobody can append, and goes on with the next', async () => {
    const log = await openLog();
    const huge = { key: 'k', value: new Uint8Array(1_100_000) };
    await expect(log.append({ topic: behaviourTopic, partition: 11, records: [huge] })).rejects.toThrow('MESSAGE_TOO_LARGE');
    await expect(log.append({ topic: behaviourTopic, partition: 11, records: [] })).rejects.toThrow(RangeError);
    await log.append({ topic: behaviourTopic, partition: 11, records: [record('k', 'after')] });
    expect((await everything(log, 11, 10)).at(-1)).toMatchObject({ key: 'k' });
    const late = log.wait(behaviourTopic, 11, 100, 10_000, never);
    await log.close();
    await late;
    await expect(log.append({ topic: behaviourTopic, partition: 11, records: [record('k', 'closed')] })).rejects.toThrow('closed');
    await expect(log.read(behaviourTopic, 11, 0, 1)).rejects.toThrow('closed');
  });
});
