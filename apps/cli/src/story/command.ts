import { exampleHelp, jsonOption, type AddCommand } from '../command.js';

export const addStory: AddCommand = (root, { terminal }, ends) => {
  root
    .command('story')
    .description('Plays the announcement of 2018 on virtual time: who writes when, what each reply costs, and the proof that the log says all of it.')
    .addOption(jsonOption())
    .addHelpText('after', `\nNothing is started and nothing is kept: it takes a second or two.${exampleHelp(['parley story', 'parley story --json | jq .weekend'])}`)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { tellStory } = await import('./story.js');
      ends(await tellStory(terminal, { json }));
    });
};
