import { databaseHelp, databasePlace, dataOption, jsonOption, positive, whole, type AddCommand } from '../command.js';

interface Flags {
  readonly partition?: number;
  readonly from?: number;
  readonly limit?: number;
  readonly key?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly data: string;
}

const examples = [
  'parley log ledger',
  `parley log usage --json | jq '{at: .event.meta.at, market: .event.market}'`,
  'parley log conversations --partition 2 --from 100 --follow',
];

export const addLog: AddCommand = (root, outside, ends) => {
  root
    .command('log')
    .description('Prints the records of a topic, decoded: the evidence behind windows and charges. Of sealed content only its size.')
    .argument('<topic>', 'conversations, envelopes, usage, ledger, catalog, requests, requests.rejected')
    .option('--partition <number>', 'only this partition', whole)
    .option('--from <offset>', 'from this offset on', whole)
    .option('--key <key>', 'only records of this key, such as a conversation')
    .option('--limit <number>', 'at most so many records', positive)
    .option('--follow', 'go on with what is appended, until Ctrl-C')
    .addOption(jsonOption())
    .addOption(dataOption(outside))
    .addHelpText('after', databaseHelp(examples))
    .action(async (topic: string, { data, follow = false, json = false, ...flags }: Flags) => {
      const { withDatabase } = await import('../database/database.js');
      const { printLog } = await import('./records.js');
      const { terminal } = outside;
      const signal = follow ? outside.interruption() : new AbortController().signal;
      ends(await withDatabase(databasePlace(data, outside), `parley log ${topic}`, (database) => printLog(database, { topic, follow, json, environment: outside.environment, ...flags }, terminal, signal)));
    });
};
