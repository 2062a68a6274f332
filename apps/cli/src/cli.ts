import { Command, CommanderError } from 'commander';
import { addImport } from './archive/command.js';
import { addBudgets } from './budgets/command.js';
import { exampleHelp, type Outside } from './command.js';
import { addConservation } from './conservation/command.js';
import { addDatabase } from './database/command.js';
import { addInvoices } from './invoices/command.js';
import { addLate } from './late/command.js';
import { addPhone } from './phone/command.js';
import { addPricing } from './pricing/command.js';
import { addRebuild } from './rebuild/command.js';
import { addLog } from './records/command.js';
import { addRecover } from './recover/command.js';
import { addRedrive } from './redrive/command.js';
import { addReprice } from './reprice/command.js';
import { addStory } from './story/command.js';
import { Failure } from './terminal/failure.js';
import { addTopics } from './topics/command.js';

/** Runs one command. Resolves with the exit code: 0 done, 1 failed, 2 called in the wrong way. Rejects only for faults of ours. */
export async function runCommand(args: readonly string[], outside: Outside): Promise<number> {
  const { terminal } = outside;
  let code = 0;
  try {
    await program(outside, (ended) => void (code = ended)).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Failure)) throw error;
    terminal.remark(`${terminal.ink.bad(error.message)}\nFix: ${error.fix}`);
    return error.exitCode;
  }
}

const widestHelp = 100;

function program(outside: Outside, ends: (code: number) => void): Command {
  const { terminal } = outside;
  const root = new Command('parley')
    .description('Parley at the command line: a customer’s phone, the story of its prices, what late replies cost, and what an operator needs.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.line(text.trimEnd()),
      writeErr: (text) => terminal.remark(text.trimEnd()),
      getOutHelpWidth: () => Math.min(widestHelp, terminal.columns),
    })
    .showHelpAfterError('Fix: add --help to see what is possible.')
    .addHelpText('after', `\nExit codes: 0 done, 1 failed, 2 called in the wrong way.${exampleHelp(['parley story', 'parley phone --send "Are you open?" --listen 10', 'parley rebuild --check'])}`);
  for (const add of [addStory, addPhone, addLate, addRebuild, addRecover, addRedrive, addLog, addInvoices, addBudgets, addConservation, addPricing, addReprice, addImport, addDatabase, addTopics]) add(root, outside, ends);
  return root;
}
