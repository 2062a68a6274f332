import { CryptoError, type Random } from '@parley/crypto';
import { ContentError, KeysNeeded, quotedBy, senderOf, type Content, type End, type InboxItem, type InboxMessage, type InboxNotice, type InboxStatus, type KeyNeed, type LookedUpContact } from '@parley/sdk';
import type { Commit } from '../end/commits.js';
import type { Media } from '../media/media.js';
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
  readonly end: Pick<End<Commit>, 'open' | 'renew'>;
  readonly media: Pick<Media, 'received'>;
  readonly random: Random;
  readonly now: () => number;
  readonly log: { warn(line: string): void };
}

/** What is known of numbers while a page is read; a number that is not in it has to be looked up. */
export type Numbers = ReadonlyMap<string, LookedUpContact | null>;

/** What opening the page needs besides, all at once: keys of these accounts, contacts of these numbers. */
export class PageNeeds extends Error {
  override readonly name = 'PageNeeds';

  constructor(
    readonly keys: readonly KeyNeed[],
    readonly phones: readonly string[],
  ) {
    super('keys or numbers have to be asked for');
  }
}

/** A number that a message says is its sender's, and that was not looked up yet. */
class NumberNeeded extends Error {
  constructor(readonly phone: string) {
    super('a number has to be looked up');
  }
}

/** Turns what the platform's inbox hands out into facts: webhooks, notes, opt-outs. */
export class Reception {
  constructor(private readonly options: ReceptionOptions) {}

  /**
   * Reads a page within the commit that journals it. Never refuses an item: one that cannot be opened becomes a webhook that says so. Throws
   * PageNeeds where something has to be asked for first.
   */
  async receive(commit: Commit, items: readonly InboxItem[], fetched: ReadonlySet<string>, numbers: Numbers): Promise<readonly Fact[]> {
    const facts: Fact[] = [];
    const [keys, phones] = [new Map<string, KeyNeed>(), new Set<string>()];
    for (const item of items) {
      try {
        facts.push(...(await this.receiveItem(commit, item, facts, fetched, numbers)));
      } catch (error) {
        if (error instanceof KeysNeeded) for (const need of error.needs) keys.set(need.accountId, need);
        else if (error instanceof NumberNeeded) phones.add(error.phone);
        else throw error;
      }
    }
    if (keys.size + phones.size > 0) throw new PageNeeds([...keys.values()], [...phones]);
    return facts;
  }

  /** `earlier` are the facts of the same page, not yet journaled. */
  private async receiveItem(commit: Commit, item: InboxItem, earlier: readonly Fact[], fetched: ReadonlySet<string>, numbers: Numbers): Promise<readonly Fact[]> {
    const notes: Notes = (wireId) => noteIn(earlier, wireId) ?? this.options.state.notes.get(wireId) ?? null;
    switch (item.kind) {
      case 'message':
        return this.receiveMessage(commit, item, notes, fetched, numbers);
      case 'status':
        return this.receiveStatus(commit, item, notes);
      case 'window_expiring':
        return this.receiveNotice(item, earlier);
      default:
        return item satisfies never;
    }
  }

  private async receiveMessage(commit: Commit, item: InboxMessage, notes: Notes, fetched: ReadonlySet<string>, numbers: Numbers): Promise<readonly Fact[]> {
    const { random, now } = this.options;
    const wireId = inboundWireId(item.conversationId, item.messageId);
    if (notes(wireId) !== null) return []; // The inbox was read from an older cursor: a restored backup.
    const { received, contact, facts } = await this.open(commit, item, notes, fetched, numbers);
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

  private async open(commit: Commit, item: InboxMessage, notes: Notes, fetched: ReadonlySet<string>, numbers: Numbers): Promise<{ readonly received: Received; readonly contact: Contact; readonly facts: readonly Fact[] }> {
    const { account, end, log, state } = this.options;
    const { conversationId, messageId, contactId, envelope, reason } = item;
    try {
      if (reason === 'not_a_recipient') throw new CryptoError(reason, 'it was sealed for other devices of the business');
      if (envelope === null) throw new ContentError('envelope_missing', 'the platform has no envelope for it');
      if (conversationId !== `${account.businessId}.${contactId}`) throw new ContentError('sender_unknown', 'the conversation is not this contact\'s with this business');
      const expected = { businessId: account.businessId, conversationId, messageId, category: null, templateHash: null };
      const { content } = await end.open(commit, { envelope, from: contactId, expected }, fetched);
      return { ...this.said(item, content, notes), contact: this.contactOf(contactId, content, numbers) };
    } catch (error) {
      const code = codeOf(error);
      log.warn(`Message ${messageId} of conversation ${conversationId} cannot be shown: ${code}.`);
      return { received: { kind: 'unsupported', details: unsupported(code) }, contact: state.contacts.get(contactId) ?? { contactId, phone: contactId, name: '' }, facts: [] };
    }
  }

  /** Who the message says has sent it, where the directory has that number as this contact's. Throws ContentError 'sender_unknown'; NumberNeeded. */
  private contactOf(contactId: string, content: Content, numbers: Numbers): Contact {
    const from = senderOf(content);
    if (from === undefined) throw new ContentError('sender_unknown', 'the content does not say which contact wrote it');
    const known = this.options.state.contacts.get(contactId);
    if (known?.phone === from.phone) return { contactId, ...from };
    const found = numbers.get(from.phone);
    if (found === undefined) throw new NumberNeeded(from.phone);
    if (found?.contactId !== contactId) throw new ContentError('sender_unknown', 'the number that the message names is another contact\'s');
    return { contactId, ...from };
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

  private async receiveStatus(commit: Commit, item: InboxStatus, notes: Notes): Promise<readonly Fact[]> {
    const { state, random, now, end, account } = this.options;
    // What the contact's device could not open, it cannot open any more of that session.
    if (item.reason === 'rejected_by_device') await end.renew(commit, item.conversationId.slice(account.businessId.length + 1));
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

/** Why a message cannot be shown. Throws what can be asked for. */
function codeOf(error: unknown): string {
  if (error instanceof KeysNeeded || error instanceof NumberNeeded) throw error;
  if (error instanceof CryptoError || error instanceof ContentError) return error.code;
  return 'internal';
}

function unsupported(code: string): string {
  if (code === 'content_unsupported') return 'The contact sent a kind of message that this gateway does not know yet. A newer version may.';
  return `The message could not be opened (${code}), so nobody can show it. Ask the contact to send it again.`;
}
