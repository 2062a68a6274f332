// The command line, for its main.ts and for specs of the whole.
export { runCommand } from './cli.js';
export type { Outside } from './command.js';
