import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerHost, startContainer } from '../servers/container.js';
import { freePorts } from '../servers/server.js';
import { makeCertificates } from './certificates.js';
import { kafkaVersion } from './jars.js';
import { describeKafka, usersOf, type Kafka, type KafkaOptions } from './kafka.js';
import { formatArguments, mustBePlain, serverProperties } from './settings.js';

const inside = '/tmp/parley';
const controllerPort = 29_093;

/** Runs Kafka's image with the same settings as the local one; the port inside is the one outside, because a broker tells its clients where it is. */
export async function startContainerKafka(options: KafkaOptions): Promise<Kafka> {
  const users = usersOf(options);
  users.forEach(mustBePlain);
  const host = await containerHost();
  const port = options.port ?? (await freePorts(1))[0]!;
  const folder = mkdtempSync(join(tmpdir(), 'parley-kafka-'));
  const made = options.tls ? makeCertificates(folder, host) : null;
  const tls = made && { keys: `${inside}/broker-keys.pem`, ca: `${inside}/ca.pem` };
  const properties = serverProperties({ host, listen: '0.0.0.0', port, controllerPort, data: '/tmp/parley-data', users, acl: options.acl ?? false, tls, config: options.config ?? {} });
  const files = new Map([[`${inside}/server.properties`, properties], ...(made ? [[tls!.keys, readFileSync(made.keys, 'utf8')], [tls!.ca, readFileSync(made.ca, 'utf8')]] as const : [])]);
  const format = formatArguments(`${inside}/server.properties`, users).map((argument) => `'${argument}'`).join(' ');
  const gone = (): void => rmSync(folder, { recursive: true, force: true });
  const server = await startContainer({
    image: `apache/kafka:${kafkaVersion}`,
    command: ['sh', '-c', `/opt/kafka/bin/kafka-storage.sh ${format} && exec /opt/kafka/bin/kafka-server-start.sh ${inside}/server.properties`],
    environment: { KAFKA_HEAP_OPTS: `-Xmx${options.heapMb ?? 512}m` },
    ports: new Map([[port, port]]),
    files,
    healthy: `bash -c '</dev/tcp/127.0.0.1/${port}'`,
    readyMs: 120_000,
  }).catch((error: unknown) => {
    gone();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    gone();
  };
  const described = describeKafka(`${host}:${port}`, false, users[0] ?? null, made && { ca: made.ca, cert: made.cert, key: made.key });
  return { ...described, get pid() { return server.pid; }, stop, kill: () => server.kill(), pause: () => server.pause(), resume: () => server.resume(), restart: () => server.restart() };
}
