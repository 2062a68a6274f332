import { spelledNumber, systemRandom } from '@parley/crypto';
import { DeviceError, EndError, PlatformClient, PlatformError, type Device, type StoredMessage, type Synced } from '@parley/sdk';
import { Failure } from '../terminal/failure.js';
import { pause } from '../terminal/pause.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Transport } from './device.js';
import { messageJson, messageLine, statusJson, statusLine } from './show.js';

export interface ConversationParts {
  readonly device: Device;
  readonly terminal: Terminal;
  readonly url: string;
  /** The business's number, digits. */
  readonly businessPhone: string | undefined;
  /** Whether what is shown counts as read. */
  reads: boolean;
  /** One JSON object per line. */
  readonly json: boolean;
  readonly transport?: Transport;
}

const restMs = 250;

/** One phone's talk with one business, as a terminal shows it. */
export class Conversation {
  #business: string;

  constructor(private readonly parts: ConversationParts) {
    this.#business = parts.businessPhone === undefined ? 'business' : `+${parts.businessPhone}`;
  }

  set reads(reads: boolean) {
    this.parts.reads = reads;
  }

  /** The business's name where the directory can be asked: a name is nicer than a number, and no more than that. */
  async introduce(): Promise<string> {
    const { device, url, businessPhone, transport = {} } = this.parts;
    const profile = await device.profile();
    if (profile === null || businessPhone === undefined) return this.#business;
    const client = new PlatformClient({ baseUrl: url, token: profile.token, random: systemRandom, ...transport });
    const number = await client.numberByPhone(businessPhone).catch((error: unknown) => {
      if (error instanceof PlatformError) return null;
      throw error;
    });
    if (number !== null) this.#business = number.displayName;
    return this.#business;
  }

  async who(): Promise<string> {
    const profile = await this.parts.device.profile();
    const business = this.parts.businessPhone === undefined ? 'no business chosen' : `${this.#business}, +${this.parts.businessPhone}`;
    return `You are ${profile?.name || 'nameless'}, +${profile?.phone} (contact ${profile?.contactId}). You write to: ${business}.`;
  }

  /** Writes, and shows what became of it. Throws Failure. */
  async write(text: string): Promise<StoredMessage> {
    const phone = this.#phone();
    const message = await explained(() => this.parts.device.write(phone, text));
    this.#show(message);
    return message;
  }

  /** STOP. */
  async stop(): Promise<void> {
    const phone = this.#phone();
    const { problem } = await explained(() => this.parts.device.stop(phone));
    const waits = problem === null ? '' : ` It is kept and sent as soon as the platform answers: ${problem.message}`;
    this.parts.terminal.remark(`Stopped: ${this.#business} may not write to you until you write again.${waits}`);
  }

  /** Takes what has come, and shows it. Returns how much that was. Throws Failure. */
  async sync(waitSeconds: number, signal?: AbortSignal): Promise<number> {
    const synced = await explained(() => this.parts.device.sync({ waitSeconds, ...(signal && { signal }) }));
    await this.#showSynced(synced);
    if (synced.problem !== null) this.parts.terminal.remark(`Not everything could be taken yet: ${synced.problem.message}`);
    return synced.received.length + synced.statuses.length;
  }

  /** As `sync`; where nothing came and the platform did not hold its answer back (it is about to stop), rests a little before it returns. */
  async wait(seconds: number, signal: AbortSignal): Promise<number> {
    const askedAt = performance.now();
    const count = await this.sync(seconds, signal);
    if (count === 0 && performance.now() - askedAt < restMs) await pause(restMs, signal);
    return count;
  }

  /** Adds the phone that shows this code to this one's number. */
  async link(code: string): Promise<void> {
    await explained(() => this.parts.device.addDevice(code));
    this.parts.terminal.remark('Added: businesses write to that phone too from now on, and it can write.');
  }

  /** Takes a phone off this one's number. */
  async unlink(deviceId: string): Promise<void> {
    await explained(() => this.parts.device.removeDevice(deviceId));
    this.parts.terminal.remark('Removed: nobody writes to that phone any more, and it can write no more.');
  }

  async devices(): Promise<void> {
    const own = (await this.parts.device.profile())?.deviceId;
    const devices = await explained(() => this.parts.device.devices());
    for (const id of devices) this.parts.terminal.remark(id === own ? `${id} (this one)` : id);
  }

  /** What the person and the business compare, to know that nobody stands between them. */
  async verify(): Promise<void> {
    const { safetyNumber, keyChanges } = await explained(() => this.parts.device.verification(this.#phone()));
    const changed = keyChanges === 0 ? '' : ` Its key has changed ${keyChanges} times since this phone first saw it: compare again.`;
    this.parts.terminal.remark(`Safety number with ${this.#business}, the same at its end: ${spelledNumber(safetyNumber)}.${changed}`);
  }

  async history(): Promise<void> {
    for (const message of await this.parts.device.history()) this.#show(message);
  }

  async #showSynced({ received, statuses }: Synced): Promise<void> {
    const { device, terminal, json } = this.parts;
    for (const message of received) {
      const isRead = this.parts.reads && message.state === 'received';
      this.#show(isRead ? await device.read(message.messageId) : message);
    }
    if (statuses.length === 0) return;
    const known = new Map((await device.history()).map((message) => [message.messageId, message]));
    for (const status of statuses) terminal.line(json ? statusJson(status) : statusLine(status, known.get(status.messageId), terminal.ink));
  }

  #show(message: StoredMessage): void {
    const { terminal, json } = this.parts;
    terminal.line(json ? messageJson(message) : messageLine(message, this.#business, terminal.ink));
  }

  #phone(): string {
    const { businessPhone } = this.parts;
    if (businessPhone !== undefined) return businessPhone;
    throw new Failure('It is not said which business to write to.', 'give its number: --to +4930555001', 2);
  }
}

/** Turns what the device and the platform refuse into a message with its fix. */
export async function explained<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PlatformError) throw new Failure(error.message, fixOf(error), 1, { cause: error });
    if (error instanceof DeviceError) throw new Failure(sentence(error.message), deviceFix(error), 1, { cause: error });
    if (error instanceof EndError) throw new Failure(sentence(error.message), endFix(error), 1, { cause: error });
    throw error;
  }
}

function fixOf(error: PlatformError): string {
  switch (error.kind) {
    case 'unreachable':
      return 'start the platform (npm start), or say where it is: --url http://localhost:4000';
    case 'timeout':
      return 'try again; if it stays so, look at the platform’s own output.';
    case 'answer':
      return 'see that --url is Parley’s address, and that both are of the same version.';
    case 'problem':
      if (error.status === 401) return 'the platform does not know this phone (was its data removed?): use another --folder, with --phone and --code.';
      return error.errors.map(({ path, hint }) => `${path} ${hint}`).join('; ') || 'see above.';
    default:
      return error.kind satisfies never;
  }
}

function deviceFix(error: DeviceError): string {
  switch (error.code) {
    case 'unknown_number':
      return 'look the number up where the platform was started, and give it with --to.';
    case 'not_a_number':
      return 'write it like +4915112345678.';
    case 'not_registered':
      return 'give --phone and --code.';
    case 'registered_otherwise':
    case 'damaged_store':
    case 'unknown_message':
      return 'use another phone: --folder FOLDER';
    default:
      return error.code satisfies never;
  }
}

function endFix(error: EndError): string {
  switch (error.code) {
    case 'no_devices':
    case 'unknown_account':
      return 'start the business’s gateway (npm start does), then write again.';
    case 'not_listed':
      return 'add it at the number’s first phone with /link, or begin again here with --take-over.';
    case 'not_the_account':
      return 'do it at the number’s first phone.';
    case 'bad_link_code':
      return 'the new phone shows its code when it is started.';
    case 'unknown_device':
      return 'type /devices for those there are.';
    case 'keys_disagree':
      return 'do not go on before it is known why: ask whoever runs the platform.';
    case 'not_registered':
      return 'give --phone and --code.';
    case 'damaged_store':
      return 'use another phone: --folder FOLDER';
    default:
      return error.code satisfies never;
  }
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
