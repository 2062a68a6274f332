import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { phoneDigitsOf } from '@parley/crypto';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { Conversation, explained } from './conversation.js';
import { openPhone, type PhoneSettings, type Transport } from './device.js';
import { dialogueHelp, talk, type DialogueStreams } from './dialogue.js';
import { readSandbox, type Sandbox } from './sandbox.js';

export interface PhoneOptions {
  readonly data: string;
  /** Where the platform listens on this machine, unless the sandbox's file says otherwise. */
  readonly port?: string | undefined;
  readonly folder?: string;
  readonly url?: string;
  readonly phone?: string;
  readonly to?: string;
  readonly code?: string;
  readonly name?: string;
  readonly passphraseFile?: string;
  /** Texts to write, in order. */
  readonly send: readonly string[];
  readonly once: boolean;
  readonly listen?: number;
  /** Ends the listening early. */
  readonly interrupted?: AbortSignal | undefined;
  readonly read: boolean;
  readonly json: boolean;
  /** Takes the number over from its other phones. */
  readonly takeOver?: boolean;
}

/** A customer at the terminal. Resolves with the exit code. Throws Failure. */
export async function runPhone(options: PhoneOptions, terminal: Terminal, streams: DialogueStreams, transport: Transport = {}): Promise<0 | 1> {
  const sandbox = readSandbox(join(options.data, 'sandbox.json'));
  const settings = settingsOf(options, sandbox);
  const { device, close } = await explained(() => openPhone(settings, transport));
  try {
    const businessPhone = digitsOf(options.to ?? sandbox?.businessPhone ?? (sandbox && (await sandboxBusinessPhone())));
    const shown = streams.input.isTTY === true ? overPrompt(terminal, streams.output) : terminal;
    const conversation = new Conversation({ device, terminal: shown, url: settings.url, businessPhone, reads: options.read, json: options.json, transport });
    return await converse(conversation, options, shown, streams);
  } finally {
    await close();
  }
}

function settingsOf({ data, port, ...options }: PhoneOptions, sandbox: Sandbox | null): PhoneSettings {
  const url = options.url ?? sandbox?.url ?? (sandbox && `http://127.0.0.1:${port ?? 8080}`);
  if (url === null) {
    const fix = 'start the platform in this folder (npm start), or say where it is, with a folder for the phone: --url URL --folder FOLDER --to NUMBER';
    throw new Failure(`There is no sandbox in ${data}.`, fix, 2);
  }
  // The data's own folder is the platform's to make: it refuses one that holds anything else.
  if (options.folder === undefined && sandbox === null) throw new Failure('The phone has no folder.', 'give one, such as --folder ./anna', 2);
  const isSandboxPhone = options.folder === undefined && sandbox !== null;
  const passphrase = options.passphraseFile === undefined ? null : passphraseIn(options.passphraseFile);
  return {
    folder: options.folder ?? join(data, 'phone'),
    url,
    ownPhone: options.phone,
    code: options.code ?? sandbox?.code,
    name: options.name ?? 'phone',
    takeOver: options.takeOver ?? false,
    secret: passphrase ?? (isSandboxPhone ? sandbox.phoneKey : null),
  };
}

/** The file of an older start does not name it; the platform's own cast does, and takes a while to load. */
async function sandboxBusinessPhone(): Promise<string> {
  const { cast } = await import('@parley/platform');
  return cast.number.phone;
}

function passphraseIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    throw new Failure(`The passphrase cannot be read: ${(error as Error).message}`, 'give the path of a file that holds it.', 2);
  }
}

/** What comes while a person types takes the place of the prompt, which is then drawn again below it. */
function overPrompt(terminal: Terminal, output: NodeJS.WritableStream): Terminal {
  const cleared = (print: (text: string) => void) => (text = '') => {
    output.write('\r\u001b[2K');
    print(text);
  };
  return { ...terminal, line: cleared(terminal.line), remark: cleared(terminal.remark) };
}

async function converse(conversation: Conversation, { send, once, listen, interrupted, json }: PhoneOptions, terminal: Terminal, streams: DialogueStreams): Promise<0 | 1> {
  const business = await conversation.introduce();
  if (send.length === 0 && !once && listen === undefined) {
    if (!json && streams.input.isTTY === true) terminal.remark(`${await conversation.who()}\n${dialogueHelp.split('\n')[0]} /help says more.`);
    return talk(conversation, terminal, streams);
  }
  let code: 0 | 1 = 0;
  for (const text of send) {
    const { state } = await conversation.write(text);
    if (state === 'queued') terminal.remark(`${business} does not have it yet: it is kept here and sent by the next call.`);
    if (state === 'queued' || state === 'refused') code = 1;
  }
  if (once) await conversation.sync(0);
  if (listen !== undefined) await listenFor(conversation, listen * 1_000, interrupted);
  return code;
}

const longestWaitSeconds = 20;

async function listenFor(conversation: Conversation, durationMs: number, interrupted?: AbortSignal): Promise<void> {
  const endsAt = performance.now() + durationMs;
  const signal = AbortSignal.any([AbortSignal.timeout(durationMs), ...(interrupted ? [interrupted] : [])]);
  while (!signal.aborted) {
    // A busy process hears of the end later than it comes.
    const leftSeconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1_000));
    await conversation.wait(Math.min(longestWaitSeconds, leftSeconds), signal);
  }
}

function digitsOf(phone: string | null): string | undefined {
  if (phone === null) return undefined;
  const digits = phoneDigitsOf(phone);
  if (digits === null) throw new Failure(`${phone} is not a phone number.`, 'write it with its country code, like +4930555001', 2);
  return digits;
}
