import { explain } from './explain.js';

/** A process that has started. */
export interface Running {
  /** Drains and stops, within about `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export interface ProcessOptions {
  /** For what is said about it: "parley", "ingest". */
  readonly name: string;
  /** The port it means to listen on, for the hint when it is taken. */
  port(): number;
  start(): Promise<Running>;
}

const stopWithinMs = 8_000;
/** After this long an orderly stop is given up: everything committed is safe without it. */
const stopAtLastMs = 10_000;

/**
 * Runs a process until Ctrl-C or SIGTERM: starts it, says in plain words why it cannot, and drains it at the end. Exit codes: 0 stopped,
 * 1 could not start or failed, 130 given up at once by a second Ctrl-C.
 */
export async function runProcess({ name, port, start }: ProcessOptions): Promise<void> {
  let running: Running | undefined;
  let stopping = false;
  const onSignal = (): void => {
    if (running === undefined || stopping) process.exit(130); // Nothing to drain yet, or asked twice: a crash loses nothing.
    stopping = true;
    say(`${name}: stopping: finishing requests, then lanes …`);
    setTimeout(() => exitSaying(`${name}: not everything stopped within ${stopAtLastMs / 1000} s; what was accepted is safe and goes on at the next start.`, 0), stopAtLastMs).unref();
    running.stop(stopWithinMs).then(
      () => exitSaying(`${name}: stopped.`, 0),
      (error: unknown) => exitSaying(`${name}: stopped, with a fault: ${stackOf(error)}`, 1),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', (error) => exitSaying(`${name}: failed, and ends so that it can be started again: ${stackOf(error)}`, 1));
  try {
    running = await start();
  } catch (error) {
    exitSaying(`${name} cannot start.\n${explain(error, { port: port() }) ?? stackOf(error)}`, 1);
  }
}

function exitSaying(text: string, code: number): never {
  say(text);
  process.exit(code);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
