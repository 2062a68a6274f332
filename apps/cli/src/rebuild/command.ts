import { databaseHelp, databasePlace, dataOption, jsonOption, type AddCommand } from '../command.js';

interface Flags {
  readonly service?: readonly string[];
  readonly check?: boolean;
  readonly json?: boolean;
  readonly data: string;
}

const remark = 'A folder is one process’s at a time: stop the platform first. A rebuild that was interrupted is run again: no lane starts on half of one.';

export const addRebuild: AddCommand = (root, outside, ends) => {
  root
    .command('rebuild')
    .description('Folds states and rows again from the log, while the platform is stopped. Nothing is decided anew, nothing is sent.')
    .option('--service <names...>', 'only these services')
    .option('--check', 'compare what was held before with what the log says; exit code 1 on a difference')
    .addOption(dataOption(outside))
    .addOption(jsonOption())
    .addHelpText('after', databaseHelp(['parley rebuild --check', 'parley rebuild --service windows billing'], remark))
    .action(async ({ service: services = [], check = false, json = false, data }: Flags) => {
      const { withDatabase } = await import('../database/database.js');
      const { runRebuild } = await import('./rebuild.js');
      ends(await withDatabase(databasePlace(data, outside), 'parley rebuild', (database) => runRebuild(database, { services, check, json, environment: outside.environment }, outside.terminal)));
    });
};
