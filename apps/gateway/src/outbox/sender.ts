import type { Lane } from '@parley/contracts';
import { CryptoError, type Random } from '@parley/crypto';
import { ContentError, EndError, quotedBy, receiptsCall, shownText, type Content, type LookedUpContact } from '@parley/sdk';
import { sentMessage } from '../conversations/keeping.js';
import type { Commit } from '../end/commits.js';
import type { OwnEnd } from '../end/own-end.js';
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
import { fillTemplate, renderBody, type FilledTemplate, type TemplateRequest } from '../wire/template.js';
import { newMessageId } from '../wire/wamid.js';
import { contentOf } from './content.js';
import type { Outbox } from './outbox.js';
import { faultOfError } from './refusal.js';
import { ingestBody, letterOf, sealLetter } from './sealing.js';

export interface SenderOptions {
  readonly state: State;
  readonly account: Account;
  /** The gateway as a device of the business. */
  readonly own: Pick<OwnEnd, 'deviceId' | 'end'>;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly outbox: Pick<Outbox, 'submit' | 'answerTo'>;
  readonly directory: Pick<Directory, 'find'>;
  readonly templates: Pick<Templates, 'all' | 'newer'>;
  readonly media: Pick<Media, 'attach'>;
  /** Whether what was said is kept, for the business's inbox. */
  readonly keepsConversations: boolean;
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
    const { wireId, call } = await this.prepare(request, origin, newMessageId(this.options.random), ({ call: sealed, facts }) => (sealed === null ? facts : [{ type: 'CallQueued', call: sealed }, ...facts]));
    if (call === null) return wireId;
    const outcome = await this.options.outbox.answerTo(call);
    if (outcome.kind === 'refused') throw outcome.fault;
    return wireId;
  }

  /**
   * Seals a message under that id for its recipient's devices, and journals in one write what `facts` makes of it: with the sessions after it, or
   * not at all. Nothing is sent by it.
   */
  async prepare(request: MessageRequest, origin: Origin, wireId: string, facts: (prepared: Prepared) => readonly Fact[]): Promise<Prepared> {
    const { account, directory, journal, media, own } = this.options;
    this.ready(origin.lane);
    const filled = request.type === 'template' ? await this.fill(request.template) : null;
    const contact = await directory.find(request.to).catch(raise);
    if (contact !== null && contact.listVersion > 0) {
      const conversationId = `${account.businessId}.${contact.contactId}`;
      const quoted = this.quotedBy(request, conversationId);
      const content = await contentOf(request, { filled, quoted, attach: (medium) => media.attach(medium, origin.number.phoneNumberId) });
      try {
        return await own.end.with(async (commit, fetched) => {
          if (!fetched.has(contact.contactId)) await own.end.needVersion(commit, contact.contactId, contact.listVersion);
          const prepared = await this.sealed(commit, { request, origin, wireId, filled, contact, content });
          commit.facts.push(...facts(prepared));
          return prepared;
        });
      } catch (error) {
        if (!(error instanceof EndError) || !unreachable.includes(error.code)) throw sealingFault(error);
      }
    }
    const prepared: Prepared = { wireId, call: null, facts: this.failLater(wireId, request, origin.number) };
    await journal.append(...facts(prepared));
    return prepared;
  }

  private async sealed(commit: Commit, { request, origin: { number, lane }, wireId, filled, contact, content }: Unsealed): Promise<Prepared> {
    const { account, now, own } = this.options;
    const conversationId = `${account.businessId}.${contact.contactId}`;
    const note: Note = {
      wireId, messageId: wireId, direction: 'out', conversationId, numberId: number.numberId,
      phone: request.to, at: now(), callbackData: request.callbackData, isRead: false,
    }; // prettier-ignore
    const letter = letterOf(content, filled?.template.category ?? 'service', note, contact.contactId);
    const envelope = await sealLetter(commit, own.end, letter, account.businessId);
    const body = ingestBody({ note, contact, filled, envelope });
    const call: Call = { id: wireId, line: conversationId, path: '/ingest/v1/messages', body, lane, queuedAt: now(), wireId, letter };
    return { wireId, call, facts: [{ type: 'MessageNoted', note }, ...this.kept(content, { note, contact, number }, filled, quotedBy(content) === undefined ? null : request.context)] };
  }

  /** What the business's inbox keeps of a message, where it keeps anything. */
  private kept(content: Content, { note, contact, number }: { readonly note: Note; readonly contact: LookedUpContact; readonly number: PhoneNumber }, filled: FilledTemplate | null, replyTo: string | null): readonly Fact[] {
    if (!this.options.keepsConversations) return [];
    const text = content.type === 'template' ? renderBody(filled?.template.body ?? '', filled?.components ?? []) : shownText(content);
    const template = filled === null ? null : { name: filled.template.name, language: filled.template.language, category: filled.template.category };
    return [{ type: 'MessageKept', message: sentMessage({ note, contactId: contact.contactId, number, text, template }, replyTo) }];
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
  private ready(lane: Lane): void {
    const { account, own, state } = this.options;
    if (lane === 'app' && account.appKey === null) throw new WireFault('permission', 'The token is for sending by hand (lane app), but the gateway has no platform API key of that lane. Set it up with one.');
    if (own.deviceId === null) throw new WireFault('unavailable', 'The gateway is not yet registered on the platform. It goes on trying; try again in a moment.');
    if (state.holdsTooManyCalls) throw new WireFault('unavailable', 'Too many messages wait for the platform, which cannot be reached. Try again later.');
    if (state.holdsTooManyEvents) throw new WireFault('unavailable', 'Too many webhooks or outcomes wait to be acknowledged. Set a callback URL that answers them, or see to the broker, then try again.');
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

interface Unsealed {
  readonly request: MessageRequest;
  readonly origin: Origin;
  readonly wireId: string;
  readonly filled: FilledTemplate | null;
  readonly contact: LookedUpContact;
  readonly content: Content;
}

/** Nobody there to read it: said by webhook, as of a number that is not registered at all. */
const unreachable: readonly string[] = ['no_devices', 'unknown_account'];

/** Why a message was not sealed, for the business's software. Throws what is no fault of sealing on. */
function sealingFault(error: unknown): WireFault {
  if (error instanceof ContentError) return new WireFault('invalid-parameter', `The message cannot be sent: ${error.message}.`);
  if (error instanceof CryptoError && error.code === 'too_large') return new WireFault('invalid-parameter', 'The message is too long for the number of devices it has to be sealed for. Shorten it.');
  if (error instanceof CryptoError) return new WireFault('something-wrong', `The message could not be sealed for the recipient's devices (${error.code}).`);
  if (error instanceof EndError) return new WireFault('something-wrong', `The message was not sealed (${error.code}): ${error.message}.`);
  return faultOfError(error);
}
