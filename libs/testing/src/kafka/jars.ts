import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../servers/server.js';

/** Kafka's programs, to be run with `java -cp`. */
export interface KafkaPrograms {
  readonly java: string;
  readonly classPath: string;
  /** JVM arguments: a start takes 2 s with the archive of loaded classes, 5 without. */
  readonly archive: readonly string[];
}

/** The same version as in kafka/pom.xml and of the image. */
export const kafkaVersion = '4.3.1';
const oldestJava = 17;
const pom = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url));
const quiet = ['-Xlog:disable', '-Xlog:all=error:stderr'];

/**
 * Kafka as it is kept in node_modules; fetched from Maven Central where it is not, once for all processes. An error says what is missing.
 *
 * @param practise runs a broker with the given JVM arguments and ends it in good order, so that the JVM can write down what it loaded
 */
export async function findKafka(practise: (programs: KafkaPrograms) => Promise<void>): Promise<KafkaPrograms> {
  const { java, version } = findJava();
  const folder = join(cacheFolder, `kafka-${kafkaVersion}`);
  const archive = join(cacheFolder, `kafka-${kafkaVersion}-java-${version}.jsa`);
  const classPath = join(folder, '*');
  if (!existsSync(folder)) await oneAtATime(`${folder}.lock`, () => existsSync(folder), () => fetchJars(folder));
  const recorded = (): boolean => existsSync(archive);
  if (!recorded()) await oneAtATime(`${archive}.lock`, recorded, () => record(archive, (args) => practise({ java, classPath, archive: args })));
  return { java, classPath, archive: [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto', ...quiet] };
}

function findJava(): { readonly java: string; readonly version: string } {
  const home = process.env['JAVA_HOME'];
  const java = home ? join(home, 'bin', 'java') : 'java';
  const { status, stderr } = spawnSync(java, ['-XshowSettings:properties', '-version'], { encoding: 'utf8', timeout: 10_000 });
  const property = (name: string): string => new RegExp(`^ *${name} = (.+)$`, 'm').exec(stderr)?.[1] ?? '';
  if (status !== 0) throw new Error(`no Java ${home ? 'in JAVA_HOME' : 'on the path'}: Kafka ${kafkaVersion} needs ${oldestJava} or newer`);
  if (!(Number(property('java.specification.version')) >= oldestJava)) throw new Error(`Kafka ${kafkaVersion} needs Java ${oldestJava} or newer, this is ${property('java.version')}`);
  return { java, version: property('java.vm.version').replaceAll(/[^\w.+-]/g, '_') };
}

async function fetchJars(folder: string): Promise<void> {
  const temporary = await mkdtemp(join(cacheFolder, 'fetch-'));
  try {
    await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${temporary}`]);
    await chmod(temporary, 0o755);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code, stdout = '', message } = error as { code?: string; stdout?: string; message: string };
    if (code === 'ENOENT') throw new Error(`no Maven on the path: it fetches Kafka ${kafkaVersion}`);
    throw new Error(`Maven could not fetch Kafka: ${stdout.split('\n').find((line) => line.includes('ERROR')) ?? message}`);
  }
}

/** Writes the archive; a failure leaves an empty one, which every JVM ignores. */
async function record(archive: string, practise: (args: readonly string[]) => Promise<void>): Promise<void> {
  const temporary = `${archive}.${process.pid}`;
  await practise([`-XX:ArchiveClassesAtExit=${temporary}`, ...quiet]).catch(() => undefined);
  if (!existsSync(temporary)) writeFileSync(temporary, '');
  await rename(temporary, archive);
}

/** Runs the work in one process of this machine while the others wait until it is done; the lock of a process that died is taken over. */
async function oneAtATime(lock: string, isDone: () => boolean, work: () => Promise<void>): Promise<void> {
  mkdirSync(cacheFolder, { recursive: true });
  while (!isDone()) {
    if (!take(lock)) await sleep(100);
    else {
      try {
        if (!isDone()) await work();
      } finally {
        rmSync(lock, { force: true });
      }
    }
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (existsSync(lock) && !isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true });
    return false;
  }
}

/** Whether the process is there; an empty lock is one that is just being written. */
function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
