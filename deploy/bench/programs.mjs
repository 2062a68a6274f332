// The programs under test as children: started, told to go, asked for their result.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { schemaIds, writeSchemas } from './schemas.mjs';
import { now, partitions } from './workload.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A child that says `ready`, waits for a line, and says its result as the last line of its output. */
class Child {
  #lines = [];
  #waiting;
  #errors = '';

  constructor(command, args, options = {}) {
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.ended = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve(code ?? signal)));
    this.process.stderr.on('data', (chunk) => (this.#errors = `${this.#errors}${chunk}`.slice(-8_000)));
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#waiting?.();
    });
  }

  get pid() {
    return this.process.pid;
  }

  async ready(timeoutMs = 120_000) {
    const said = new Promise((resolve) => {
      this.#waiting = () => this.#lines.includes('ready') && resolve();
      this.#waiting();
    });
    await this.#within(Promise.race([said, this.ended.then(() => Promise.reject(this.#failed()))]), timeoutMs);
  }

  go() {
    this.process.stdin.write('go\n');
  }

  async result(timeoutMs) {
    const code = await this.#within(this.ended, timeoutMs);
    if (code !== 0) throw this.#failed();
    return JSON.parse(this.#lines.at(-1));
  }

  async #within(promise, timeoutMs) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms\n${this.#errors}`)), timeoutMs)));
    try {
      return await Promise.race([promise, late]);
    } catch (error) {
      this.process.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #failed() {
    return new Error(`${this.process.spawnargs.slice(0, 2).join(' ')} failed:\n${this.#lines.slice(-5).join('\n')}\n${this.#errors}`);
  }
}

/** Our line in so many processes; each has its share of the partitions. */
export function ourLine({ brokers, databaseUrl, processes, limits, nodeArgs = [] }) {
  return Array.from({ length: processes }, (_, index) => {
    const shares = Array.from({ length: partitions }, (__, partition) => partition).filter((partition) => partition % processes === index);
    const settings = JSON.stringify({ brokers, databaseUrl, shares, limits });
    return new Child(process.execPath, [...nodeArgs, join(here, 'line-process.mjs'), settings]);
  });
}

/** Builds the Streams program into the folder, or says why it cannot. */
export async function buildStreams(folder) {
  mkdirSync(folder, { recursive: true });
  writeSchemas(join(folder, 'avro'));
  await promisify(execFile)('mvn', ['-q', '-B', '-f', join(here, 'streams', 'pom.xml'), `-Dbench.build=${folder}`, 'package']).catch((error) => {
    throw new Error(error.code === 'ENOENT' ? 'no Maven on the path' : `Maven: ${(error.stdout ?? '').split('\n').find((line) => line.includes('ERROR')) ?? error.message}`);
  });
}

export function streamsProgram({ brokers, folder, inputs, threads, heapMb, commitMs = 100, caching = true, jvmArgs = [] }) {
  const stateDir = mkdtempSync(join(tmpdir(), 'parley-streams-'));
  const settings = { brokers, stateDir, applicationId: 'parley-line', schemaIds: schemaIds(), now, inputs, threads, commitMs, caching };
  const classPath = [join(folder, 'classes'), join(folder, 'lib', '*')].join(':');
  const quick = ['-Dorg.apache.avro.specific.use_custom_coders=true', '-Dorg.apache.avro.fastread=true'];
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const child = new Child('java', [`-Xmx${heapMb}m`, '-XX:+UseG1GC', ...quick, ...quiet, ...jvmArgs, '-cp', classPath, 'parley.bench.Line', JSON.stringify(settings)]);
  child.ended.then(() => rmSync(stateDir, { recursive: true, force: true }));
  return child;
}
