import type { Log } from '@parley/bus';
import { KafkaLog, TopicsError, type KafkaSettings } from '@parley/bus-kafka';
import { EmbeddedLog, type Database } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { kafkaForm, kafkaOf, readSettings, SettingsError } from '@parley/service';
import { Failure } from '../terminal/failure.js';

export type Environment = { readonly [variable: string]: string | undefined };

/** A log, and whether commits of lanes append to it in the same transaction. */
export interface OpenedLog {
  readonly log: Log;
  readonly embedded: { readonly log?: EmbeddedLog };
  close(): Promise<void>;
}

/** The log that the environment names: on Kafka where PARLEY_KAFKA is set, otherwise in the database. Throws Failure. */
export async function openLog(database: Database, environment: Environment): Promise<OpenedLog> {
  if (!environment['PARLEY_KAFKA']) {
    const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
    const log = await EmbeddedLog.open(database, { topics, clock: Date.now });
    return { log, embedded: { log }, close: () => log.close() };
  }
  const layout = layoutFrom(environment);
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions[layout] }));
  try {
    const log = await KafkaLog.open(kafkaFrom(environment), { topics, clock: Date.now });
    return { log, embedded: {}, close: () => log.close() };
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof TopicsError) throw new Failure(error.lines.join('\n'), 'see `parley topics --check`.');
    throw new Failure(`Kafka at ${environment['PARLEY_KAFKA']} does not answer: ${(error as Error).message}.`, 'see that it runs, and that PARLEY_KAFKA and its login are right.');
  }
}

/** How to reach Kafka. Throws Failure where the settings do not say it. */
export function kafkaFrom(environment: Environment): KafkaSettings {
  const known = Object.values(kafkaForm).map(({ variable }) => variable);
  try {
    const own = Object.fromEntries(Object.entries(environment).filter(([variable]) => known.includes(variable)));
    const kafka = kafkaOf(readSettings(kafkaForm, own), 'parley-cli');
    if (kafka) return kafka;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new Failure(error.lines.join('\n'), 'correct the setting.', 2);
  }
  throw new Failure('It is not said which Kafka.', 'set PARLEY_KAFKA to its brokers, such as PARLEY_KAFKA=127.0.0.1:9092.', 2);
}

/** Which numbers of partitions: as said, else PARLEY_LAYOUT, else many. Throws Failure. */
export function layoutFrom(environment: Environment, said = environment['PARLEY_LAYOUT'] || 'cluster'): 'embedded' | 'cluster' {
  if (said === 'embedded' || said === 'cluster') return said;
  throw new Failure(`${said} is no layout.`, 'choose cluster or embedded.', 2);
}
