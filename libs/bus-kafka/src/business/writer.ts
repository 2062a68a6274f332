import kafkajs, { type Producer } from 'kafkajs';
import type { KafkaSettings } from '../client/settings.js';
import { clientOf } from './client.js';

/** A record for a foreign topic. Records with one key keep their order. */
export interface OutgoingRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: { readonly [name: string]: string };
}

/** Appends to a topic of a foreign broker. */
export class TopicWriter {
  #producer: Producer | undefined;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly topic: string,
  ) {}

  /**
   * Resolves once all in-sync replicas have them. Rejects where nobody knows whether they have: the same ones have to be sent again, and may then be
   * there twice. One call at a time, else their order is not kept.
   */
  async append(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await this.#connected();
    try {
      await producer.send({ topic: this.topic, acks: -1, timeout: 10_000, messages: records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })) });
    } catch (error) {
      await this.close(); // Whatever state the client is in, the next attempt does not begin with it.
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    // Keys go to the partitions that every other client of Kafka would choose.
    const producer = clientOf(this.settings).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }
}
