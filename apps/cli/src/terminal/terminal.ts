import { inkFor, type Ink } from './ink.js';

/** Where a command prints: results to stdout, everything else to stderr, so that a pipe gets results only. */
export interface Terminal {
  readonly ink: Ink;
  /** Whether a person reads stdout as it is written. */
  readonly isInteractive: boolean;
  /** Width in characters. */
  readonly columns: number;
  line(text?: string): void;
  /** A remark, a prompt, a progress report. */
  remark(text: string): void;
  /** Puts a line in place of the remark made by the call before; '' takes it away. Does nothing where nobody watches. */
  replace(text: string): void;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  let replaceable = false;
  const clear = (): void => {
    if (replaceable) stderr.write('\r\u001b[2K');
    replaceable = false;
  };
  return {
    ink: inkFor(stdout.isTTY, process.env),
    isInteractive: stdout.isTTY,
    columns: stdout.columns ?? 100,
    line: (text = '') => {
      clear();
      stdout.write(`${text}\n`);
    },
    remark: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    replace: (text) => {
      if (!stderr.isTTY) return;
      clear();
      stderr.write(text.slice(0, (stderr.columns ?? 100) - 1));
      replaceable = text !== '';
    },
  };
}
