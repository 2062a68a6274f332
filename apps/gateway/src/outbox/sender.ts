import type { Lane } from '@parley/contracts';
import { SealError, type OwnDevice, type Random } from '@parley/crypto';
import { ContentError, receiptsCall } from '@parley/sdk';
import type { Journal } from '../folder/journal.js';
import type { Media } from '../media/media.js';
import type { Directory } from '../platform/directory.js';
import type { Templates } from '../platform/templates.js';
import type { Account, Call, Fact, Note, PhoneNumber } from '../state/fact.js';
import type { State } from '../state/state.js';
import { eventOf } from '../webhook/event.js';
import { failedValue } from '../webhook/shape.js';
import { faultAt, webhookError, WireFault } from '../wire/fault.js';
import type { MessageRequest, ReadRequest } from '../wire/request.js';
import { fillTemplate, type FilledTemplate, type TemplateRequest } from '../wire/template.js';
import { newMessageId } from '../wire/wamid.js';
import { contentOf } from './content.js';
import type { Outbox } from './outbox.js';
import { faultOfError } from './refusal.js';
import { ingestBody, sealMessage } from './sealing.js';

export interface SenderOptions {
  readonly state: State;
  readonly account: Account;
  /** The gateway as a device; null until the platform has given it an id. */
  readonly device: () => OwnDevice | null;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly outbox: Pick<Outbox, 'submit'>;
  readonly directory: Pick<Directory, 'find'>;
  readonly templates: Pick<Templates, 'all' | 'newer'>;
  readonly media: Pick<Media, 'attach'>;
  readonly random: Random;
  readonly now: () => number;
}

/** What a request comes from: the number it was sent under, and the lane of its token. */
export interface Origin {
  readonly number: PhoneNumber;
  readonly lane: Lane;
}

/** A message that is sealed, and what has to be journaled with it. */
export interface Prepared {
  readonly wireId: string;
  /** Null where there is nobody to send it to: `facts` say so. */
  readonly call: Call | null;
  readonly facts: readonly Fact[];
}

/** Turns the wire's requests into sealed calls. Its methods throw WireFault. */
export class Sender {
  private readonly beingRead = new Set<string>();

  constructor(private readonly options: SenderOptions) {}

  /** Seals a message for its recipient's devices and hands it to the outbox; resolves to its wire id once it is safe. */
  async send(request: MessageRequest, origin: Origin): Promise<string> {
    const { wireId, call, facts } = await this.prepare(request, origin, newMessageId(this.options.random));
    if (call === null) await this.options.journal.append(...facts);
    else await this.submit(call, facts);
    return wireId;
  }

  /** Seals a message under that id for its recipient's devices. Nothing has happened then. */
  async prepare(request: MessageRequest, { number, lane }: Origin, wireId: string): Promise<Prepared> {
    const { account, directory, media, random, now } = this.options;
    const device = this.ready(lane);
    const filled = request.type === 'template' ? await this.fill(request.template) : null;
    const contact = await directory.find(request.to).catch(raise);
    if (contact === null || contact.devices.length === 0) return { wireId, call: null, facts: this.failLater(wireId, request, number) };

    const conversationId = `${account.businessId}.${contact.contactId}`;
    const note: Note = {
      wireId, messageId: wireId, direction: 'out', conversationId, numberId: number.numberId,
      phone: request.to, at: now(), callbackData: request.callbackData, isRead: false,
    }; // prettier-ignore
    const quoted = this.quotedBy(request, conversationId);
    const content = await contentOf(request, { filled, quoted, attach: (medium) => media.attach(medium, number.phoneNumberId) });
    const category = filled?.template.category ?? 'service';
    const envelope = sealed(() => sealMessage({ content, category, note, businessId: account.businessId, sender: device, recipients: contact.devices, random }));
    const body = ingestBody({ note, contact, filled, envelope });
    const call: Call = { id: wireId, line: conversationId, path: '/ingest/v1/messages', body, lane, queuedAt: now(), wireId };
    return { wireId, call, facts: [{ type: 'MessageNoted', note }] };
  }

  /** The platform's id of the message that is quoted, or reacted to; null where none is, or it is not known (any more). Throws WireFault for a reaction to nothing. */
  private quotedBy(request: MessageRequest, conversationId: string): string | null {
    const quoted = this.options.state.notes.get((request.type === 'reaction' ? request.messageId : request.context) ?? '');
    if (quoted?.conversationId === conversationId) return quoted.messageId;
    if (request.type === 'reaction') throw faultAt('invalid-value', 'reaction.message_id', 'must be the id of a message of the last 30 days, to or from this contact.');
    return null;
  }

  /** Tells the contact's devices that a message was read. Saying it again changes nothing. */
  async markRead({ messageId: wireId }: ReadRequest, { lane }: Origin): Promise<void> {
    const note = this.options.state.notes.get(wireId);
    if (note === undefined || note.direction !== 'in') {
      throw new WireFault('invalid-value', 'message_id must be the id of a message that came by webhook within the last 30 days.');
    }
    this.ready(lane);
    if (note.isRead || this.beingRead.has(wireId)) return;
    this.beingRead.add(wireId);
    try {
      await this.submitRead(note);
    } finally {
      this.beingRead.delete(wireId);
    }
  }

  private async submitRead(note: Note): Promise<void> {
    const { journal, now } = this.options;
    const { conversationId, messageId, wireId } = note;
    const { path, body, idempotencyKey } = receiptsCall([{ conversationId, messageId, status: 'read', at: now() }], `read.${wireId}`);
    const call: Call = { id: idempotencyKey, line: conversationId, path, body, lane: 'api', queuedAt: now(), wireId: null };
    try {
      await this.submit(call, [{ type: 'MessageNoted', note: { ...note, isRead: true } }]);
    } catch (error) {
      await journal.append({ type: 'MessageNoted', note });
      throw error;
    }
  }

  private async submit(call: Call, facts: readonly Fact[]): Promise<void> {
    const outcome = await this.options.outbox.submit(call, facts);
    if (outcome.kind === 'refused') throw outcome.fault;
  }

  /** Throws WireFault where the gateway cannot take anything just now, or not from this token. */
  private ready(lane: Lane): OwnDevice {
    const { account, device, state } = this.options;
    const own = device();
    if (lane === 'app' && account.appKey === null) throw new WireFault('permission', 'The token is for sending by hand (lane app), but the gateway has no platform API key of that lane. Set it up with one.');
    if (own === null) throw new WireFault('unavailable', 'The gateway is not yet registered on the platform. It goes on trying; try again in a moment.');
    if (state.holdsTooManyCalls) throw new WireFault('unavailable', 'Too many messages wait for the platform, which cannot be reached. Try again later.');
    if (state.holdsTooManyEvents) throw new WireFault('unavailable', 'Too many webhooks or outcomes wait to be acknowledged. Set a callback URL that answers them, or see to the broker, then try again.');
    return own;
  }

  private async fill(request: TemplateRequest): Promise<FilledTemplate> {
    const { templates } = this.options;
    const known = await templates.all().catch(raise);
    try {
      return fillTemplate(request, known);
    } catch (fault) {
      const newer = await templates.newer().catch(() => known);
      if (newer === known) throw fault;
      return fillTemplate(request, newer);
    }
  }

  // Whether a number can be reached is no secret worth an error at once: the wire says it by webhook, after acceptance.
  private failLater(wireId: string, { to: phone, callbackData }: MessageRequest, number: PhoneNumber): readonly Fact[] {
    const { now, random } = this.options;
    const error = webhookError('undeliverable', 'The recipient has no device on this network that can receive messages.');
    const value = failedValue({ wireId, phone, callbackData }, now(), error, number);
    return [{ type: 'EventQueued', event: eventOf(value, now(), random) }];
  }
}

function raise(error: unknown): never {
  throw faultOfError(error);
}

function sealed(seal: () => Uint8Array): Uint8Array {
  try {
    return seal();
  } catch (error) {
    if (error instanceof ContentError) throw new WireFault('invalid-parameter', `The message cannot be sent: ${error.message}.`);
    if (!(error instanceof SealError)) throw error;
    if (error.code === 'too_large') throw new WireFault('invalid-parameter', 'The message is too long for the number of devices it has to be sealed for. Shorten it.');
    throw new WireFault('something-wrong', `The message could not be sealed for the recipient's devices (${error.code}).`);
  }
}

