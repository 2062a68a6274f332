import { databaseHelp, databasePlace, dataOption, jsonOption, type AddCommand } from '../command.js';
import { Failure } from '../terminal/failure.js';

interface Flags {
  readonly list?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly data: string;
}

const remark = 'On a server this works while the platform runs. A folder is one process’s: stop the platform, redrive, start it again.';
const examples = ['parley redrive --list', 'parley redrive windows/3 sandbox.c5yb2n', 'parley redrive windows/3 --all'];

export const addRedrive: AddCommand = (root, outside, ends) => {
  const { terminal } = outside;
  root
    .command('redrive')
    .description('Lists keys whose records wait because one of them could not be handled, or asks for them to be handled again.')
    .argument('[lane]', 'such as windows/3')
    .argument('[key]', 'the key that waits')
    .option('--list', 'what waits, in every lane, and why')
    .option('--all', 'all keys that wait in the lane; also lets a paused lane go on')
    .addOption(dataOption(outside))
    .addOption(jsonOption())
    .addHelpText('after', databaseHelp(examples, remark))
    .action(async (lane: string | undefined, key: string | undefined, { list = false, all = false, json = false, data }: Flags) => {
      const isList = list && lane === undefined && !all;
      const isRequest = !list && lane !== undefined && (key === undefined) === all;
      if (!isList && !isRequest) throw new Failure('It is not said what to redrive.', 'parley redrive --list, or parley redrive LANE KEY, or parley redrive LANE --all', 2);
      const { withDatabase } = await import('../database/database.js');
      const { listWaiting, requestRedrive } = await import('./redrive.js');
      const command = `parley redrive ${lane === undefined ? '--list' : `${lane} ${key ?? '--all'}`}`;
      const wanted = key === undefined ? 'all' : { key };
      const place = databasePlace(data, outside);
      const { environment } = outside;
      ends(await withDatabase(place, command, (database) => (lane === undefined ? listWaiting(database, { json, environment }, terminal) : requestRedrive(database, { lane, wanted, json, environment }, terminal))));
    });
};
