import { hasDockerEngine } from '../servers/container.js';
import { requireOr, sharedServer, type Unavailable } from '../servers/server.js';
import { startContainerKafka } from './container-kafka.js';
import { describeKafka, type Kafka, type KafkaOptions } from './kafka.js';
import { startLocalKafka } from './local-kafka.js';

/**
 * A broker: the one that the run shares (PARLEY_TEST_KAFKA=host:port), else a container where a Docker engine answers, else Kafka from Maven
 * Central's jars; else why not. Gone when we are, however that comes.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka | Unavailable> {
  const address = process.env['PARLEY_TEST_KAFKA'];
  if (address && Object.keys(options).length === 0) return Object.assign(sharedServer('broker'), describeKafka(address, true, null, null));
  try {
    if (options.folder === undefined && (await hasDockerEngine())) return await startContainerKafka(options);
    return await startLocalKafka(options);
  } catch (error) {
    return { unavailable: requireOr('kafka', `no Kafka: ${(error as Error).message}`) };
  }
}
