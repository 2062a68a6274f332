// The part of kafkajs 2.2.4 below its public face that `link.ts` stands on. Pinned: `internals.spec.ts` fails with another version.
interface KafkajsLogger {
  namespace(name: string): KafkajsLogger;
}

interface KafkajsProtocol {
  readonly request: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string; encode(): Promise<unknown> };
  readonly response: { decode(payload: Uint8Array): Promise<Uint8Array>; parse(payload: Uint8Array): Promise<unknown> };
  readonly requestTimeout?: number | null;
  readonly logResponseError?: boolean;
}

interface KafkajsConnection {
  isConnected(): boolean;
  disconnect(): Promise<unknown>;
}

interface KafkajsPoolOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly ssl?: unknown;
  readonly sasl?: unknown;
  readonly logger: KafkajsLogger;
  readonly socketFactory: unknown;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  readonly reauthenticationThreshold: number;
}

declare module 'kafkajs/src/network/connectionPool.js' {
  export default class ConnectionPool {
    constructor(options: KafkajsPoolOptions);
    getConnectionByRequest(protocol: KafkajsProtocol): Promise<KafkajsConnection>;
    send(protocol: KafkajsProtocol): Promise<unknown>;
    destroy(): Promise<void>;
  }
}

declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';

  export default class Broker {
    constructor(options: { readonly connectionPool: ConnectionPool; readonly logger: KafkajsLogger; readonly allowAutoTopicCreation: boolean; readonly authenticationTimeout: number });
    connect(): Promise<void>;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  export default function socketFactory(): unknown;
}

declare module 'kafkajs/src/loggers/index.js' {
  const loggers: { createLogger(options: { level: number; logCreator: import('kafkajs').logCreator }): KafkajsLogger };
  export default loggers;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    constructor(initialSize?: number);
    buf: Uint8Array;
    offset: number;
  }
}

/** For specs: kafkajs's own encoding, to hold ours against. */
declare module 'kafkajs/src/protocol/requests/produce/v7/request.js' {
  export default function request(options: object): { encode(): Promise<{ readonly buffer: Buffer }> };
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/request.js' {
  export default function request(options: object): { encode(): Promise<{ readonly buffer: Buffer }> };
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode(bytes: Buffer): Promise<{ responses: { topicName: string; partitions: { partition: number; messages: { offset: string; key: Buffer; value: Buffer; headers: Record<string, Buffer> }[] }[] }[] }> };
  export default response;
}

declare module 'kafkajs/src/protocol/requests/listOffsets/v2/request.js' {
  export default function request(options: object): { encode(): Promise<{ readonly buffer: Buffer }> };
}
