import { dataOption, exampleHelp, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly folder?: string;
  readonly url?: string;
  readonly phone?: string;
  readonly to?: string;
  readonly code?: string;
  readonly name?: string;
  readonly takeOver?: boolean;
  readonly passphraseFile?: string;
  readonly send?: readonly string[];
  readonly once?: boolean;
  readonly listen?: number;
  readonly read: boolean;
  readonly json?: boolean;
  readonly data: string;
}

const examples = [
  'parley phone',
  'parley phone --send "Are you open?" --listen 20 --json',
  'parley phone --folder ./anna --phone +4915155500001 --name Anna',
  'echo /stop | parley phone',
];

export const addPhone: AddCommand = (root, outside, ends) => {
  root
    .command('phone')
    .description('A customer at the terminal: writes to a business, receives and decrypts what it answers, and says what was read.')
    .addOption(dataOption(outside))
    .option('--folder <folder>', 'the phone’s own folder (default: the sandbox customer’s phone)')
    .option('--url <url>', 'the platform (default: where the sandbox’s platform listens)')
    .option('--phone <number>', 'the phone’s own number, the first time it is used')
    .option('--to <number>', 'the business’s number (default: the sandbox’s business)')
    .option('--code <code>', 'the code that proves the number (default: the sandbox’s)')
    .option('--name <name>', 'what the phone calls itself, the first time it is used')
    .option('--take-over', 'take the number over from its other phones, which end; without it they add this one with /link')
    .option('--passphrase-file <file>', 'a file with the passphrase the phone is encrypted under')
    .option('--send <text>', 'write this and leave; may be given several times', (text: string, before: readonly string[] = []) => [...before, text])
    .option('--once', 'take what has come, show it and leave')
    .option('--listen <seconds>', 'show what comes for so long, and leave', positive)
    .option('--no-read', 'show messages without saying that they were read')
    .addOption(jsonOption())
    .addHelpText('after', `\nWithout --send, --once or --listen it is a dialogue; /help there says more. Lines may also come from a pipe.${exampleHelp(examples)}`)
    .action(async ({ send = [], once = false, json = false, ...flags }: Flags) => {
      const { runPhone } = await import('./phone.js');
      const { terminal, streams, environment } = outside;
      const interrupted = flags.listen === undefined ? undefined : outside.interruption();
      ends(await runPhone({ ...flags, send, once, json, interrupted, port: environment['PARLEY_PORT'] }, terminal, streams));
    });
};
