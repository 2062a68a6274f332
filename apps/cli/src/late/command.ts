import { InvalidArgumentError } from 'commander';
import { dataOption, exampleHelp, jsonOption, type AddCommand } from '../command.js';

interface Flags {
  readonly url?: string;
  readonly keyFile?: string;
  readonly from?: string;
  readonly to?: string;
  readonly until?: string;
  readonly country?: string;
  readonly region?: string;
  readonly closed?: string;
  readonly json?: boolean;
  readonly data: string;
}

const examples = [
  'parley late',
  'parley late --from 2026-11-01 --to 2026-11-30 --country DE --region BY --closed 2026-11-27',
  'parley late --until 2026-12-01T08:00:00+01:00',
  'PARLEY_API_KEY=pk_… parley late --url https://parley.example.com --json | jq .waiting.total',
];

export const addLate: AddCommand = (root, outside, ends) => {
  root
    .command('late')
    .description('What late replies cost a business: by hour of the week, last weekend, and what the open windows will cost if nobody answers until Monday.')
    .addOption(dataOption(outside))
    .option('--url <url>', 'the platform (default: where the sandbox’s platform listens)')
    .option('--key-file <file>', 'a file with the business’s key (default: PARLEY_API_KEY, else the sandbox’s)')
    .option('--from <time>', 'from the beginning of this day, or from this instant on (default: 28 days before the end)', time)
    .option('--to <time>', 'to the end of this day, or to this instant (default: now)', time)
    .option('--until <time>', 'nobody answers until this day begins, or this instant (default: next Monday)', time)
    .option('--country <code>', 'whose holidays count (default: of the country that keeps the business’s time)')
    .option('--region <code>', 'the part of the country, such as BY of DE')
    .option('--closed <days>', 'the business’s own closed days, such as 2026-12-24,2026-12-31', days)
    .addOption(jsonOption())
    .addHelpText('after', `\nDays are those of the business’s zone. The key needs the scopes windows:read and charges:read.${exampleHelp(examples)}`)
    .action(async ({ json = false, ...flags }: Flags) => {
      const { reportLate } = await import('./late.js');
      ends(await reportLate({ ...flags, json, apiKey: outside.environment['PARLEY_API_KEY'] || undefined }, outside.terminal));
    });
};

function time(text: string): string {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  if (!isTime || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('It has to be a day (2026-11-23) or a time with its offset (2026-11-23T18:00:00+01:00).');
  return text;
}

function days(text: string): string {
  if (!text.split(',').every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)))) throw new InvalidArgumentError('It has to be days with commas between them, such as 2026-12-24,2026-12-31.');
  return text;
}
