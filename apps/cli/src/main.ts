import { runCommand } from './cli.js';
import { processTerminal } from './terminal/terminal.js';

function interruption(): AbortSignal {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort()); // Once: a second Ctrl-C ends it at once.
  return stopping.signal;
}

// Whoever reads us may have read enough: `parley log … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const outside = { terminal: processTerminal(), streams: { input: process.stdin, output: process.stdout }, environment: process.env, interruption };
process.exitCode = await runCommand(process.argv.slice(2), outside);
