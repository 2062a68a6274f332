import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { startKafka, suite, type Kafka } from '@parley/testing';
import kafkajs, { type Admin } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BusinessTopic, type BusinessRecord, type BusinessTopicOptions } from './topic.js';
import { TopicWriter } from './writer.js';

const started = await startKafka({ own: true });
const why = 'unavailable' in started ? started.unavailable : undefined;
const broker = started as Kafka;
const { Kafka: Client, logLevel, CompressionTypes } = kafkajs;

let admin: Admin;
let made = 0;
const open: BusinessTopic[] = [];

beforeAll(async () => {
  if (why !== undefined) return;
  admin = new Client({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
}, 120_000);
afterEach(async () => void (await Promise.all(open.splice(0).map((topic) => topic.stop()))), 30_000);
afterAll(async () => {
  await admin?.disconnect();
  if ('stop' in started) await started.stop();
}, 30_000);

/** Patient: a member that its broker forgot in the middle of a rebalance is waited for by the next one (12 s, and again if that one is late). */
async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 70_000; !holds(); await sleep(20)) if (Date.now() > deadline) throw new Error(`it never came to pass: ${String(holds)}`);
}

async function newTopic(partitions = 1): Promise<string> {
  const topic = `commands-${(made += 1)}`;
  await makeTopic(topic, partitions);
  return topic;
}

/** kafkajs takes a topic that the broker does not know yet for one that never will be. */
async function makeTopic(topic: string, partitions: number): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
    if (found?.topics.every((one) => one.partitions.length > 0 && one.partitions.every(({ leader }) => leader >= 0))) return;
  }
}

async function publish(topic: string, texts: readonly string[], compression = CompressionTypes.None): Promise<void> {
  const producer = new Client({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, compression, messages: texts.map((value) => ({ key: value[0] ?? null, value })) });
  await producer.disconnect();
}

/** A reader with its own memory of positions, as a taker's disk. */
class Reader {
  readonly texts: string[] = [];
  readonly lines: string[] = [];
  readonly positions = new Map<number, number>();
  error: Error | undefined;
  answer: (text: string) => 'taken' | 'later' = () => 'taken';

  start(topic: string, options: Partial<BusinessTopicOptions> = {}): BusinessTopic {
    const reading = new BusinessTopic({
      settings: broker.connection(), topic, group: `${topic}-group`, restMs: 50, waitAfter: () => 100, report: (line) => this.lines.push(line), halted: (error) => (this.error = error),
      position: (partition) => this.positions.get(partition) ?? null,
      take: async (record) => this.take(record), ...options,
    }); // prettier-ignore
    reading.start();
    open.push(reading);
    return reading;
  }

  private take({ partition, offset, value }: BusinessRecord): 'taken' | 'later' {
    const text = Buffer.from(value ?? []).toString();
    const answer = this.answer(text);
    if (answer === 'later') return answer;
    this.texts.push(text);
    this.positions.set(partition, offset + 1);
    return answer;
  }
}

suite('a topic of a foreign broker', why, () => {
  it('is read from its beginning, in order, and on from what was taken', async () => {
    const topic = await newTopic();
    await publish(topic, ['1', '2', '3']);
    const reader = new Reader();
    const first = reader.start(topic);
    await until(() => reader.texts.length === 3);
    await publish(topic, ['4'], CompressionTypes.GZIP);
    await until(() => reader.texts.length === 4);
    await first.stop();
    const [committed] = await admin.fetchOffsets({ groupId: `${topic}-group`, topics: [topic] });
    expect(committed?.partitions).toMatchObject([{ partition: 0, offset: '4' }]);
    await publish(topic, ['5']);
    reader.start(topic);
    await until(() => reader.texts.length === 5);
    expect(reader.texts).toEqual(['1', '2', '3', '4', '5']);
  }, 120_000);

  it('goes on where the taker says, whatever the group has committed', async () => {
    const topic = await newTopic();
    await publish(topic, ['1', '2', '3']);
    const reader = new Reader();
    await admin.setOffsets({ groupId: `${topic}-group`, topic, partitions: [{ partition: 0, offset: '3' }] });
    reader.positions.set(0, 1);
    reader.start(topic);
    await until(() => reader.texts.length === 2);
    expect(reader.texts).toEqual(['2', '3']);
  }, 120_000);

  it('hands over again what was not taken, in order, and other partitions meanwhile', async () => {
    const topic = await newTopic(2);
    await publish(topic, ['a1', 'a2', 'b1', 'b2', 'a3']);
    const reader = new Reader();
    let closed = true;
    reader.answer = (text) => (text === 'a2' && closed ? 'later' : 'taken');
    reader.start(topic);
    const from = (letter: string) => reader.texts.filter((text) => text.startsWith(letter));
    await until(() => reader.texts.includes('a1'));
    await sleep(300);
    expect(from('a')).toEqual(['a1']);
    closed = false;
    await until(() => reader.texts.length === 5);
    expect([from('a'), from('b')]).toEqual([['a1', 'a2', 'a3'], ['b1', 'b2']]);
  }, 120_000);

  it('halts where records are gone before they were taken, and names them', async () => {
    const topic = await newTopic();
    await publish(topic, ['1', '2', '3', '4']);
    await admin.fetchTopicOffsets(topic); // The client learns where the partition is.
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    const reader = new Reader();
    reader.positions.set(0, 1);
    reader.start(topic, { advice: 'Do this.' });
    await until(() => reader.error !== undefined);
    expect(reader.error?.message).toMatch(/2 records of commands-\d+, partition 0, are gone before they were taken \(offsets 1 to 2\).* Do this\./);
    expect(reader.texts).toEqual([]);
    reader.start(topic, { whenGone: 'go on' });
    await until(() => reader.texts.length === 1);
    expect(reader.texts).toEqual(['4']);
  }, 120_000);

  it('halts where the topic was made anew', async () => {
    const topic = await newTopic();
    await publish(topic, ['1']);
    const reader = new Reader();
    reader.positions.set(0, 7);
    reader.start(topic);
    await until(() => reader.error !== undefined);
    expect(reader.error?.message).toMatch(/was made anew: partition 0 ends at offset 1, and everything below 7 was taken/);
    expect(reader.texts).toEqual([]);
  }, 120_000);

  it('is waited for when it is missing, or its broker away, with a line that says so', async () => {
    const reader = new Reader();
    const topic = `commands-${(made += 1)}`;
    reader.start(topic);
    await until(() => reader.lines.length > 0);
    expect(reader.lines[0]).toMatch(/cannot be read \(This server does not host this topic-partition\), attempt 1/);
    await makeTopic(topic, 1);
    await publish(topic, ['1']);
    await until(() => reader.texts.length === 1);
    await broker.kill();
    await sleep(500);
    await broker.restart();
    await publish(topic, ['2']);
    await until(() => reader.texts.length === 2);
    expect(reader.texts).toEqual(['1', '2']);
  }, 180_000);

  it('ends when taking fails, and has not moved on', async () => {
    const topic = await newTopic();
    await publish(topic, ['1', '2']);
    const reader = new Reader();
    reader.answer = () => {
      throw new Error('disk full');
    };
    reader.start(topic);
    await until(() => reader.error !== undefined);
    expect(reader.error?.message).toBe('disk full');
    reader.answer = () => 'taken';
    reader.start(topic);
    await until(() => reader.texts.length === 2);
  }, 120_000);

  it('is left although its broker does not answer', async () => {
    const topic = await newTopic();
    await publish(topic, ['1']);
    const reader = new Reader();
    const reading = reader.start(topic);
    await until(() => reader.texts.length === 1); // Its offset may not be committed yet.
    await broker.pause();
    const begunAt = performance.now();
    await reading.stop();
    await broker.resume();
    expect(performance.now() - begunAt).toBeLessThan(10_000);
  }, 120_000);

  it('is written to, and again after the broker was away', async () => {
    const topic = await newTopic();
    const writer = new TopicWriter(broker.connection(), topic);
    await writer.append([{ key: 'k', value: 'one', headers: { ce_id: '1' } }]);
    await broker.kill();
    await expect(writer.append([{ key: 'k', value: 'two', headers: {} }])).rejects.toThrow();
    await broker.restart();
    await writer.append([{ key: 'k', value: 'two', headers: {} }]);
    await writer.close();
    const reader = new Reader();
    reader.start(topic);
    await until(() => reader.texts.length >= 2);
    expect(reader.texts).toEqual(['one', 'two']);
  }, 180_000);
});
