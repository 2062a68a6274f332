import { Option } from 'commander';
import { exampleHelp, platformOptions, type AddCommand, type PlatformFlags } from '../command.js';

interface Flags extends PlatformFlags {
  readonly database?: string;
}

const about = `
Every accepted message is charged, free, refused, failed, pending or a repetition; what is none of these is the residual: 0, always. Pending is
waiting for its time, on its way to the contact, or in transit from one service to the next. Exits with 1 where a message is unaccounted for.
It reads the tables of messages whole: run it every few minutes, not every second. In a cluster give --database, with the login parley_report.`;

const examples = ['parley conservation', 'parley conservation --database postgres://parley_report@db:5432/parley', `parley conservation --json | jq .residual`];

export const addConservation: AddCommand = (root, outside, ends) => {
  platformOptions(root.command('conservation').description('Checks that no message is lost: accepted = charged + free + refused + failed + pending.'), outside, new Option('--key-file <file>', 'a file with the operator’s key'))
    .addOption(new Option('--database <url>', 'ask the database of a cluster instead').conflicts(['url', 'keyFile']))
    .addHelpText('after', about + exampleHelp(examples))
    .action(async ({ json = false, ...flags }: Flags) => {
      const { runConservation } = await import('./conservation.js');
      ends(await runConservation({ ...flags, json, environment: outside.environment }, outside.terminal, globalThis.fetch));
    });
};
