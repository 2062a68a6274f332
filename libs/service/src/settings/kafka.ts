import { readFileSync } from 'node:fs';
import type { KafkaSettings } from '@parley/bus-kafka';
import { orNull, words } from './installation.js';
import type { Setting, Settings } from './settings.js';
import { SettingsError } from './settings.js';

const file = (variable: string, about: string): Setting<string | null> =>
  orNull<string>({
    variable,
    about,
    read: (path) => {
      try {
        const text = readFileSync(path, 'utf8');
        return text.includes('-----BEGIN ') ? { value: text } : { hint: `names ${path}, which is no PEM file` };
      } catch (error) {
        return { hint: `names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
      }
    },
  });

const mechanisms = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;

/** How to reach a Kafka cluster, in variables that begin with `prefix`. `about`: what the cluster is for. */
export function brokersForm(prefix: string, about: string) {
  return {
    kafka: orNull(words(prefix, about, /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be brokers as host:port, separated by commas')),
    kafkaUser: orNull(words(`${prefix}_USER`, 'the login on Kafka', /^.+$/, 'must not be empty')),
    kafkaPassword: orNull(words(`${prefix}_PASSWORD`, `the password of ${prefix}_USER`, /^.+$/, 'must not be empty')),
    kafkaMechanism: words(`${prefix}_MECHANISM`, 'how to log in on Kafka', new RegExp(`^(${mechanisms.join('|')})$`), `must be one of ${mechanisms.join(', ')}`, mechanisms[0]),
    kafkaCa: file(`${prefix}_CA`, 'the PEM file of the authority that Kafka’s certificate is from; setting it means TLS'),
    kafkaCert: file(`${prefix}_CERT`, 'the PEM file of our own certificate, where Kafka asks for one'),
    kafkaKey: file(`${prefix}_KEY`, `the PEM file of the key to ${prefix}_CERT`),
  };
}

/** How to reach Kafka. Where PARLEY_KAFKA is not set, the log is in the database. */
export const kafkaForm = {
  ...brokersForm('PARLEY_KAFKA', 'the Kafka cluster that holds the log; without it the log is in the database'),
  layout: orNull(words('PARLEY_LAYOUT', 'which numbers of partitions the topics have: embedded (few) or cluster (many); it never changes once there are topics', /^(embedded|cluster)$/, 'must be embedded or cluster')),
};

/** What the settings of `brokersForm` say; null where no brokers are named. Throws SettingsError where they do not go together. */
export function kafkaOf(settings: Settings<ReturnType<typeof brokersForm>>, clientId: string, prefix = 'PARLEY_KAFKA'): KafkaSettings | null {
  const { kafka, kafkaUser, kafkaPassword, kafkaMechanism, kafkaCa, kafkaCert, kafkaKey } = settings;
  const wrong: string[] = [];
  if ((kafkaUser === null) !== (kafkaPassword === null)) wrong.push(`${prefix}_USER and ${prefix}_PASSWORD go together: set both, or neither.`);
  if ((kafkaCert === null) !== (kafkaKey === null)) wrong.push(`${prefix}_CERT and ${prefix}_KEY go together: set both, or neither.`);
  if (kafka === null && [kafkaUser, kafkaCa, kafkaCert].some((value) => value !== null)) wrong.push(`${prefix} is not set, but other settings of Kafka are: name the brokers.`);
  if (kafkaCa === null && kafkaCert !== null) wrong.push(`${prefix}_CERT is for TLS: set ${prefix}_CA too.`);
  if (wrong.length > 0) throw new SettingsError(wrong);
  if (kafka === null) return null;
  return {
    brokers: kafka.split(','),
    clientId,
    tls: kafkaCa === null ? null : { ca: kafkaCa, cert: kafkaCert, key: kafkaKey },
    sasl: kafkaUser === null || kafkaPassword === null ? null : { mechanism: kafkaMechanism as (typeof mechanisms)[number], username: kafkaUser, password: kafkaPassword },
  };
}
