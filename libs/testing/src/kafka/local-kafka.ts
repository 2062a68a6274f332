import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../servers/server.js';
import { WatchedProcess } from '../servers/watched-process.js';
import { makeCertificates } from './certificates.js';
import { findKafka, type KafkaPrograms } from './jars.js';
import { describeKafka, usersOf, type Kafka, type KafkaOptions } from './kafka.js';
import { formatArguments, loggingProperties, mustBePlain, serverProperties } from './settings.js';

const host = '127.0.0.1';
const readyMs = 60_000;

/** Runs Kafka from its jars; an error says why it cannot. */
export async function startLocalKafka(options: KafkaOptions): Promise<Kafka> {
  const programs = await findKafka(practise);
  const users = usersOf(options);
  users.forEach(mustBePlain);
  const isOurs = options.folder === undefined;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'parley-kafka-'));
  try {
    mkdirSync(folder, { recursive: true });
    const [controllerPort, freePort] = (await freePorts(2)) as readonly [number, number];
    const port = options.port ?? freePort;
    const tls = options.tls ? makeCertificates(folder, host) : null;
    const settings = { host, listen: host, port, controllerPort, data: join(folder, 'data'), users, acl: options.acl ?? false, tls, config: options.config ?? {} };
    writeFileSync(join(folder, 'server.properties'), serverProperties(settings), { mode: 0o600 });
    writeFileSync(join(folder, 'log4j2.properties'), loggingProperties);
    const format = ['-cp', programs.classPath, 'kafka.tools.StorageTool', ...formatArguments('server.properties', users)];
    await promisify(execFile)(programs.java, [...programs.archive, '-XX:TieredStopAtLevel=1', ...format], { cwd: folder });
    const start = (): Promise<WatchedProcess> => runBroker(programs, folder, isOurs, options);
    return Object.assign(controls(await start(), start, folder, isOurs), describeKafka(`${host}:${port}`, false, users[0] ?? null, tls && { ca: tls.ca, cert: tls.cert, key: tls.key }));
  } catch (error) {
    if (isOurs) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function runBroker(programs: KafkaPrograms, folder: string, isOurs: boolean, { heapMb = 512, optimized = false }: KafkaOptions): Promise<WatchedProcess> {
  const jvm = [`-Xmx${heapMb}m`, ...(optimized ? ['-XX:+UseG1GC'] : ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']), '-Dlog4j2.configurationFile=log4j2.properties', ...programs.archive];
  return WatchedProcess.start({
    command: programs.java,
    args: [...jvm, '-cp', programs.classPath, 'kafka.Kafka', 'server.properties'],
    folder,
    output: join(folder, 'kafka.log'),
    ready: 'Kafka Server started',
    readyMs,
    ...(isOurs ? { farewell: 'KILL', leaves: folder } : { farewell: 'TERM' }),
  });
}

/** @param isOurs its data go with it, so it need not be ended in good order */
function controls(first: WatchedProcess, start: () => Promise<WatchedProcess>, folder: string, isOurs: boolean): Pick<Kafka, 'pid' | 'stop' | 'kill' | 'pause' | 'resume' | 'restart'> {
  let broker = first;
  return {
    get pid() {
      return broker.pid;
    },
    stop: async () => {
      await broker.end(isOurs ? 'SIGKILL' : 'SIGTERM');
      if (isOurs) rmSync(folder, { recursive: true, force: true });
    },
    kill: () => broker.end('SIGKILL'),
    pause: async () => broker.signal('SIGSTOP'),
    resume: async () => broker.signal('SIGCONT'),
    restart: async () => {
      await broker.end('SIGTERM');
      broker = await start();
    },
  };
}

/** A broker's short life, for the JVM to learn what it loads. */
async function practise(programs: KafkaPrograms): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-kafka-'));
  try {
    const [port, controllerPort] = (await freePorts(2)) as readonly [number, number];
    writeFileSync(join(folder, 'server.properties'), serverProperties({ host, listen: host, port, controllerPort, data: join(folder, 'data'), users: [], acl: false, tls: null, config: {} }));
    writeFileSync(join(folder, 'log4j2.properties'), loggingProperties);
    await promisify(execFile)(programs.java, ['-cp', programs.classPath, 'kafka.tools.StorageTool', ...formatArguments('server.properties', [])], { cwd: folder });
    const broker = await runBroker(programs, folder, true, {});
    await broker.end('SIGTERM');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
