// A service as a process: started, watched, started again when it falls, ended in good order. Its lines go to a file and to whoever listens.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './error.mjs';

const readyWithinMs = 90_000;
const endWithinMs = 12_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** Ours are not the surroundings': a service refuses settings that it does not know. */
export function surroundings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_')));
}

export class ServiceProcess {
  #child;
  #ended = Promise.resolve();
  #stopping = false;
  #wasReady = false;
  #pauseMs = firstPauseMs;
  #said = [];

  /** @param options { name, service, args, environment, address, logFile, restarts, watch, on } `on(event, detail)`: 'line', 'fell', 'again'. */
  constructor(options) {
    this.options = options;
    this.file = createWriteStream(options.logFile);
  }

  get name() {
    return this.options.name;
  }

  get address() {
    return this.options.address;
  }

  get pid() {
    return this.#child?.pid ?? 0;
  }

  /** Whether requests may go there. */
  get isUp() {
    return this.#wasReady && this.#isRunning;
  }

  get #isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it, and resolves when it says that it is ready; rejects with its last lines where it ends before. */
  async start() {
    this.#spawn();
    await this.#ready();
    this.#wasReady = true;
  }

  #spawn() {
    const { args, environment, watch } = this.options;
    const child = spawn(process.execPath, args, { env: { ...surroundings(), ...environment }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    watch(child.pid, { farewell: 'TERM' }, this.#ended);
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => this.#line(line));
    void this.#ended.then((how) => this.#fell(how));
  }

  #line(line) {
    this.#said = [...this.#said.slice(-20), line];
    this.file.write(`${line}\n`);
    this.options.on('line', line);
  }

  async #fell(how) {
    if (this.#stopping || !this.#wasReady) return;
    const { restarts, on } = this.options;
    on('fell', `ended (${how})${restarts ? ', starts again' : ''}`);
    if (!restarts) return;
    await sleep(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    if (this.#stopping) return;
    this.#spawn();
    await this.#ready().then(
      () => {
        this.#pauseMs = firstPauseMs;
        on('again', `runs again (pid ${this.pid})`);
      },
      () => undefined, // It fell once more: the next turn is under way.
    );
  }

  async #ready() {
    const { name, address, service } = this.options;
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await sleep(100)) {
      if (!this.#isRunning) throw new ClusterError(`${name} did not start:\n${this.#said.map((line) => `  ${line}`).join('\n')}`, `correct what it names; all it said is in ${this.options.logFile}.`);
      const answer = await fetch(`${address}/${service}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      if (answer?.ok) return;
    }
    const why = await fetch(`${address}/${service}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then((answer) => answer.text(), String);
    throw new ClusterError(`${name} is not ready after ${readyWithinMs / 1000} s: ${why.slice(0, 1_000)}`, `what it said is in ${this.options.logFile}.`);
  }

  signal(signal) {
    this.#child?.kill(signal);
  }

  /** Drains it; by force where it takes too long. */
  async stop() {
    this.#stopping = true;
    if (this.#isRunning) {
      const patience = setTimeout(() => this.signal('SIGKILL'), endWithinMs);
      this.signal('SIGTERM');
      await this.#ended;
      clearTimeout(patience);
    }
    this.file.end();
  }

  kill() {
    this.#stopping = true;
    this.signal('SIGKILL');
  }
}
