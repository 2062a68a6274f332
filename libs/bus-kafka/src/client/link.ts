import { logLevel } from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { WireReader } from '../wire/reader.js';
import type { WireRequest } from '../wire/requests.js';
import { kafkajsSecurity, reporting, type KafkaReport, type KafkaSettings } from './settings.js';

// The one file that reaches below kafkajs's public face, pinned to 2.2.4 by `internals.spec.ts`. kafkajs connects, authenticates, correlates and
// times out; what it would encode and decode record by record, we do (`../wire`).

const connectMs = 3_000;
/** Above the longest that a broker is asked to think about anything. */
const answerMs = 10_000;

/** Connections to one broker: one for fetches, which may wait on the broker's side, and one for the rest. */
export class Link {
  readonly #pool: ConnectionPool;
  readonly #broker: Broker;
  readonly #connecting = new Map<boolean, Promise<void>>();

  constructor(address: { readonly host: string; readonly port: number }, settings: KafkaSettings, report: KafkaReport) {
    const logger = loggers.createLogger({ level: logLevel.WARN, logCreator: reporting(report) });
    const { clientId } = settings;
    this.#pool = new ConnectionPool({
      ...address, clientId, ...kafkajsSecurity(settings), logger, socketFactory: socketFactory(), connectionTimeout: connectMs, requestTimeout: answerMs, enforceRequestTimeout: true, reauthenticationThreshold: 10_000,
    });
    this.#broker = new Broker({ connectionPool: this.#pool, logger, allowAutoTopicCreation: false, authenticationTimeout: answerMs });
  }

  /** Sends a request and reads its answer. Rejects when the connection is lost, or too slow: then nobody knows whether the broker acted. */
  async send<Answer>(request: WireRequest<Answer>): Promise<Answer> {
    const protocol = protocolOf(request);
    await this.#connected(protocol);
    return (await this.#pool.send(protocol)) as Answer;
  }

  async close(): Promise<void> {
    // kafkajs waits for requests that are under way; one that the broker sits on would be waited for as long as it takes.
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref());
    await Promise.race([this.#pool.destroy(), patience]);
  }

  /** Two requests at once must not connect twice: kafkajs would forget the first of the two sockets. */
  async #connected(protocol: KafkajsProtocol): Promise<void> {
    const fetching = protocol.request.apiKey === 1;
    let connecting = this.#connecting.get(fetching);
    if (!connecting) {
      connecting = this.#connect(protocol).finally(() => this.#connecting.delete(fetching));
      this.#connecting.set(fetching, connecting);
    }
    return connecting;
  }

  async #connect(protocol: KafkajsProtocol): Promise<void> {
    await this.#broker.connect();
    await this.#pool.getConnectionByRequest(protocol);
  }
}

function protocolOf<Answer>({ apiKey, name, version, body, patienceMs = 0, read }: WireRequest<Answer>): KafkajsProtocol {
  const encode = async (): Promise<Encoder> => {
    const encoder = new Encoder(1);
    encoder.buf = body;
    encoder.offset = body.length;
    return encoder;
  };
  return {
    request: { apiKey, apiVersion: version, apiName: name, encode },
    response: { decode: async (payload) => payload, parse: async (payload) => read(new WireReader(payload as Buffer)) },
    requestTimeout: answerMs + patienceMs,
    logResponseError: false,
  };
}
