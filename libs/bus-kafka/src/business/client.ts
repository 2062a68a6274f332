import kafkajs, { type Kafka } from 'kafkajs';
import { kafkajsSecurity, type KafkaSettings } from '../client/settings.js';

// CommonJS, and some of its names are not seen from outside.
const { Kafka: Client, logLevel } = kafkajs;

/** kafkajs as its makers meant it: its public face alone. It says nothing by itself: whoever uses it reports, once, what lasts. */
export function clientOf(settings: KafkaSettings): Kafka {
  const { brokers, clientId } = settings;
  const retry = { retries: 3, initialRetryTime: 200, maxRetryTime: 5_000, restartOnFailure: async () => false };
  return new Client({ brokers: [...brokers], clientId, ...kafkajsSecurity(settings), connectionTimeout: 3_000, requestTimeout: 15_000, enforceRequestTimeout: true, retry, logLevel: logLevel.NOTHING });
}

/** What went wrong, in the client's words and those of what caused it. They name brokers and topics, never content. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = (error as { readonly cause?: unknown }).cause;
  return cause instanceof Error && !error.message.includes(cause.message) ? `${error.message}: ${cause.message}` : error.message;
}
