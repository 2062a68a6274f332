import { databaseHelp, databasePlace, dataOption, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly service?: readonly string[];
  readonly slots?: number;
  readonly json?: boolean;
  readonly data: string;
}

const remark =
  'For a database that was restored from a backup while the log on Kafka went on: HTTP slots and lanes over integrators’ requests then stop with\n“older than the log”. What follows from the log alone is rebuilt with `parley rebuild`. A recovery that was interrupted is run again.';

export const addRecover: AddCommand = (root, outside, ends) => {
  root
    .command('recover')
    .description('Brings what takes requests (HTTP slots, lanes over integrators’ requests) up to what they have on the log, while the platform is stopped.')
    .option('--service <names...>', 'only these services')
    .option('--slots <count>', 'how many HTTP slots each service had at least, where their rows are lost (PARLEY_HTTP_SLOTS)', positive)
    .addOption(dataOption(outside))
    .addOption(jsonOption())
    .addHelpText('after', databaseHelp(['parley recover', 'parley recover --service ingest --json'], remark))
    .action(async ({ service: services = [], slots, json = false, data }: Flags) => {
      const { environment } = outside;
      const { withDatabase } = await import('../database/database.js');
      const { runRecover } = await import('./recover.js');
      const options = { services, slots: slots ?? (Number(environment['PARLEY_HTTP_SLOTS']) || usualSlots), json, environment };
      ends(await withDatabase(databasePlace(data, outside), 'parley recover', (database) => runRecover(database, options, outside.terminal)));
    });
};

const usualSlots = 4;
