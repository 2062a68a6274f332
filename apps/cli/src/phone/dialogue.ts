import { createInterface, type Interface } from 'node:readline';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Conversation } from './conversation.js';
import { pause } from '../terminal/pause.js';

export const dialogueHelp = `Type a line and press Enter: it goes to the business, sealed for its devices.
  /history     all messages of this phone
  /read off    show messages without saying that they were read (/read on: say so again)
  /stop        the business may write no more, until you write to it
  /who         who you are, and to whom you write
  /verify      the safety number with the business: the same at both ends while nobody stands between them
  /devices     the phones of your number; /link CODE adds one, /unlink ID removes one
  /quit        leave; what is on its way arrives when you come back`;

/** What a person types. Resolves with false where it ends the dialogue. Throws Failure. */
export async function perform(line: string, conversation: Conversation, terminal: Terminal): Promise<boolean> {
  const text = line.trim();
  if (text === '') return true;
  if (!text.startsWith('/') || text.startsWith('//')) {
    await conversation.write(text.replace(/^\/\//, '/'));
    return true;
  }
  const [command = '', argument = ''] = text.slice(1).split(/\s+/);
  switch (command) {
    case 'quit':
      return false;
    case 'help':
      terminal.remark(dialogueHelp);
      return true;
    case 'who':
      terminal.remark(await conversation.who());
      return true;
    case 'verify':
      await conversation.verify();
      return true;
    case 'devices':
      await conversation.devices();
      return true;
    case 'link':
      await conversation.link(argument);
      return true;
    case 'unlink':
      await conversation.unlink(argument);
      return true;
    case 'history':
      await conversation.history();
      return true;
    case 'stop':
      await conversation.stop();
      return true;
    case 'read': {
      if (argument !== 'on' && argument !== 'off') throw new Failure(`/read ${argument} is not known.`, 'type /read on, or /read off.', 2);
      conversation.reads = argument === 'on';
      terminal.remark(argument === 'on' ? 'What is shown counts as read.' : 'What is shown counts as delivered only.');
      return true;
    }
    default:
      throw new Failure(`/${command} is not known.`, 'type /help for what is; a text that begins with a slash is typed with two.', 2);
  }
}

export interface DialogueStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** How long a listener waits before it asks a platform again that did not answer. */
const pauseMs = 3_000;
const waitSeconds = 20;

/**
 * Talks until /quit, the end of the input, or Ctrl-C: what is typed is written, what comes is shown at once. Where the input is no terminal, its
 * lines are done one after the other, and what has come is shown at the end. Resolves with the exit code.
 */
export async function talk(conversation: Conversation, terminal: Terminal, { input, output }: DialogueStreams): Promise<0 | 1> {
  const isPerson = input.isTTY === true && terminal.isInteractive;
  const lines = createInterface({ input, ...(isPerson ? { output, prompt: '> ' } : {}), terminal: isPerson });
  const leaving = new AbortController();
  const prompt = (): void => {
    if (isPerson && !leaving.signal.aborted) lines.prompt(true);
  };
  lines.on('SIGINT', () => lines.close());
  const listening = isPerson ? listen(conversation, terminal, leaving.signal, prompt) : Promise.resolve();
  const failed = await typed(lines, conversation, terminal, prompt);
  leaving.abort();
  await listening;
  if (!isPerson) await conversation.sync(0);
  return failed && !isPerson ? 1 : 0;
}

async function typed(lines: Interface, conversation: Conversation, terminal: Terminal, prompt: () => void): Promise<boolean> {
  let failed = false;
  prompt();
  for await (const line of lines) {
    try {
      if (!(await perform(line, conversation, terminal))) break;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed = true;
      terminal.remark(`${terminal.ink.bad(error.message)} ${error.fix}`);
    }
    prompt();
  }
  lines.close();
  return failed;
}

/** Shows what comes, until the signal aborts. A platform that is away is waited for, and spoken of once. */
async function listen(conversation: Conversation, terminal: Terminal, signal: AbortSignal, shown: () => void): Promise<void> {
  let isAway = false;
  while (!signal.aborted) {
    try {
      const count = await conversation.wait(waitSeconds, signal);
      if (isAway) terminal.remark('The platform is back.');
      if (isAway || count > 0) shown();
      isAway = false;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!isAway) {
        terminal.remark(`${terminal.ink.warning(error.message)} Waiting for it.`);
        shown();
      }
      isAway = true;
      await pause(pauseMs, signal);
    }
  }
}
