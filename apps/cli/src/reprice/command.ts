import { InvalidArgumentError } from 'commander';
import { databaseHelp, databasePlace, dataOption, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly policy: string;
  readonly rates?: string;
  readonly from?: string;
  readonly to?: string;
  readonly business?: readonly string[];
  readonly failOver?: bigint;
  readonly top: number;
  readonly csv?: string;
  readonly svg?: string;
  readonly data: string;
  readonly json?: boolean;
}

const examples = [
  'parley reprice --policy P6',
  'parley reprice --policy mine.json --rates rates.csv --from 2026-09-01 --to 2026-09-30 --svg change.svg',
  'parley reprice --policy published --fail-over 0%      # proves that prices decided again are the same',
];

const about = `
A policy is a file (its document alone, or as it is published), or a list that comes with Parley: S0, P1 … P6; "history" is all of them, each from its day,
"published" what holds anyway. All usage is folded, so that allowances and tiers are used up as they were; --from, --to (days, UTC) and --business
choose what is told of. Messages for which the rules have no price are in no sum, and said.
What was paid is what was charged, without adjustments: where a price was corrected, \`parley pricing verify\` is the proof.
Exit code 1 with --fail-over where a currency's total would rise by more.`;

export const addReprice: AddCommand = (root, outside, ends) => {
  root
    .command('reprice')
    .description('Prices the real usage again under other rules, offline: who would pay more, who less. Nothing is changed.')
    .requiredOption('--policy <file>', 'the policy: a file, S0, P1 … P6, history, or published')
    .option('--rates <file>', 'a rate card as CSV, as `parley pricing import` reads it (default: the published ones)')
    .option('--from <day>', 'tell of messages delivered from this day on, YYYY-MM-DD')
    .option('--to <day>', 'up to the end of this day')
    .option('--business <ids...>', 'tell of these businesses only')
    .option('--fail-over <percent>', 'fail where the total would rise by more than so many per cent, such as 5%', basisPoints)
    .option('--top <number>', 'show so many of those that lose most, and that win most', positive, 10)
    .option('--csv <file>', 'write a line per business')
    .option('--svg <file>', 'draw a chart')
    .addOption(jsonOption())
    .addOption(dataOption(outside))
    .addHelpText('after', about + databaseHelp(examples))
    .action(async ({ business: businesses = [], json = false, data, ...flags }: Flags) => {
      const { withDatabase } = await import('../database/database.js');
      const { runReprice } = await import('./reprice.js');
      ends(await withDatabase(databasePlace(data, outside), 'parley reprice', (database) => runReprice(database, { ...flags, businesses, json, environment: outside.environment }, outside.terminal)));
    });
};

/** "5%", "2.5 %", "5" → hundredths of a per cent. */
function basisPoints(text: string): bigint {
  const match = /^(\d{1,6})(?:\.(\d{1,2}))?\s*%?$/.exec(text);
  if (!match) throw new InvalidArgumentError('It has to be a percentage, such as 5% or 2.5%.');
  return BigInt(match[1] ?? '') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}
