import type { KafkaSettings } from '@parley/bus-kafka';
import { readFileSync } from 'node:fs';
import type { Server } from '../servers/server.js';
import type { KafkaCertificates, KafkaUser } from './settings.js';

export interface KafkaOptions {
  /** One for this caller alone, even where a run shares one. Any other option implies it. */
  readonly own?: boolean;
  /** The JVM's heap in MB; 512 by itself. */
  readonly heapMb?: number;
  /** Users that log in by SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN, beside the administrator. */
  readonly sasl?: readonly KafkaUser[];
  /** Clients speak TLS. */
  readonly tls?: boolean;
  /** Only the administrator may do anything until an ACL allows it; implies `sasl`. */
  readonly acl?: boolean;
  /** More lines of server.properties. */
  readonly config?: Readonly<Record<string, string>>;
  /** A JVM that compiles for speed in the long run, instead of one that starts soon. */
  readonly optimized?: boolean;
  /** Where its data stays; by itself a temporary folder that goes with it. Not in a container. */
  readonly folder?: string;
  /** The clients' port; a free one by itself. */
  readonly port?: number;
  /** The administrator, and the broker itself; made up by itself. */
  readonly admin?: KafkaUser;
}

export interface Kafka extends Server {
  /** Bootstrap address, such as `127.0.0.1:40123`. */
  readonly brokers: string;
  /** Other specs use it, too: their topics are there. */
  readonly shared: boolean;
  /** Who may do everything; null where nobody logs in. */
  readonly admin: KafkaUser | null;
  /** Null where clients speak in clear. */
  readonly tls: KafkaCertificates | null;
  /** A service's environment (`PARLEY_KAFKA…`) with which it reaches this broker, as this user or as the administrator. */
  settings(user?: KafkaUser): Record<string, string>;
  /** The same for a client in this process. */
  connection(user?: KafkaUser, mechanism?: 'scram-sha-256' | 'scram-sha-512' | 'plain'): KafkaSettings;
}

/** Users whom the options imply, the administrator first; none where nobody logs in. */
export function usersOf({ sasl, acl, admin = { username: 'admin', password: 'admin-secret' } }: KafkaOptions): readonly KafkaUser[] {
  return sasl || acl ? [admin, ...(sasl ?? [])] : [];
}

/** A broker's face towards tests. */
export function describeKafka(brokers: string, shared: boolean, admin: KafkaUser | null, tls: KafkaCertificates | null): Omit<Kafka, keyof Server> {
  return {
    brokers,
    shared,
    admin,
    tls,
    settings: (user = admin ?? undefined) => ({
      PARLEY_KAFKA: brokers,
      ...(user && { PARLEY_KAFKA_USER: user.username, PARLEY_KAFKA_PASSWORD: user.password }),
      ...(tls && { PARLEY_KAFKA_CA: tls.ca }),
    }),
    connection: (user = admin ?? undefined, mechanism = 'scram-sha-512') => ({
      brokers: brokers.split(','),
      clientId: 'test',
      tls: tls && { ca: readFileSync(tls.ca, 'utf8'), cert: null, key: null },
      sasl: user ? { ...user, mechanism } : null,
    }),
  };
}
