import { newId, phoneDigitsOf, systemRandom, type Random } from '@parley/crypto';
import { shownText } from '../content/shown.js';
import type { LogIdentity } from '../end/accounts.js';
import { End, type Verification } from '../end/end.js';
import { Enrolment } from '../end/enrolment.js';
import type { FileSource } from '../attachment/source.js';
import type { TransferOptions } from '../attachment/transfer.js';
import type { AttachedFile } from '../content/kinds/media.js';
import { consentCall, PlatformClient, receiptsCall } from '../platform/client.js';
import { PlatformError } from '../platform/error.js';
import type { InboxStatus } from '../platform/inbox.js';
import type { RetryPolicy } from '../platform/transport.js';
import type { DeviceStore } from '../store/store.js';
import { DeviceError } from './error.js';
import { Inbox, type Taken } from './inbox.js';
import { Numbers } from './numbers.js';
import { enqueue, Outbox, type Flushed } from './outbox.js';
import { Reader } from './reader.js';
import { keys, put, type Profile, type StoredMessage } from './records.js';
import { Registration } from './registration.js';
import { moved, Shelf, type Draft } from './shelf.js';
import { Turns } from '../turns.js';
import { letterOf, saidIn, sealLetter, type DeviceContent, type WriteOptions } from './writing.js';

export type DeviceOptions = {
  readonly baseUrl: string;
  /** The device's own; two running devices must not share one. */
  readonly store: DeviceStore;
  readonly random?: Random;
  /** Epoch ms UTC. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly retry?: RetryPolicy;
  /** The platform's key log, from a place other than the platform; without it the one that it shows first is followed. */
  readonly keyLog?: LogIdentity;
};

export type RegisterOptions = {
  /** Takes the number over from the devices that have it, which end: for a lost phone. Everybody sees another safety number. */
  readonly takeOver?: boolean;
};

export type SyncRequest = {
  /** How long to wait for something to come where nothing is there yet: seconds, at most 25. */
  readonly waitSeconds?: number;
  /** Ends the wait; what was taken until then stays stored. */
  readonly signal?: AbortSignal;
};

export type Synced = {
  /** Messages that came in since the last call, oldest first; each is given here at most once, and stays in the history. */
  readonly received: readonly StoredMessage[];
  /** What became of messages written here, in order. */
  readonly statuses: readonly InboxStatus[];
  /** What hindered a part of it; the next call goes on there. */
  readonly problem: PlatformError | null;
};

const tendEveryMs = 600_000;
const maxPagesPerSync = 50; // The rest comes with the next call.

/**
 * A customer's device: holds the keys, writes, receives, acknowledges. Whatever it says to the platform is stored before it is sent, and sent again
 * with the same bytes and key until it is answered; whatever it receives is stored before it is acknowledged. It may be killed at any instant.
 * Methods throw DeviceError, and EndError and PlatformError where they say so.
 */
export class Device {
  private readonly shelf: Shelf;
  private readonly registration: Registration;
  private readonly random: Random;
  private readonly now: () => number;
  private readonly numbers: Numbers;
  private readonly outbox: Outbox;
  private readonly inbox: Inbox;
  private readonly end: End<Draft>;
  private readonly enrolment: Enrolment<Draft>;
  private readonly client: () => Promise<PlatformClient>;
  private readonly syncing = new Turns();
  private tendedAt: number | null = null;

  constructor({ store, random = systemRandom, now = () => Date.now(), keyLog, ...transport }: DeviceOptions) {
    this.shelf = new Shelf(store);
    this.random = random;
    this.now = now;
    const anonymous = new PlatformClient({ ...transport, random, token: null });
    const client = async () => anonymous.withToken((await this.registered()).token);
    const directory = async () => (await client()).keys();
    const parts = { records: store, commit: <T>(task: (draft: Draft) => Promise<T>) => this.shelf.change(task), directory, random, now, keyLog: keyLog ?? null };
    this.end = new End(parts);
    this.enrolment = new Enrolment(parts, this.end);
    this.registration = new Registration(this.shelf, anonymous, this.enrolment, random);
    this.client = client;
    this.numbers = new Numbers(this.shelf, client);
    this.outbox = new Outbox({ shelf: this.shelf, end: this.end, client, random });
    const reader = new Reader(this.shelf, this.end, this.numbers, client);
    this.inbox = new Inbox({ shelf: this.shelf, end: this.end, reader, client, random, now });
  }

  /** Who this device is, or null before `register`. */
  profile(): Promise<Profile | null> {
    return this.registration.profile();
  }

  /**
   * Registers the device for a phone number with the code that was sent to it. Done again for the same number, it changes nothing. `name` is what
   * businesses are told, inside what is sealed. Where the number has devices already, this one waits to be added by the first (`isListed`,
   * `linkCode`), or takes over. Throws PlatformError, EndError.
   */
  async register(phone: string, code: string, name = '', { takeOver = false }: RegisterOptions = {}): Promise<Profile> {
    return await this.registration.register({ phone: digitsOf(phone), code, name, takeOver });
  }

  /** Whether the account lists this device, so that it can write and is written to; asks the platform until it does. Throws PlatformError, EndError. */
  async isListed(): Promise<boolean> {
    await this.registered();
    return (await this.enrolment.isListedHere()) || (await this.enrolment.enrol(false));
  }

  /** What the account's first device needs to add this one: one line of text, for a QR code or for copying. */
  async linkCode(): Promise<string> {
    await this.registered();
    return await this.enrolment.linkCode();
  }

  /** Adds the device that shows this code to the account. Throws EndError 'not_the_account', 'bad_link_code'; PlatformError. */
  async addDevice(code: string): Promise<void> {
    await this.registered();
    await this.enrolment.add(code);
  }

  /** Removes a device from the account. Throws EndError 'not_the_account', 'unknown_device'; PlatformError. */
  async removeDevice(deviceId: string): Promise<void> {
    await this.registered();
    await this.enrolment.remove(deviceId);
  }

  /** Ids of the account's devices, this one among them. Throws PlatformError, EndError. */
  async devices(): Promise<readonly string[]> {
    const { contactId } = await this.registered();
    await this.end.fetch({ accountId: contactId, sessions: false });
    return (await this.end.accounts.known(this.shelf.store, contactId))?.list.devices.map(({ deviceId }) => deviceId) ?? [];
  }

  /** By which the person and the business of a number make sure that nobody stands between them. Throws DeviceError, EndError, PlatformError. */
  async verification(phone: string): Promise<Verification> {
    await this.registered();
    const { businessId } = await this.numbers.toWriteTo(digitsOf(phone));
    await this.end.fetch({ accountId: businessId, sessions: false });
    return (await this.end.verification(businessId))!;
  }

  /**
   * Writes to a business. Resolves once the message is stored; its state says whether the platform has it yet. Throws ContentError for a
   * text that cannot be sent, EndError where it cannot be sealed, PlatformError where number or keys are not known here and cannot be asked.
   */
  write(phone: string, text: string, options: WriteOptions = {}): Promise<StoredMessage> {
    return this.send(phone, { type: 'text', body: text }, options);
  }

  /**
   * As `write`, anything a person can send: a picture, a place, a reaction, what was tapped on. A file goes up first (`attach`). Throws as
   * `write` does.
   */
  async send(phone: string, content: DeviceContent, options: WriteOptions = {}): Promise<StoredMessage> {
    const profile = await this.registered();
    const number = await this.numbers.toWriteTo(digitsOf(phone));
    const letter = letterOf(profile, number, content, options, this.random);
    const { conversationId, messageId, numberId } = letter;
    const at = this.now();
    const said = saidIn(letter);
    const stored = await this.end.with(async (draft): Promise<StoredMessage> => {
      const call = await sealLetter(draft, this.end, letter, this.random);
      const address = { messageId, conversationId, numberId, direction: 'out', at, text: shownText(said), content: said } as const;
      const message: StoredMessage = { ...address, order: draft.nextOrder(), category: null, template: null, replyTo: options.replyTo ?? null, state: 'queued', problem: null };
      draft.changes.push(put(keys.message(conversationId, messageId), message));
      enqueue(draft, numberId, call, letter);
      return message;
    });
    await this.outbox.flush();
    return (await this.shelf.message(conversationId, messageId)) ?? stored;
  }

  /**
   * Seals a file and leaves it with the platform, for a message to speak of (`send`). It is kept there for 30 days, whether it was sent or not.
   * Throws PlatformError; the signal's reason where it was called off.
   */
  async attach(file: FileSource, options: TransferOptions = {}): Promise<AttachedFile> {
    return await (await this.client()).attach(file, options);
  }

  /** The bytes of a file that a message spoke of, piece by piece; whole and unchanged only once the iteration has ended (`downloadFile`). */
  async *open(file: AttachedFile, options: TransferOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.client()).open(file, options);
  }

  /** Sends what waits, takes what has come, acknowledges it. Throws PlatformError where the inbox cannot be asked and nothing came before. */
  sync({ waitSeconds = 0, signal }: SyncRequest = {}): Promise<Synced> {
    return this.syncing.take(async () => {
      const profile = await this.registered();
      const sent = await this.outbox.flush();
      await this.tend();
      const pages = await this.takePages(profile, waitSeconds, signal);
      const received = pages.flatMap((page) => page.received);
      const statuses = pages.flatMap((page) => page.statuses);
      const acknowledged = received.length === 0 ? sent : await this.outbox.flush();
      return { received, statuses, problem: pages.at(-1)?.problem ?? acknowledged.problem };
    });
  }

  /** The person has read the message: tells the sender. Done again, it changes nothing. */
  async read(messageId: string): Promise<StoredMessage> {
    const found = (await this.shelf.messages(null)).find((message) => message.messageId === messageId && message.direction === 'in');
    if (found === undefined) throw new DeviceError('unknown_message', 'no message with this id came in');
    await this.shelf.change(async (draft) => {
      const stored = (await this.shelf.message(found.conversationId, messageId)) ?? found;
      const changes = moved(stored, 'read', null);
      draft.changes.push(...changes);
      const receipt = { conversationId: stored.conversationId, messageId, status: 'read', at: this.now() } as const;
      if (changes.length > 0) enqueue(draft, 'receipts', receiptsCall([receipt], newId('r', this.random)));
    });
    await this.outbox.flush();
    return (await this.shelf.message(found.conversationId, messageId)) ?? found;
  }

  /** STOP: the business may write no more until the person writes to it again, or agrees anew. Resolves to what still waits. Throws PlatformError where it was refused. */
  async stop(phone: string): Promise<Flushed> {
    await this.registered();
    const { numberId } = await this.numbers.toWriteTo(digitsOf(phone));
    const idempotencyKey = newId('k', this.random);
    await this.shelf.change(async (draft) => enqueue(draft, numberId, consentCall({ numberId, action: 'revoke' }, idempotencyKey)));
    const flushed = await this.outbox.flush();
    const refusal = flushed.refused.find(({ entry }) => entry.call.idempotencyKey === idempotencyKey);
    if (refusal !== undefined) throw refusal.error;
    return flushed;
  }

  /** All messages in the order in which they were stored; of one conversation where it is given. */
  history(conversationId: string | null = null): Promise<readonly StoredMessage[]> {
    return this.shelf.messages(conversationId);
  }

  /** Keeps prekeys in the directory. Where it cannot be reached the next time will do: there are 20 left when more are made. */
  private async tend(): Promise<void> {
    if (this.tendedAt !== null && this.now() < this.tendedAt + tendEveryMs) return;
    try {
      await this.enrolment.tend();
      this.tendedAt = this.now();
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
    }
  }

  private async takePages(profile: Profile, waitSeconds: number, signal: AbortSignal | undefined): Promise<readonly Taken[]> {
    const pages: Taken[] = [];
    const hasSomething = () => pages.some(({ received, statuses }) => received.length + statuses.length > 0);
    while (pages.length < maxPagesPerSync) {
      try {
        const page = await this.inbox.takePage(profile.contactId, hasSomething() ? 0 : waitSeconds, signal);
        pages.push(page);
        if (page.atEnd || page.problem !== null) break;
      } catch (error) {
        if (signal?.aborted === true && error === signal.reason) break;
        if (!(error instanceof PlatformError) || !hasSomething()) throw error;
        pages.push({ received: [], statuses: [], problem: error, atEnd: false });
        break;
      }
    }
    return pages;
  }

  private async registered(): Promise<Profile> {
    const profile = await this.profile();
    if (profile === null) throw new DeviceError('not_registered', 'register this device first');
    return profile;
  }
}

function digitsOf(phone: string): string {
  const digits = phoneDigitsOf(phone);
  if (digits === null) throw new DeviceError('not_a_number', 'a phone number is 7 to 15 digits with its country code, such as +4915112345678');
  return digits;
}
