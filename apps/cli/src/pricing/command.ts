import { Option, type Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { databaseHelp, databasePlace, dataOption, exampleHelp, jsonOption, platformOptions, positive, type AddCommand, type Outside, type PlatformFlags } from '../command.js';

interface Flags extends PlatformFlags {
  readonly effectiveFrom?: string;
  readonly id?: string;
  readonly version?: number;
  readonly source?: string;
  readonly illustrative?: boolean;
  readonly currency?: string;
  readonly ignoreColumn?: readonly string[];
  readonly publish?: boolean;
  readonly correction?: boolean;
  readonly reason?: string;
  readonly all?: boolean;
  readonly owner?: readonly string[];
  readonly business?: readonly string[];
}

const about = `
Takes CSV with commas, semicolons or tabs, lines above the header and notes below the last market, n/a, $US and €, decimal commas: whatever can be
read in one way. What cannot is refused, with line, column and a fix. A table of volume tiers (From and To, or 750001:MAX) becomes the tiers of the
policy in force, published as its next version: all tiers of its categories in its currency.
A contract: with --owner or --business it is for those alone, and holds for them until another version for the same replaces it.
Without --publish nothing changes. A card never changes once it is published, and is published ahead, for a day that has begun nowhere.
The platform is --url, else the one of the folder; the operator’s key is PARLEY_OPERATOR_KEY, a file’s, else the folder’s.`;

const examples = [
  'parley pricing import rates.csv',
  'parley pricing import rates.csv --effective-from 2027-01-01 --source "the operator’s price page, 2026-11-20" --publish',
  'parley pricing import tiers.csv --effective-from 2027-01-01 --source "the operator’s price page, 2026-11-20" --publish',
  `parley pricing import rates.csv --json | jq '.difference.prices[] | select(.change == "raised")'`,
];

interface EligibilityFlags extends PlatformFlags, Pick<Flags, 'effectiveFrom' | 'source' | 'publish'> {
  readonly home?: string;
  readonly market?: readonly string[];
  readonly none?: boolean;
}

const eligibilityAbout = `
A business that is eligible pays the international price of authentication for contacts in the markets named, where the card has one, and never in its home
market. Each version says all of it: name every market. It is published ahead, for a day that has not begun where the business is. Without --publish
nothing changes.`;

const eligibilityExamples = [
  'parley pricing international acme --home Brazil --market Egypt --market India',
  'parley pricing international acme --home Brazil --market Egypt --effective-from 2027-01-01 --source "the operator’s notice, 2026-11-20" --publish',
  'parley pricing international acme --none --effective-from 2027-06-01 --source "the operator’s notice" --publish',
];

export const addPricing: AddCommand = (root, outside, ends) => {
  const pricing = root.command('pricing').description('Price lists: rate cards as they are found, read, compared, published and corrected; who is eligible for international prices.').addHelpText('after', exampleHelp(examples));
  reaching(
    pricing
      .command('import')
      .description('Reads a rate card or a table of volume tiers as it is found, shows what it understood and the difference to what is in force, and publishes it.')
      .argument('<file>', 'the rate card or the tiers, as CSV')
      .option('--publish', 'publish it; without this it is only shown')
      .option('--effective-from <day>', 'the first day it holds, YYYY-MM-DD, from 00:00 in the zone of each business; also the day of the card that it is compared with')
      .option('--source <text>', 'where the prices are from; without it the card is marked illustrative, and no bill may be made of it')
      .option('--illustrative', 'mark it illustrative although it has a source')
      .option('--id <name>', 'its name (default: that of the card in force in its currency)')
      .option('--version <number>', 'its version (default: the next one)', positive)
      .option('--correction', 'publish for a day that has begun, as a correction of the card in force that day; see also `parley pricing correct`')
      .option('--reason <text>', 'why it is corrected, for owners to read on their bills')
      .option('--currency <code>', 'the currency of a sheet that names none')
      .option('--ignore-column <name>', 'leave out a column that no rate card has; may be given several times', (name: string, before: readonly string[] = []) => [...before, name])
      .option('--owner <id>', 'only for this owner’s businesses, before what is for everybody; may be given several times', (name: string, before: readonly string[] = []) => [...before, name])
      .option('--business <id>', 'only for this business, before what is for its owner; may be given several times', (name: string, before: readonly string[] = []) => [...before, name])
      .option('--all', 'show every price, also those that stay the same'),
    outside,
  )
    .addHelpText('after', about + exampleHelp(examples))
    .action(async (file: string, { ignoreColumn = [], owner: owners = [], business: businesses = [], publish = false, illustrative = false, correction = false, all = false, json = false, ...flags }: Flags) => {
      const { runImport } = await import('./import.js');
      const options = { ...flags, file, ignoredColumns: ignoreColumn, owners, businesses, publish, illustrative, correction, all, json, environment: outside.environment };
      ends(await runImport(options, outside.terminal, { fetch: globalThis.fetch, now: Date.now() }));
    });
  reaching(
    pricing
      .command('international')
      .description('To which markets a business pays international authentication prices: shows what would change, and publishes it.')
      .argument('<business>', 'the id of the business')
      .option('--home <market>', 'the market of its primary country (default: as in the version in force)')
      .option('--market <market>', 'a market that it is eligible for; given once for each', (name: string, before: readonly string[] = []) => [...before, name])
      .option('--none', 'it no longer is eligible')
      .option('--publish', 'publish it; without this it is only shown')
      .option('--effective-from <day>', 'the first day it holds, YYYY-MM-DD, from 00:00 in the zone of the business')
      .option('--source <text>', 'where this is from'),
    outside,
  )
    .addHelpText('after', eligibilityAbout + exampleHelp(eligibilityExamples))
    .action(async (businessId: string, { market: markets = [], none = false, publish = false, json = false, ...flags }: EligibilityFlags) => {
      const { runEligibility } = await import('./eligibility.js');
      ends(await runEligibility({ ...flags, businessId, markets, none, publish, json, environment: outside.environment }, outside.terminal, { fetch: globalThis.fetch }));
    });
  addCorrect(pricing, outside, ends);
  addCorrections(pricing, outside, ends);
  addVerify(pricing, outside, ends);
};

interface CorrectFlags extends PlatformFlags {
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly source?: string;
  readonly illustrative?: boolean;
  readonly currency?: string;
  readonly ignoreColumn?: readonly string[];
  readonly dryRun?: boolean;
  readonly wait: boolean;
}

const correctAbout = `
What was in force on that day stays on the log for ever, and so does every charge. Billing prices the usage since that day again and posts an adjustment
for each charge that differs; a month that is invoiced has them on the next bill, in lines that give the reason. What is delivered from now on is priced
by the correction. Cut off anywhere, the same call goes on where it was: each charge is adjusted once.
The platform is --url, else the one of the folder; the operator’s key is PARLEY_OPERATOR_KEY, a file’s, else the folder’s.`;

const correctExamples = [
  'parley pricing correct rates.csv --effective-from 2026-11-01 --reason "Brazil was too dear" --dry-run',
  'parley pricing correct rates.csv --effective-from 2026-11-01 --reason "Brazil was too dear" --source "the operator’s price page, 2026-11-20"',
  'parley pricing correct policy.json --effective-from 2026-10-01 --reason "replies by hand are free"',
];

const addCorrect: AddCommand = (pricing, outside, ends) => {
  reaching(
    pricing
      .command('correct')
      .description('Corrects prices for days that have begun: a rate card (CSV) or a policy (.json) in place of the one in force, and the adjustments that follow.')
      .argument('<file>', 'the rate card, as `parley pricing import` reads it, or the policy, as `parley reprice` does')
      .requiredOption('--effective-from <day>', 'the first day it holds, YYYY-MM-DD, from 00:00 in the zone of each business')
      .requiredOption('--reason <text>', 'why, for owners to read on their bills')
      .option('--dry-run', 'tell what it would change, and publish nothing')
      .option('--source <text>', 'where it is from; without it, it is marked illustrative, and no bill may be made of it')
      .option('--illustrative', 'mark it illustrative although it has a source')
      .option('--currency <code>', 'the currency of a sheet that names none')
      .option('--ignore-column <name>', 'leave out a column that no rate card has; may be given several times', (name: string, before: readonly string[] = []) => [...before, name])
      .option('--no-wait', 'do not wait until its adjustments are posted'),
    outside,
  )
    .addHelpText('after', correctAbout + exampleHelp(correctExamples))
    .action(async (file: string, { ignoreColumn = [], illustrative = false, dryRun = false, json = false, ...flags }: CorrectFlags) => {
      const { runCorrect } = await import('./correct.js');
      const options = { ...flags, file, ignoredColumns: ignoreColumn, illustrative, dryRun, json, environment: outside.environment };
      ends(await runCorrect(options, outside.terminal, { fetch: globalThis.fetch, pause }));
    });
};

const addCorrections: AddCommand = (pricing, outside, ends) => {
  reaching(pricing.command('corrections').description('Lists every correction of prices: what it adjusted, and whether anything is left.'), outside)
    .addHelpText('after', `\nExit code 1 where one failed.${exampleHelp(['parley pricing corrections', `parley pricing corrections --json | jq '.[] | select(.state != "settled")'`])}`)
    .action(async ({ json = false, ...flags }: PlatformFlags) => {
      const { runCorrections } = await import('./list-corrections.js');
      ends(await runCorrections({ ...flags, json, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
};

const verifyAbout = `
All usage is priced again, offline, by what each charge was stamped with and every correction as if it had been published in time. Charges and adjustments
have to be together what comes of it, to the micro. Adjustments that the operator posted by hand are left out. Exit code 1 where anything differs.`;

const addVerify: AddCommand = (pricing, outside, ends) => {
  pricing
    .command('verify')
    .description('Proves that nothing is left to adjust: prices all usage again with every correction, and holds the ledger against it.')
    .addOption(dataOption(outside))
    .addOption(jsonOption())
    .addHelpText('after', verifyAbout + databaseHelp(['parley pricing verify', 'parley pricing verify --json']))
    .action(async ({ data, json = false }: { readonly data: string; readonly json?: boolean }) => {
      const { withDatabase } = await import('../database/database.js');
      const { runVerify } = await import('./verify.js');
      ends(await withDatabase(databasePlace(data, outside), 'parley pricing verify', (database) => runVerify(database, { json, environment: outside.environment }, outside.terminal)));
    });
};

function reaching(command: Command, outside: Outside): Command {
  return platformOptions(command, outside, new Option('--operator-key-file <file>', 'a file with the operator’s key'));
}
