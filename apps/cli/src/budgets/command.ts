import { Option } from 'commander';
import { exampleHelp, platformOptions, type AddCommand, type PlatformFlags } from '../command.js';

interface ListFlags extends PlatformFlags {
  readonly owner?: string;
  readonly month?: string;
}

interface SetFlags extends PlatformFlags {
  readonly cap?: string;
  readonly currency: string;
  readonly zone: string;
  readonly hard?: boolean;
  readonly none?: boolean;
}

const about = `
A message draws on the month in which it was admitted: the most that it can cost is set aside until it is charged or has failed. With a hard cap, a
message for which too little is left is refused before it is sent; otherwise the owner is told at 50, 80 and 100 per cent (BudgetThresholdReached).
The platform is --url, else the one of the folder; the key is PARLEY_OPERATOR_KEY, a file’s, else the operator’s of the folder.`;

const listExamples = ['parley budgets', 'parley budgets --owner sandbox-owner --month 2026-11', `parley budgets --json | jq -r '.[] | [.ownerId, .left] | @tsv'`];
const setExamples = ['parley budget sandbox-owner --cap 250 --hard', 'parley budget acme --cap 1000 --currency EUR --zone Europe/Berlin', 'parley budget sandbox-owner --none'];

export const addBudgets: AddCommand = (root, outside, ends) => {
  platformOptions(root.command('budgets').description('Lists what owners want to spend in a month, what is spent and set aside of it, and what is left.'), outside)
    .option('--owner <id>', 'of one owner only')
    .option('--month <month>', 'another month than the current one, such as 2026-11')
    .addHelpText('after', about + exampleHelp(listExamples))
    .action(async ({ json = false, ...flags }: ListFlags) => {
      const { runBudgets } = await import('./budgets.js');
      ends(await runBudgets({ ...flags, json, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
  platformOptions(root.command('budget').description('Sets what an owner wants to spend in a month, from now on; or takes it back.').argument('<owner>', 'the owner’s id'), outside)
    .addOption(new Option('--cap <amount>', 'most to be spent in a month, such as 250.00').conflicts('none'))
    .option('--currency <code>', 'currency of the cap; businesses charged in another do not draw on it', 'USD')
    .option('--zone <zone>', 'time zone its months begin in', 'UTC')
    .option('--hard', 'refuse messages that could come above the cap')
    .option('--none', 'no budget from now on')
    .addHelpText('after', about + exampleHelp(setExamples))
    .action(async (owner: string, { json = false, hard = false, none = false, ...flags }: SetFlags) => {
      const { runSetBudget } = await import('./budgets.js');
      ends(await runSetBudget({ ...flags, owner, json, hard, none, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
};
