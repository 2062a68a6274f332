import { SealError, type OwnDevice, type Random } from '@parley/crypto';
import { ContentError, openFromContact, PlatformError, quotedBy, type Content, type InboxItem, type InboxMessage, type InboxNotice, type InboxStatus } from '@parley/sdk';
import type { Media } from '../media/media.js';
import type { Directory } from '../platform/directory.js';
import { isRefusal } from '../platform/platform.js';
import type { Account, Call, Contact, Fact, Note, PhoneNumber } from '../state/fact.js';
import type { State } from '../state/state.js';
import { eventOf } from '../webhook/event.js';
import { isInbound, sayingOf } from '../webhook/inbound.js';
import { expiringValue, inboundValue, statusValue, wireStatusOf, type Received } from '../webhook/shape.js';
import { inboundWireId } from '../wire/wamid.js';
import { isStop } from './stop.js';

export interface ReceptionOptions {
  readonly state: State;
  readonly account: Account;
  readonly device: OwnDevice;
  readonly directory: Directory;
  readonly media: Pick<Media, 'received'>;
  readonly random: Random;
  readonly now: () => number;
  readonly log: { warn(line: string): void };
}

/** Turns what the platform's inbox hands out into facts: webhooks, notes, opt-outs. */
export class Reception {
  constructor(private readonly options: ReceptionOptions) {}

  /**
   * `earlier` are the facts of the same page, not yet journaled. Never refuses an item: one that cannot be opened becomes a webhook that says
   * so. Throws PlatformError where the directory does not answer.
   */
  async receive(item: InboxItem, earlier: readonly Fact[]): Promise<readonly Fact[]> {
    const notes: Notes = (wireId) => noteIn(earlier, wireId) ?? this.options.state.notes.get(wireId) ?? null;
    switch (item.kind) {
      case 'message':
        return this.receiveMessage(item, notes);
      case 'status':
        return this.receiveStatus(item, notes);
      case 'window_expiring':
        return this.receiveNotice(item, earlier);
      default:
        return item satisfies never;
    }
  }

  private async receiveMessage(item: InboxMessage, notes: Notes): Promise<readonly Fact[]> {
    const { random, now } = this.options;
    const wireId = inboundWireId(item.conversationId, item.messageId);
    if (notes(wireId) !== null) return []; // The inbox was read from an older cursor: a restored backup.
    const { received, contact, facts } = await this.open(item, notes);
    const { conversationId, messageId, numberId } = item;
    const value = inboundValue(item, wireId, received, contact, this.numberOf(numberId));
    return [
      ...facts,
      { type: 'EventQueued', event: eventOf(value, now(), random) },
      { type: 'MessageNoted', note: { wireId, messageId, direction: 'in', conversationId, numberId, phone: contact.phone, at: now(), callbackData: null, isRead: false } },
      { type: 'ContactNoted', contact },
      ...(saysStop(received) ? [this.optOut(item, wireId)] : []),
    ];
  }

  private async open(item: InboxMessage, notes: Notes): Promise<{ readonly received: Received; readonly contact: Contact; readonly facts: readonly Fact[] }> {
    const { account, device, directory, log } = this.options;
    const { conversationId, messageId, contactId, envelope } = item;
    try {
      if (envelope === null) throw new ContentError('envelope_missing', 'the platform has no envelope for it');
      const expected = { businessId: account.businessId, conversationId, messageId, category: null, templateHash: null };
      const opening = { envelope, device, expected, lookup: (phone: string) => directory.find(phone) };
      // What is remembered of the directory may be older than the contact's device: ask again before disbelieving it.
      const opened = await openFromContact(opening).catch((error: unknown) => {
        if (!(error instanceof ContentError) || error.code !== 'sender_unknown') throw error;
        return openFromContact({ ...opening, lookup: (phone) => directory.findFresh(phone) });
      });
      const { content, phone, name } = opened;
      return { ...this.said(item, content, notes), contact: { contactId, phone, name } };
    } catch (error) {
      const code = codeOf(error);
      log.warn(`Message ${messageId} of conversation ${conversationId} cannot be shown: ${code}.`);
      const known = this.options.state.contacts.get(contactId);
      return { received: { kind: 'unsupported', details: unsupported(code) }, contact: known ?? { contactId, phone: contactId, name: '' }, facts: [] };
    }
  }

  /** What was said in the wire's form; a file is noted under an id that it can be downloaded by. */
  private said(item: InboxMessage, content: Content, notes: Notes): { readonly received: Received; readonly facts: readonly Fact[] } {
    if (!isInbound(content)) throw new ContentError('content_unsupported', 'a contact does not send this');
    const animated = content.type === 'sticker' && content.animated === true;
    const medium = 'file' in content ? this.options.media.received(content.file, this.numberOf(item.numberId).phoneNumberId, item.at, animated) : null;
    const reactedTo = content.type === 'reaction' ? (quotedIn(item, content.messageId, notes) ?? inboundWireId(item.conversationId, content.messageId)) : '';
    const quoted = quotedIn(item, quotedBy(content), notes);
    return { received: { kind: 'said', saying: sayingOf(content, medium?.id ?? '', reactedTo), quoted }, facts: medium === null ? [] : [{ type: 'MediumKept', medium }] };
  }

  private optOut({ contactId, conversationId }: InboxMessage, wireId: string): Fact {
    const body = JSON.stringify({ contactId, action: 'revoke', categories: ['service', 'utility', 'marketing', 'authentication'], source: 'stop_word' });
    const call: Call = { id: `stop.${wireId}`, line: conversationId, path: '/ingest/v1/consents', body, lane: 'api', queuedAt: this.options.now(), wireId: null };
    return { type: 'CallQueued', call };
  }

  private receiveStatus(item: InboxStatus, notes: Notes): readonly Fact[] {
    const { state, random, now } = this.options;
    const status = wireStatusOf(item.status);
    const note = notes(item.messageId);
    if (status === null || note?.direction === 'in') return [];
    const recipient = note?.phone ?? state.contacts.get(item.contactId ?? '')?.phone ?? item.contactId ?? '';
    const value = statusValue({ ...item, status }, note, recipient, this.numberOf(note?.numberId ?? ''));
    return [{ type: 'EventQueued', event: eventOf(value, now(), random) }];
  }

  /** Nothing where it comes too late to be of use: the gateway was away until the window closed. */
  private receiveNotice(item: InboxNotice, earlier: readonly Fact[]): readonly Fact[] {
    const { state, random, now } = this.options;
    if (item.closesAt <= now()) return [];
    const { contactId, conversationId, messageId } = item;
    const contact = contactIn(earlier, contactId) ?? state.contacts.get(contactId) ?? { phone: contactId, name: '' };
    const value = expiringValue(item, inboundWireId(conversationId, messageId), contact, this.numberOf(item.numberId));
    return [{ type: 'EventQueued', event: eventOf(value, now(), random) }];
  }

  /** The number with this id on the platform. One that the folder does not know goes by that id on the wire too. */
  private numberOf(numberId: string): PhoneNumber {
    const numbers = [...this.options.state.numbers.values()];
    const only = numbers.length === 1 ? numbers[0] : undefined;
    const known = numbers.find((number) => number.numberId === numberId) ?? (numberId === '' ? only : undefined);
    return known ?? { phoneNumberId: numberId, numberId, displayPhoneNumber: '', verifiedName: '' };
  }
}

type Notes = (wireId: string) => Note | null;

function noteIn(facts: readonly Fact[], wireId: string): Note | null {
  const fact = facts.findLast((one) => one.type === 'MessageNoted' && one.note.wireId === wireId);
  return fact?.type === 'MessageNoted' ? fact.note : null;
}

function contactIn(facts: readonly Fact[], contactId: string): Contact | null {
  const fact = facts.findLast((one) => one.type === 'ContactNoted' && one.contact.contactId === contactId);
  return fact?.type === 'ContactNoted' ? fact.contact : null;
}

// A message of ours bears the same id on the wire; one of the contact's own is found under the conversation.
function quotedIn({ conversationId }: InboxMessage, messageId: string | undefined, notes: Notes): string | null {
  if (messageId === undefined) return null;
  const candidates = [messageId, inboundWireId(conversationId, messageId)];
  return candidates.find((wireId) => notes(wireId)?.conversationId === conversationId) ?? null;
}

function saysStop(received: Received): boolean {
  return received.kind === 'said' && received.saying.type === 'text' && isStop(received.saying.text.body);
}

/** Why a message cannot be shown. Throws on what may pass, or is for the operator to mend: the message waits for that. */
function codeOf(error: unknown): string {
  if (error instanceof SealError || error instanceof ContentError) return error.code;
  if (!(error instanceof PlatformError)) return 'internal';
  if (isRefusal(error) && ![401, 403].includes(error.status)) return 'sender_unknown'; // The directory does not take what the contact calls its number.
  throw error;
}

function unsupported(code: string): string {
  if (code === 'content_unsupported') return 'The contact sent a kind of message that this gateway does not know yet. A newer version may.';
  return `The message could not be opened (${code}), so nobody can show it. Ask the contact to send it again.`;
}
