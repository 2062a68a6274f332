import { CATEGORY_SYMBOLS, isId, type Category } from '@parley/contracts';
import { InvalidArgumentError, Option } from 'commander';
import { exampleHelp, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly into: string;
  readonly append?: boolean;
  readonly policy: string;
  readonly rates?: string;
  readonly zone?: string;
  readonly currency?: string;
  readonly owner?: string;
  readonly waba?: string;
  readonly business?: string;
  readonly category?: Category;
  readonly skipBroken?: boolean;
  readonly failOnDifference?: boolean;
  readonly top: number;
  readonly csv?: string;
  readonly json?: boolean;
}

const examples = [
  'parley import webhooks-2026-10.ndjson.gz --into history --zone America/Sao_Paulo',
  'parley import archive/*.ndjson --into history --csv differences.csv --fail-on-difference',
  'parley import november.ndjson --into history --append',
  'parley reprice --policy P6 --data history',
];

const about = `
A file has a JSON value per line, or is one JSON array; gzip or not. A value is a webhook body of the WhatsApp Cloud API as it came (or an entry, a
change, a value of one), or a message as you recorded it:
  {"messageId", "numberId", "businessId", "contactId" or "phone" or "conversationId", "lane": api|app, "kind": free_form|template,
   "category": service|utility|marketing|authentication, "market" unless a phone tells it, "sentAt", "deliveredAt" (null: never),
   "lastInboundAt", "entryPointAt"}
Times are with their offset (2026-10-05T09:00:00-03:00) or milliseconds. The two may describe the same message, by its id: what you recorded tells what it
was, the webhook what the operator said. Phone numbers become opaque under a key in the folder; no content is read.
Statuses may be in any order, repeated, in several files. Each price of the operator's is held against the price list that was in force then.
Nothing is sent, and no platform's data are touched. Exit code 1 with --fail-on-difference where a price differs.`;

export const addImport: AddCommand = (root, { terminal }, ends) => {
  root
    .command('import')
    .description('Reads past traffic into a history of its own, and compares the operator’s prices with ours, message by message.')
    .argument('<files...>', 'archives')
    .requiredOption('--into <folder>', 'the history’s own folder')
    .option('--append', 'the folder holds a history: read more into it')
    .option('--policy <file>', 'priced by: history (each price list in its time), P1 … P6, or a file', 'history')
    .option('--rates <file>', 'a rate card as CSV, in place of those that come with Parley')
    .option('--zone <name>', 'the account’s time zone (default: UTC)')
    .option('--currency <code>', 'the account’s currency (default: USD)')
    .option('--owner <id>', 'who pays (default: archive)', idOf('Owner'))
    .option('--waba <id>', 'read this account only; also that of bodies that name none', idOf('Business'))
    .option('--business <id>', 'all messages are this business’s (default: each account is a business)', idOf('Business'))
    .addOption(new Option('--category <name>', 'of templates of which nothing tells it').choices(CATEGORY_SYMBOLS.filter((name) => name !== 'service')))
    .option('--skip-broken', 'leave out what cannot be read')
    .option('--fail-on-difference', 'exit code 1 where a price differs')
    .option('--top <number>', 'show so many examples of each cause', positive, 3)
    .option('--csv <file>', 'write a line per message that differs')
    .addOption(jsonOption())
    .addHelpText('after', about + exampleHelp(examples))
    .action(async (files: readonly string[], { append = false, skipBroken = false, failOnDifference = false, json = false, ...flags }: Flags) => {
      const { runImport } = await import('./import.js');
      ends(await runImport({ files, append, skipBroken, failOnDifference, json, ...flags }, terminal));
    });
};

function idOf(kind: 'Owner' | 'Business'): (text: string) => string {
  return (text) => {
    if (!isId(kind, text)) throw new InvalidArgumentError('It has to be an id: letters, digits, _ and -.');
    return text;
  };
}
