import type { logCreator } from 'kafkajs';

/** How to reach a Kafka cluster. */
export interface KafkaSettings {
  /** `host:port` of some brokers; they name the others. */
  readonly brokers: readonly string[];
  /** Who we say we are in the broker's logs and quotas. */
  readonly clientId: string;
  /** PEM texts; null: no TLS. `ca` null: the certificate authorities this machine trusts. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null } | null;
  readonly sasl: { readonly mechanism: 'scram-sha-256' | 'scram-sha-512' | 'plain'; readonly username: string; readonly password: string } | null;
}

/** Told what a person may want to know: connections lost, requests refused. Never content. */
export type KafkaReport = (message: string) => void;

/** What kafkajs would log, told in one line each. */
export function reporting(report: KafkaReport): logCreator {
  return () => ({ namespace, log }) => report(`kafka ${namespace.toLowerCase()}: ${log.message}${typeof log['broker'] === 'string' ? ` (${log['broker']})` : ''}`);
}

/** In the form that kafkajs takes. */
export function kafkajsSecurity({ tls, sasl }: Pick<KafkaSettings, 'tls' | 'sasl'>) {
  return {
    ...(tls && { ssl: { ...(tls.ca !== null && { ca: [tls.ca] }), ...(tls.cert !== null && { cert: tls.cert }), ...(tls.key !== null && { key: tls.key }) } }),
    ...(sasl && { sasl: { ...sasl } as { mechanism: 'plain'; username: string; password: string } }),
  };
}
