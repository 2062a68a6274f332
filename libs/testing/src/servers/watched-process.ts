import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Its working directory. */
  readonly folder: string;
  /** The file that takes what it says; it is appended to. */
  readonly output: string;
  /** What it says once it serves. */
  readonly ready: string;
  readonly readyMs: number;
  readonly user?: User;
  /** How it is asked to end when we are gone and nobody is left to ask. */
  readonly farewell: 'INT' | 'QUIT' | 'TERM' | 'KILL';
  /** A folder to be removed then. */
  readonly leaves?: string;
}

/** Whom to run as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Reads from us until we end, in whatever way: a SIGKILL closes a pipe as well. Then ends the process $1 with signal $2, by force after 10 s, and
 * removes the folder $3. `over` means that there is nothing left to do.
 */
const watchdog = `trap '' INT TERM HUP
read -r word; [ "$word" = over ] && exit 0
kill -"$2" "$1"; kill -CONT "$1"
i=0; while [ "$2" != KILL ] && kill -0 "$1" && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
kill -KILL "$1"; [ -n "$3" ] && rm -rf -- "$3"`;

/** A program that does not outlive us, and that no Ctrl-C in our terminal reaches: it has a session of its own. */
export class WatchedProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  private constructor(program: Program) {
    const output = openSync(program.output, 'a');
    this.#child = spawn(program.command, program.args, { cwd: program.folder, detached: true, stdio: ['ignore', output, output], ...program.user });
    closeSync(output);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', (error) => {
        this.#failure = error;
        resolve();
      });
    });
    this.#child.unref();
    if (this.#child.pid !== undefined) watch(this.#child.pid, program, this.#ended);
  }

  /** Starts the program and waits until it is ready; an error with the end of what it said where it does not get there. */
  static async start(program: Program): Promise<WatchedProcess> {
    const from = statSync(program.output, { throwIfNoEntry: false })?.size ?? 0;
    const started = new WatchedProcess(program);
    const deadline = Date.now() + program.readyMs;
    const said = (): string => readFileSync(program.output).subarray(from).toString();
    for (;;) {
      await sleep(20);
      const isRunning = started.isRunning;
      if (said().includes(program.ready)) return started;
      if (!isRunning || Date.now() > deadline) break;
    }
    if (started.#failure) throw started.#failure;
    const how = started.isRunning ? `is not ready after ${program.readyMs} ms` : 'ended at once';
    await started.end('SIGKILL');
    throw new Error(`${program.command} ${how}: ${said().slice(-2_000).trim()}`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it is gone; after ten seconds it is killed. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    this.signal(signal);
    this.signal('SIGCONT');
    const patience = setTimeout(() => this.signal('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(patience);
  }
}

/** Ends the process when we are gone, in whatever way; not after `ended`. */
export function watch(pid: number, { farewell, leaves }: Pick<Program, 'farewell' | 'leaves'>, ended: Promise<unknown>): void {
  const dog = spawn('sh', ['-c', watchdog, 'parley-watchdog', String(pid), farewell, leaves ?? ''], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  dog.unref();
  const pipe = dog.stdin as typeof dog.stdin & { unref?: () => void };
  pipe.unref?.();
  pipe.on('error', () => undefined); // It went first.
  void ended.then(() => pipe.end('over\n'));
}
