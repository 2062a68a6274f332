import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DatabasePlace } from './database/database.js';
import type { DialogueStreams } from './phone/dialogue.js';
import type { Terminal } from './terminal/terminal.js';

/** All that a command has of the world. */
export interface Outside {
  readonly terminal: Terminal;
  readonly streams: DialogueStreams;
  readonly environment: { readonly [variable: string]: string | undefined };
  /** Aborts at Ctrl-C. A command that does not ask for it is ended by Ctrl-C at once. */
  interruption(): AbortSignal;
}

/** Adds one command. What it does is loaded when it is called; `ends` is told its exit code. */
export type AddCommand = (root: Command, outside: Outside, ends: (code: number) => void) => void;

export function jsonOption(): Option {
  return new Option('--json', 'for programs: JSON in place of words');
}

export function dataOption({ environment }: Outside): Option {
  return new Option('--data <folder>', 'the platform’s data').default(environment['PARLEY_DATA'] || '.parley');
}

/** What says where the platform is, and with which key to ask it. */
export interface PlatformFlags {
  readonly url?: string;
  readonly keyFile?: string;
  /** The same, as the commands of prices name it. */
  readonly operatorKeyFile?: string;
  readonly data: string;
  readonly json?: boolean;
}

/** Gives the command the options of one that asks the platform. */
export function platformOptions(command: Command, outside: Outside, keyFile = new Option('--key-file <file>', 'a file with the key to ask with')): Command {
  return command
    .option('--url <url>', 'the platform (default: where the platform of the folder listens)')
    .addOption(keyFile)
    .addOption(dataOption(outside))
    .addOption(jsonOption());
}

export function databasePlace(data: string, { environment }: Outside): DatabasePlace {
  return { data, url: environment['PARLEY_DATABASE_URL'] || undefined };
}

/** What follows the options of a command that opens the database. */
export function databaseHelp(examples: readonly string[], remark = 'A folder is one process’s at a time: stop the platform first.'): string {
  return `\nThe database is PARLEY_DATABASE_URL where that is set, else the folder of the data.\n${remark}${exampleHelp(examples)}`;
}

export function exampleHelp(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`;
}

export function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

export function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It has to be 1 or more.');
  return value;
}
