import { OffsetOutOfRangeError, type Append, type Log, type LogRecord } from '@parley/bus';
import type { TopicName } from '@parley/contracts';
import { Cluster } from '../client/cluster.js';
import type { KafkaReport, KafkaSettings } from '../client/settings.js';
import { missingTopic, partitionsStay } from '../topics/plan.js';
import { beginning, end } from '../wire/requests.js';
import { Appender, type AppenderLimits } from './appender.js';
import { Fetcher, type FetcherLimits } from './fetcher.js';
import { Offsets } from './offsets.js';

export interface KafkaLogOptions {
  readonly topics: readonly { readonly name: TopicName; readonly partitions: number }[];
  /** Epoch ms, for the records' own timestamps: retention goes by them. */
  clock(): number;
  readonly report?: KafkaReport;
  readonly appender?: Partial<AppenderLimits>;
  readonly fetcher?: Partial<FetcherLimits>;
}

/** Topics that are not as they have to be. One line each, with the fix. */
export class TopicsError extends Error {
  override readonly name = 'TopicsError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** The event log on Apache Kafka. Offsets are the reader's affair: Kafka's consumer groups are not used. */
export class KafkaLog implements Log {
  readonly #partitions: ReadonlyMap<TopicName, number>;
  readonly #appender: Appender;
  readonly #fetcher: Fetcher;
  readonly #readers = new Map<string, Fetcher>();
  readonly #offsets: Offsets;
  readonly #limits: Partial<FetcherLimits> | undefined;

  private constructor(
    private readonly cluster: Cluster,
    { topics, clock, appender, fetcher }: KafkaLogOptions,
  ) {
    this.#partitions = new Map(topics.map(({ name, partitions }) => [name, partitions]));
    this.#appender = new Appender(cluster, clock, appender);
    this.#limits = fetcher;
    this.#fetcher = new Fetcher(cluster, 'any', fetcher);
    this.#offsets = new Offsets(cluster);
  }

  /** Connects. Throws TopicsError where a topic is missing or has another number of partitions, and the client's error where no broker answers. */
  static async open(settings: KafkaSettings, options: KafkaLogOptions): Promise<KafkaLog> {
    const cluster = new Cluster(settings, options.topics.map(({ name }) => name), options.report ?? (() => undefined));
    try {
      await cluster.refresh();
      refuseOthers(cluster, options.topics);
      return new KafkaLog(cluster, options);
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** The topic's identity on the cluster: another one under the same name is another topic. */
  topicId(topic: TopicName): string {
    return this.cluster.placement.topics.find(({ name }) => name === topic)?.id ?? '';
  }

  /** Bytes fetched ahead of their readers, for metrics. */
  get keptBytes(): number {
    return [this.#fetcher, ...this.#readers.values()].reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  }

  reader(name: string): Log {
    const fetcher = this.#readers.get(name) ?? new Fetcher(this.cluster, name, this.#limits);
    this.#readers.set(name, fetcher);
    const log: Log = {
      partitions: (topic) => this.partitions(topic),
      append: (request) => this.append(request),
      read: (topic, partition, offset, limit) => this.#read(fetcher, topic, partition, offset, limit),
      start: (topic, partition) => this.start(topic, partition),
      end: (topic, partition) => this.end(topic, partition),
      wait: (topic, partition, offset, timeoutMs, signal) => fetcher.wait(topic, partition, offset, timeoutMs, signal),
    };
    return log;
  }

  partitions(topic: TopicName): number {
    const count = this.#partitions.get(topic);
    if (count === undefined) throw new RangeError(`${topic} is not among the topics of this log`);
    return count;
  }

  async append({ topic, partition, records }: Append): Promise<number> {
    this.#known(topic, partition);
    if (records.length === 0) throw new RangeError(`${topic}/${partition}: nothing to append`);
    return this.#appender.append(topic, partition, records);
  }

  async read(topic: TopicName, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#read(this.#fetcher, topic, partition, offset, limit);
  }

  async start(topic: TopicName, partition: number): Promise<number> {
    this.#known(topic, partition);
    return this.#offsets.ask(topic, partition, beginning);
  }

  async end(topic: TopicName, partition: number): Promise<number> {
    this.#known(topic, partition);
    return this.#offsets.ask(topic, partition, end);
  }

  async wait(topic: TopicName, partition: number, offset: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#fetcher.wait(topic, partition, offset, timeoutMs, signal);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#appender.close();
    for (const fetcher of [this.#fetcher, ...this.#readers.values()]) fetcher.close();
    this.#offsets.close();
    await this.cluster.close();
  }

  async #read(fetcher: Fetcher, topic: TopicName, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    this.#known(topic, partition);
    if (offset < 0) throw new OffsetOutOfRangeError(`${topic}/${partition} has no offset ${offset}`);
    return fetcher.read(topic, partition, offset, limit);
  }

  #known(topic: TopicName, partition: number): void {
    const count = this.partitions(topic);
    if (!Number.isInteger(partition) || partition < 0 || partition >= count) throw new RangeError(`${topic} has partitions 0 to ${count - 1}, not ${partition}`);
  }
}

function refuseOthers(cluster: Cluster, topics: KafkaLogOptions['topics']): void {
  const lines = topics.flatMap(({ name, partitions }) => {
    const found = cluster.placement.topics.find((topic) => topic.name === name);
    if (!found || found.error === 3) return [missingTopic(name)];
    if (found.error === 29) return [`${name} is not shown to this login: it lacks the right to describe it. \`parley topics --acls\` grants it.`];
    if (found.leaders.length === partitions) return [];
    return [`${name} has ${found.leaders.length} partitions and this installation has ${partitions}. ${partitionsStay}`];
  });
  if (lines.length > 0) throw new TopicsError(lines);
}
