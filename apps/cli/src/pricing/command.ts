import { dataOption, exampleHelp, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly effectiveFrom?: string;
  readonly id?: string;
  readonly version?: number;
  readonly source?: string;
  readonly illustrative?: boolean;
  readonly currency?: string;
  readonly ignoreColumn?: readonly string[];
  readonly publish?: boolean;
  readonly correction?: boolean;
  readonly all?: boolean;
  readonly url?: string;
  readonly operatorKeyFile?: string;
  readonly data: string;
  readonly json?: boolean;
}

const about = `
Takes CSV with commas, semicolons or tabs, lines above the header and notes below the last market, n/a, $US and €, decimal commas: whatever can be
read in one way. What cannot is refused, with line, column and a fix. A table of volume tiers (From and To, or 750001:MAX) is read and shown.
Without --publish nothing changes. A card never changes once it is published, and is published ahead, for a day that has begun nowhere.
The platform is --url, else the one of the folder; the operator’s key is PARLEY_OPERATOR_KEY, a file’s, else the folder’s.`;

const examples = [
  'parley pricing import rates.csv',
  'parley pricing import rates.csv --effective-from 2027-01-01 --source "the operator’s price page, 2026-11-20" --publish',
  `parley pricing import rates.csv --json | jq '.difference.prices[] | select(.change == "raised")'`,
];

export const addPricing: AddCommand = (root, outside, ends) => {
  const pricing = root.command('pricing').description('Price lists: rate cards as they are found, read, compared and published.').addHelpText('after', exampleHelp(examples));
  pricing
    .command('import')
    .description('Reads a rate card as it is found, shows what it understood and the difference to the card in force, and publishes it.')
    .argument('<file>', 'the rate card, as CSV')
    .option('--publish', 'publish it; without this it is only shown')
    .option('--effective-from <day>', 'the first day it holds, YYYY-MM-DD, from 00:00 in the zone of each business; also the day of the card that it is compared with')
    .option('--source <text>', 'where the prices are from; without it the card is marked illustrative, and no bill may be made of it')
    .option('--illustrative', 'mark it illustrative although it has a source')
    .option('--id <name>', 'its name (default: that of the card in force in its currency)')
    .option('--version <number>', 'its version (default: the next one)', positive)
    .option('--correction', 'publish for a day that has begun, as a correction of the card in force that day')
    .option('--currency <code>', 'the currency of a sheet that names none')
    .option('--ignore-column <name>', 'leave out a column that no rate card has; may be given several times', (name: string, before: readonly string[] = []) => [...before, name])
    .option('--all', 'show every price, also those that stay the same')
    .option('--url <url>', 'the platform (default: where the platform of the folder listens)')
    .option('--operator-key-file <file>', 'a file with the operator’s key')
    .addOption(dataOption(outside))
    .addOption(jsonOption())
    .addHelpText('after', about + exampleHelp(examples))
    .action(async (file: string, { ignoreColumn = [], publish = false, illustrative = false, correction = false, all = false, json = false, ...flags }: Flags) => {
      const { runImport } = await import('./import.js');
      const options = { ...flags, file, ignoredColumns: ignoreColumn, publish, illustrative, correction, all, json, environment: outside.environment };
      ends(await runImport(options, outside.terminal, { fetch: globalThis.fetch, now: Date.now() }));
    });
};
