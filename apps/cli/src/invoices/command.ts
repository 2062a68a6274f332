import { Option } from 'commander';
import { exampleHelp, platformOptions, type AddCommand, type PlatformFlags } from '../command.js';

interface Flags extends PlatformFlags {
  readonly owner?: string;
  readonly csv?: boolean;
  readonly pdf?: string;
}

const about = `
The platform is --url, else the one of the folder; the key is PARLEY_OPERATOR_KEY, a file’s, else the operator’s of the folder. With a business’s
key (charges:read) you see what is that business’s. An invoice marked illustrative is made of example prices and is not to be paid.`;

const listExamples = ['parley invoices', 'parley invoices --owner sandbox-owner', `parley invoices --json | jq -r '.[] | [.invoiceId, .total] | @tsv'`];
const showExamples = ['parley invoice sandbox-owner-000001', 'parley invoice sandbox-owner-000001 --pdf invoice.pdf', 'parley invoice sandbox-owner-000001 --csv > invoice.csv'];

export const addInvoices: AddCommand = (root, outside, ends) => {
  platformOptions(root.command('invoices').description('Lists the invoices that were issued, oldest first.').option('--owner <id>', 'of one owner only'), outside)
    .addHelpText('after', about + exampleHelp(listExamples))
    .action(async ({ json = false, ...flags }: Flags) => {
      const { runInvoices } = await import('./invoices.js');
      ends(await runInvoices({ ...flags, json, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
  platformOptions(
    root
      .command('invoice')
      .description('Shows one invoice with its lines, or writes it as PDF or CSV.')
      .argument('<number>', 'its number, as `parley invoices` lists it')
      .addOption(new Option('--pdf <file>', 'write it into this file, for printing').conflicts(['csv', 'json']))
      .addOption(new Option('--csv', 'its lines as CSV').conflicts(['json'])),
    outside,
  )
    .addHelpText('after', about + exampleHelp(showExamples))
    .action(async (number: string, { json = false, csv = false, ...flags }: Flags) => {
      const { runInvoice } = await import('./invoices.js');
      ends(await runInvoice({ ...flags, number, json, csv, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
};
