import { describe } from '@jest/globals';
import { startKafka, type Kafka } from '@parley/testing';
import kafkajs, { type Admin, type Consumer, type Producer } from 'kafkajs';
import { group, type BusinessBroker } from '../commands/broker.js';

const { Kafka: Client, logLevel, Partitioners } = kafkajs;

/** What the gateway wrote to the topic of outcomes. */
export interface SeenOutcome {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: { readonly outcome?: string; readonly request_id?: string; readonly messages?: readonly { readonly id: string }[] };
}

/** A broker, and `describe` for what needs one: skipped, with the reason, where none can be started. */
export async function startBroker() {
  const started = await startKafka({ own: true });
  const skipped = 'unavailable' in started;
  const suite = (name: string, cases: () => void) => (skipped ? describe.skip(`${name} (skipped: ${started.unavailable})`, cases) : describe(name, cases));
  return { broker: started as Kafka, suite, skipped };
}

/** The business's end of its own broker: a publisher of commands and a reader of outcomes. */
export class BusinessSide {
  /** Without repetitions of the same record: those are counted. */
  outcomes: SeenOutcome[] = [];
  /** All that came, repetitions too. */
  seen = 0;
  private made = 0;
  private consumer: Consumer | null = null;

  private constructor(
    private readonly broker: Kafka,
    private readonly admin: Admin,
    private readonly producer: Producer,
  ) {}

  static async open(broker: Kafka): Promise<BusinessSide> {
    const client = new Client({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 20, maxRetryTime: 1_000 } });
    const [admin, producer] = [client.admin(), client.producer({ createPartitioner: Partitioners.DefaultPartitioner })];
    await Promise.all([admin.connect(), producer.connect()]);
    const side = new BusinessSide(broker, admin, producer);
    await side.renew();
    return side;
  }

  get topics() {
    return { commands: `commands-${this.made}`, outcomes: `outcomes-${this.made}` };
  }

  settings(): BusinessBroker {
    return { settings: this.broker.connection(), ...this.topics, withContent: true, whenGone: 'halt' };
  }

  /** Fresh topics, and nothing seen. */
  async renew(): Promise<void> {
    await this.consumer?.disconnect();
    this.made += 1;
    this.outcomes = [];
    this.seen = 0;
    const { commands, outcomes } = this.topics;
    await this.admin.deleteGroups([group]).catch(() => undefined);
    await this.admin.createTopics({ topics: [{ topic: commands, numPartitions: 1 }, { topic: outcomes, numPartitions: 1 }], waitForLeaders: false });
    await this.untilThere([commands, outcomes]);
    this.consumer = new Client({ brokers: [this.broker.brokers], logLevel: logLevel.NOTHING }).consumer({ groupId: `shop-${this.made}`, maxWaitTimeInMs: 100 });
    await this.consumer.connect();
    await this.consumer.subscribe({ topic: outcomes, fromBeginning: true });
    await this.consumer.run({ eachMessage: async ({ message }) => {
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
      this.seen += 1;
      if (this.outcomes.some((one) => one.headers['ce_id'] === headers['ce_id'])) return;
      this.outcomes.push({ key: String(message.key), headers, value: JSON.parse(String(message.value)) as SeenOutcome['value'] });
    } }); // prettier-ignore
  }

  /** kafkajs takes a topic that the broker does not know yet for one that never will be. */
  private async untilThere(topics: string[]): Promise<void> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const found = await this.admin.fetchTopicMetadata({ topics }).catch(() => null);
      if (found?.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    }
    throw new Error('the topics were never there');
  }

  async publish(...values: readonly (object | string)[]): Promise<void> {
    await this.producer.send({ topic: this.topics.commands, acks: -1, messages: values.map((value) => ({ key: 'k', value: typeof value === 'string' ? value : JSON.stringify(value) })) });
  }

  /** Makes the group forget how far it was. */
  async rewind(): Promise<void> {
    await this.admin.setOffsets({ groupId: group, topic: this.topics.commands, partitions: [{ partition: 0, offset: '0' }] });
  }

  /** Deletes commands below an offset, as retention does. */
  async forget(below: number): Promise<void> {
    const topic = this.topics.commands;
    await this.admin.fetchTopicOffsets(topic); // The client learns where the partition is.
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(below) }] });
  }

  async close(): Promise<void> {
    await this.consumer?.disconnect();
    await Promise.all([this.producer.disconnect(), this.admin.disconnect()]);
  }
}
